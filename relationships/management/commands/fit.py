"""manage.py fit: learn how customers buy, or forecast by an earlier version again."""

from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from relationships.actions import fitting, refitting
from relationships.models import FittedModel
from relationships.queries.card_lines import verdict_lines, version_lines
from relationships.queries.versions import live_model, versions
from relcrm.base import company as companies
from relcrm.lib.refusals import Refused
from relcrm.lib.written import a_day


class Command(BaseCommand):
    help = (
        "Fit the models of buying, staying and spending, in the foreground. The new version is "
        "used when it is no worse than the one before on the same past."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=a_day, help="use nothing after this day: YYYY-MM-DD")
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--versions", action="store_true", help="list them, fit nothing")
        instead.add_argument(
            "--rollback", action="store_true", help="forecast by the one in use before"
        )
        instead.add_argument("--use", type=int, metavar="VERSION", help="forecast by this one")
        instead.add_argument("--unpin", action="store_true", help="let later ones go live again")

    def handle(self, *args: Any, **options: Any) -> None:
        company, now = companies.current(), clock()
        as_of = companies.viewpoint(company, now, options["as_of"]).as_of
        try:
            self._do(options, as_of=as_of, now=now)
        except Refused as no:
            raise CommandError(str(no)) from no

    def _do(self, options: dict[str, Any], *, as_of: Any, now: Any) -> None:
        if options["versions"]:
            return self._say(version_lines(versions()))
        if options["unpin"]:
            refitting.unpin(by=None, now=now)
            return self._say(["Later versions go live by themselves again."])
        if options["rollback"]:
            refitting.roll_back(by=None, as_of=as_of, now=now)
        elif options["use"]:
            refitting.take_live(self._version(options["use"]), by=None, as_of=as_of, now=now)
        else:
            return self._fit(as_of, now)
        return self._say([f"{live_model()} is in use. Everyone will be scored by it."])

    def _fit(self, as_of: Any, now: Any) -> None:
        rng = np.random.default_rng(1)
        model = fitting.fit(companies.current(), as_of=as_of, now=now, rng=rng)
        head = f"{model} fitted on {model.customers:,} customers, data through {model.data_through}"
        self._say([head, *model.report["lines"], *verdict_lines(model)])

    def _version(self, number: int) -> FittedModel:
        found = versions().filter(version=number).first()
        if found is None:
            raise CommandError(f"There is no version {number}; --versions lists them.")
        return found

    def _say(self, lines: list[str]) -> None:
        for line in lines:
            self.stdout.write(line)
