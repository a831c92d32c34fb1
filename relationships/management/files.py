"""A file of purchases and its columns, as options of every command that reads one."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from relationships.engine.evaluation.validity.file import (
    BadFile,
    Columns,
    Transactions,
    read_transactions,
)

MEANINGS = {
    "customer": "who bought",
    "date": "when, like 1997-09-30",
    "amount": "for how much; negative: a return",
    "quantity": "with --price: an amount",
    "price": "of one",
    "order": "joins lines; C…: a return",
    "kind": "says purchase or return",
}


def add_columns(one: CommandParser, *, required: bool) -> None:
    """`--file` and which of its columns is what."""
    one.add_argument(
        "--file", type=Path, required=required, help="CSV with a row of names, or gzip"
    )
    for name, meaning in MEANINGS.items():
        one.add_argument(f"--{name}", default="", metavar="COLUMN", help=meaning)


def transactions(options: dict[str, Any], *, needs_money: bool = True) -> Transactions:
    """The rows of the file; raises `BadFile` in words for the person who asked. Where no money is
    needed and no column says any, every purchase counts as one."""
    if not (options["customer"] and options["date"]):
        raise BadFile("Say which column is the customer (--customer) and the day (--date).")
    named = {name: options[name] for name in MEANINGS}
    country = options.get("country") or ""
    columns = Columns(**named, country=country, needs_money=needs_money)
    return read_transactions(options["file"], columns)
