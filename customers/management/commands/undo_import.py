"""`manage.py undo_import NUMBER`: what an import added goes, what it changed is as before."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now as clock

from customers.actions.undo import ask_undo
from customers.models import Import
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from relcrm.base.tasks import run
from relcrm.lib.refusals import Refused


class Command(BaseCommand):
    help = "Undo a whole import, updates included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="of the import; manage.py load prints it")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            of = Import.objects.get(pk=given["number"])
            job = ask_undo(of, by=None, now=clock())
        except Import.DoesNotExist as problem:
            raise CommandError(f"There is no import {given['number']}.") from problem
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if jobs.claim_this(job, clock()):  # else a worker was quicker
            run(job)
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(job.error or "A worker has taken it up; it goes on there.")
        self._say(job.result)

    def _say(self, result: dict[str, Any]) -> None:
        for name, count in result.items():
            if name != "named":
                self.stdout.write(f"{name.replace('_', ' '):<20}{count}")
        if result["named"]:
            named = ", ".join(map(str, result["named"]))
            self.stdout.write(f"customers who stay, for more is known of them: {named}")
