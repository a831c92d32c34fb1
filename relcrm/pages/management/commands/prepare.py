"""`manage.py prepare`: migrate and publish static files, safe with several starting at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from relcrm.pages import preparation


class Command(BaseCommand):
    help = "Bring database and static files up to date (safe when several start at once)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--static-only", action="store_true", help="leave the database alone")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["static_only"]:
            self.stdout.write("migrated" if preparation.migrate() else "nothing to migrate")
        if problem := preparation.missing_scripts():
            self.stderr.write(problem)
        changed = preparation.publish_static()
        self.stdout.write("static files published" if changed else "static files as they were")
