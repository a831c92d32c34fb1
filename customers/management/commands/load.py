"""`manage.py load purchases|interactions|customers FILE --map …`: a file goes in, at once."""

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now as clock

from customers.actions import imports, take_in
from customers.models import Identity, Import
from customers.queries.imports import looks_old
from relcrm.base.actions.company import set_as_of
from relcrm.lib.refusals import Refused

EVERY_SECONDS = 0.5


class Command(BaseCommand):
    help = "Take a file in: CSV with any common delimiter, plain, gzip or zip."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=Import.Kind.values)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map", default="", metavar="customer=COLUMN,date=COLUMN,amount=COLUMN",
            help="which column is what; also order, quantity, price, product, category, kind, "
            "discount, currency, brand; of interactions channel, rating, sentiment, text; of "
            "customers name, email, city, custom.KEY … Without it the columns are recognised.",
        )  # fmt: skip
        parser.add_argument(
            "--keep", default="", metavar="COLUMN,COLUMN|all",
            help="columns without a meaning to keep: as fields of customers, or with each event",
        )  # fmt: skip
        parser.add_argument("--kind", default="", help="what all rows are: visit, review, …")
        parser.add_argument(
            "--known-by", choices=Identity.Kind.values[:3], default="",
            help="how customers are recognised: external (a number), email or phone",
        )  # fmt: skip
        parser.add_argument("--check", action="store_true", help="read every row, store none")
        parser.add_argument("--as-of", metavar="newest|DATE", help="then look at the company so")
        parser.add_argument("--source", default="", help="the system that gave the numbers")
        parser.add_argument("--delimiter", default="")
        parser.add_argument("--encoding", default="")
        parser.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], default="")
        parser.add_argument("--decimal", choices=[".", ","], default="")
        parser.add_argument(
            "--rate", action="append", default=[], metavar="USD=0.92",
            help="how much of the company's currency one unit of another is; may be repeated",
        )  # fmt: skip

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            as_of = _day(given["as_of"])
            of = imports.bring(
                str(given["file"].absolute()),
                kind=given["what"],
                mapping=_pairs(given["map"].split(","), "--map") or None,
                dialect={key: given[key] for key in ("delimiter", "encoding")},
                options=_options(given),
                by=None,
            )
            self._say_the_columns(of)
            if given["check"]:
                return self._say(of, take_in.check(of, progress=Printed()), None)
            imports.make_ready(of, by=None, now=clock())
            counts = take_in.take_in(of, progress=Printed(), position=None, by=None)
            if as_of:
                day = of.newest_on if as_of == "newest" else as_of
                set_as_of(day, by=None, now=clock())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(of, counts, as_of)

    def _say_the_columns(self, of: Import) -> None:
        named = ", ".join(f"{meaning}={name}" for meaning, name in of.mapping.items())
        self.stderr.write(f"Reading {of.file_name} with {named}")

    def _say(self, of: Import, counts: dict[str, Any], as_of: object) -> None:
        stored = counts["stored"]
        say = self.stdout.write
        say(f"rows        {counts['rows']}")
        say(f"customers   {counts['customers']}")
        for name in ("purchases", "returns", "others", "revenue"):
            if name in counts and (name != "others" or counts[name]):
                say(f"{name:<12}{counts[name]}")
        for reason, count in sorted(counts["skipped"].items()):
            say(f"skipped     {count} rows: {reason}")
        say(
            f"stored      {stored['inserted']} new, {stored['updated']} changed, "
            f"{stored['unchanged']} known already"
        )
        if counts["newest_on"]:
            say(f"newest day  {counts['newest_on']}")
        if counts.get("split_orders"):
            say(f"order numbers used for several customers or days: {counts['split_orders']}")
        if counts["left_out"]:
            say(f"left out    {', '.join(counts['left_out'])} (--keep all keeps them)")
        say(f"import      {of.pk}; manage.py undo_import {of.pk} takes it out again")
        if not as_of and looks_old(of, clock()):
            say("The newest day is long past: add --as-of newest to look at the company then.")
        self.stderr.write("Next: manage.py fit, then manage.py score --all")


class Printed:
    """Progress on the terminal, one line that is written over."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.last = 0.0

    def __call__(self, done: int, *, total: int | None = None, position: Any = None) -> None:
        now = time.monotonic()
        if now - self.last < EVERY_SECONDS and done != total:
            return
        self.last = now
        rate = done / max(now - self.started, 0.001)
        left = f", {max(total - done, 0) / rate:.0f} s left" if total and done else ""
        share = f"{100 * done / total:.0f} %" if total else f"{done:,}"
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{share}{left}          {end}")
        sys.stderr.flush()


def _options(given: dict[str, Any]) -> dict[str, Any]:
    keep = [name.strip() for name in given["keep"].split(",") if name.strip()]
    return {key: given[key] for key in ("source", "date_order", "decimal")} | {
        "rates": _pairs(given["rate"], "--rate"),
        "keep": "all" if keep == ["all"] else keep,
        "usual_kind": given["kind"],
        "identity": given["known_by"],
    }


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    pairs = {}
    for text in filter(None, (text.strip() for text in texts)):
        name, sign, value = text.partition("=")
        if not (name.strip() and sign and value.strip()):
            raise CommandError(f"{option}: write name=value, not “{text}”.")
        pairs[name.strip()] = value.strip()
    return pairs


def _day(text: str | None) -> date | str | None:
    if not text or text == "newest":
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(
            f"--as-of: write newest or a day like 1998-06-30, not “{text}”."
        ) from problem
