"""manage.py fit: fit the models of value and the calibration, in the foreground."""

from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now as clock

from relationships.actions import fitting
from relcrm.base import company as companies
from relcrm.lib.written import a_day


class Command(BaseCommand):
    help = "Fit the models of buying, staying and spending, and make the newest one current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=a_day, help="use nothing after this day: YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        company = companies.current()
        as_of = companies.viewpoint(company, clock(), options["as_of"]).as_of
        model = fitting.fit(company, as_of=as_of, now=clock(), rng=np.random.default_rng(1))
        self.stdout.write(
            f"{model} fitted on {model.customers:,} customers, data through {model.data_through}"
        )
        for line in model.report["lines"]:
            self.stdout.write(line)
