"""manage.py score: judge relationships in the foreground."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from relationships import tasks
from relationships.actions.history import running
from relcrm.base import company as companies
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.models import Job
from relcrm.base.tasks import see_through
from relcrm.lib.written import a_day


class Command(BaseCommand):
    help = "Score customers: everyone with --all, else only those whom something happened to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="everyone, not only the touched; workers help"
        )
        parser.add_argument("--as-of", type=a_day, help="use nothing after this day: YYYY-MM-DD")

        parser.add_argument(
            "--history", type=int, metavar="MONTHS",
            help="tell the past: judge everyone at each of so many months' ends",
        )  # fmt: skip
        parser.add_argument(
            "--afresh", action="store_true", help="with --history: also months told already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["history"]:
            self._look_back(options)
            return
        if not options["all"]:
            if options["as_of"]:
                raise CommandError("--as-of judges everyone at that day: add --all.")
            self.stdout.write(f"{tasks.score_due():,} customers scored")
            return
        as_of = companies.viewpoint(companies.current(), clock(), options["as_of"]).as_of
        started = time.perf_counter()
        job = see_through(ask_for_everyone(by=None, as_of=as_of), _show_job)
        if job.state != job.State.DONE:
            raise CommandError(job.error or "The job was cancelled.")
        seconds = time.perf_counter() - started
        self.stdout.write(f"{job.result['customers']:,} customers scored in {seconds:.1f} s")

    def _look_back(self, options: dict[str, Any]) -> None:
        company, now = companies.current(), clock()
        result = running.tell_history(
            company,
            as_of=companies.viewpoint(company, now, options["as_of"]).as_of,
            months=options["history"],
            now=now,
            progress=_show,
            afresh_since=now if options["afresh"] else None,
        )
        self.stdout.write(
            f"{result['months']} months told of {result['customers']:,} customers"
            if result["months"]
            else "Every month is told already; --afresh tells them again."
        )


def _show_job(job: Job) -> None:
    _show(job.done, total=job.total)


def _show(done: int, *, total: int | None = None, position: Any | None = None) -> None:
    """Progress for people who watch; a file or pipe gets none."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {total or 0:,} customers")
