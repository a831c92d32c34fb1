"""manage.py evaluate: how good the classifier is, in worlds whose truth is known."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from relationships.engine.evaluation.check import Check, table
from relationships.engine.evaluation.relationships import DRAWN, SHOP, STRANGERS, WORLDS, evaluation


class Command(BaseCommand):
    help = "Print how good the classifier is: the table of docs/method/evaluation.md."

    def add_arguments(self, parser: CommandParser) -> None:
        every = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        one = every.add_parser("relationships", help="in invented worlds whose truth is known")
        one.add_argument(
            "--world", choices=list(WORLDS), default="s05",
            help="exact: drawn from the specification; s03, s05, s07: that far from it",
        )  # fmt: skip
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--customers", type=int, default=DRAWN, help="drawn from a specification")
        one.add_argument("--shoppers", type=int, default=SHOP, help="of the invented shop")
        one.add_argument("--strangers", type=int, default=STRANGERS, help="added to them")
        one.add_argument("--json", action="store_true", help="as a list of objects")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = evaluation(
            options["world"],
            seed=options["seed"],
            customers=options["customers"],
            shoppers=options["shoppers"],
            strangers=options["strangers"],
        )
        self._say(checks, as_json=options["json"])

    def _say(self, checks: list[Check], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([one.to_json() for one in checks], indent=2))
        else:
            self.stdout.write(table(checks))
