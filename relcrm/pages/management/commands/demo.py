"""`manage.py demo`: an invented company in this installation, labelled as simulated."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now as clock

from relcrm.lib.refusals import Refused
from relcrm.pages.demo import company, people


class Command(BaseCommand):
    help = "Load the demo company unless it is there, and say how to sign in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=company.CUSTOMERS)
        parser.add_argument("--seed", type=int, default=company.SEED)

    def handle(self, *args: Any, customers: int, seed: int, **options: Any) -> None:
        try:
            company.make_ready(now=clock(), say=self.say, customers=customers, seed=seed)
        except Refused as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(people.sign_in(company.sign_in_file()))

    def say(self, words: str) -> None:
        self.stdout.write(f"relcrm: {words}")
        self.stdout.flush()
