"""manage.py score: judge relationships in the foreground."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from relationships import tasks
from relationships.actions import scoring
from relationships.actions.history import running
from relcrm.base import company as companies
from relcrm.lib.written import a_day


class Command(BaseCommand):
    help = "Score customers: everyone with --all, else only those whom something happened to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="everyone, not only the touched")
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
        company = companies.current()
        as_of = companies.viewpoint(company, clock(), options["as_of"]).as_of
        started = time.perf_counter()
        running.catch_up(company, as_of=as_of, now=clock(), by=None)
        result = scoring.score_everyone(company, as_of=as_of, now=clock(), progress=_show)
        seconds = time.perf_counter() - started
        self.stdout.write(f"{result['customers']:,} customers scored in {seconds:.1f} s")

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


def _show(done: int, *, total: int | None = None, position: Any | None = None) -> None:
    """Progress for people who watch; a file or pipe gets none."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {total or 0:,} customers")
