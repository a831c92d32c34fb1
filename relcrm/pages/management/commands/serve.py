"""`manage.py serve`: web, workers and scheduler of one machine, as one command."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now as clock

from relcrm.base.actions.welcome import welcome_key
from relcrm.base.models import User
from relcrm.lib.processes import is_free
from relcrm.lib.refusals import Refused
from relcrm.pages import installation, preparation
from relcrm.pages.demo import company, people


class Command(BaseCommand):
    help = "Start everything on this machine and stay until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--demo", action="store_true", help="with an invented company")

    def handle(self, *args: Any, host: str, port: str, demo: bool, **options: Any) -> None:
        number = self.free_port(host, port)
        os.umask(0o077)  # database, uploads and logs are their owner's alone
        try:
            held = installation.take_hold(settings.DATA)
        except installation.Busy as problem:
            raise CommandError(str(problem)) from None
        with held:
            status = self.serve(f"http://{host}:{number}", host, number, demo)
        if status:
            raise SystemExit(status)

    def free_port(self, host: str, port: str) -> int:
        if not (port.isdigit() and 0 < int(port) < 65_536):
            raise CommandError(f"PORT={port}: use a number from 1 to 65535.")
        if not is_free(host, int(port)):
            raise CommandError(
                f"Port {port} is in use by another program. Stop that one, or choose "
                f"another port: PORT={int(port) % 65_535 + 1} in front of the command."
            )
        return int(port)

    def serve(self, address: str, host: str, port: int, demo: bool) -> int:
        self.prepare(demo)
        self.say("relcrm: starting web server, workers and scheduler …")
        crew = installation.crew(host, port, self.say)
        crew.start()
        if installation.answers(address, within_seconds=60):
            self.say(self.sign_in(address, demo) + "\nCtrl-C stops all of it.")
        return crew.watch()

    def prepare(self, demo: bool) -> None:
        installation.forget_messages()
        if problem := preparation.unreachable_database():
            raise CommandError(problem)
        if preparation.migrate():
            self.say("relcrm: the database is up to date")
        if problem := preparation.missing_scripts():
            self.say(f"relcrm: {problem}")
        if preparation.publish_static():
            self.say("relcrm: static files are published")
        if demo:
            try:
                company.make_ready(now=clock(), say=lambda words: self.say(f"relcrm: {words}"))
            except Refused as problem:
                raise CommandError(str(problem)) from None

    def sign_in(self, address: str, demo: bool) -> str:
        if demo:
            return (
                f"\nThe demo company (simulated) is ready: {address}\n"
                f"{people.sign_in(company.sign_in_file())}\n  Its data are in {settings.DATA}."
            )
        if User.objects.exists():
            return f"\nrelcrm is ready: {address}\nIts data are in {settings.DATA}."
        return (
            f"\nrelcrm is ready and empty. Make the first admin here:\n"
            f"  {address}/welcome/?key={welcome_key()}\n"
            "or with: .venv/bin/python manage.py createsuperuser"
        )

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
