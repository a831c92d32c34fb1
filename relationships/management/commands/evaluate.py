"""manage.py evaluate: how good the classifier is, where the truth is known or was held back."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now as clock

from relationships.engine.evaluation import measured
from relationships.engine.evaluation.check import table
from relationships.engine.evaluation.real import Given
from relationships.engine.evaluation.relationships import (
    DRAWN,
    SHOP,
    STRANGERS,
    WORLDS,
    Evaluated,
    evaluation,
)
from relationships.engine.evaluation.reliability import reliability_table
from relationships.engine.evaluation.sources import by_sources
from relationships.engine.evaluation.validity.aims import REFERENCES
from relationships.engine.evaluation.validity.file import BadFile
from relationships.engine.evaluation.validity.table import columns_of
from relationships.engine.evaluation.validity.validity import Validity, validity
from relationships.management import trying_value
from relationships.management.files import add_columns, transactions
from relcrm.lib.written import a_day

EPOCH = date(1970, 1, 1)


class Command(BaseCommand):
    help = "Print how good the classifier is: the tables of docs/method/evaluation.md."

    def add_arguments(self, parser: CommandParser) -> None:
        every = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        _worlds(every.add_parser("relationships", help="in invented worlds whose truth is known"))
        _sources(every.add_parser("sources", help="with more and more sources of data"))
        _quoted(every.add_parser("measured", help="all that pages quote, and keep it as data"))
        _files(every.add_parser("validity", help="on real purchases, the later ones held back"))
        trying_value.add_arguments(
            every.add_parser("value", help="models of buying, on a known past")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "relationships":
            names = ("seed", "customers", "shoppers", "strangers", "labels")
            told = evaluation(options["world"], **{name: options[name] for name in names})
            return self._say(told, as_json=options["json"])
        if options["what"] == "sources":
            return self._say_sources(options)
        if options["what"] == "value":
            self.stdout.write(trying_value.run(options, clock()))
            return None
        try:
            if options["what"] == "measured":
                return self._keep(options)
            return self._validity(options)
        except BadFile as fault:
            raise CommandError(str(fault)) from fault

    def _say_sources(self, options: dict[str, Any]) -> None:
        names = ("seed", "customers", "shoppers")
        found = by_sources(options["world"], **{name: options[name] for name in names})
        if options["json"]:
            self.stdout.write(json.dumps([one.to_json() for one in found], indent=2))
            return
        self.stdout.write(f"{'':<46}{'types':>8}{'families':>10}   macro-F1, then share right")
        for one in found:
            sign = "+ " if one.channels != one.adds else ""
            self.stdout.write(
                f"{one.where:<6}{one.step:<8}{sign + ', '.join(one.adds):<32}"
                f"{one.macro_f1_of_types:>8.2f}{one.macro_f1_of_families:>10.2f}"
                f"{one.types_right:>8.2f}{one.families_right:>8.2f}"
            )

    def _keep(self, options: dict[str, Any]) -> None:
        """Written into the product's own folder: done by who changes it, not by who runs it."""
        files = [Given(key, options[_of(key)]) for key in REFERENCES if options[_of(key)]]
        measured.keep(clock().date(), files)
        self.stdout.write(f"{measured.FILE} written")

    def _validity(self, options: dict[str, Any]) -> None:
        known = transactions(options)
        if known.left_out:
            self.stderr.write(f"{known.left_out:,} rows without a customer or of another kind")
        split = options["split"] and (options["split"] - EPOCH).days
        found = validity(known, split=split, weeks=options["weeks"], seed=options["seed"])
        if not options["json"]:
            self.stdout.write(columns_of(found))
        self._say(found, as_json=options["json"])

    def _say(self, found: Evaluated | Validity, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([one.to_json() for one in found.to_checks()], indent=2))
            return
        for part in (table(found.checks), reliability_table(found.reliable), table(found.open)):
            if part:
                self.stdout.write(part + "\n")


def _sources(one: CommandParser) -> None:
    one.add_argument(
        "--world", choices=list(WORLDS), default="s05",
        help="exact: drawn from the specification; s03, s05, s07: that far from it",
    )  # fmt: skip
    one.add_argument("--customers", type=int, default=DRAWN, help="drawn from a specification")
    one.add_argument("--shoppers", type=int, default=SHOP, help="of the invented shop")
    _common(one)


def _worlds(one: CommandParser) -> None:
    _sources(one)
    one.add_argument("--labels", type=int, default=0, help="so many customers say what they are")
    one.add_argument("--strangers", type=int, default=STRANGERS, help="added to them")


def _quoted(one: CommandParser) -> None:
    for key, reference in REFERENCES.items():
        one.add_argument(
            f"--{key}", type=Path, metavar="FILE",
            help=f"{reference.name}: measured anew, the rest kept unless another specification "
            "judged it",
        )  # fmt: skip


def _of(key: str) -> str:
    return key.replace("-", "_")


def _files(one: CommandParser) -> None:
    add_columns(one, required=True)
    one.add_argument("--country", default="", metavar="COLUMN", help="where the customer lives")
    one.add_argument("--split", type=a_day, help="freeze at the end of this day; else the middle")
    one.add_argument("--weeks", type=int, help="follow so long; else to the end of the file")
    _common(one)


def _common(one: CommandParser) -> None:
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--json", action="store_true", help="as a list of objects")
