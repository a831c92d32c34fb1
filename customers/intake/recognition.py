"""A first look at a file: its dialect, what its columns mean, how its dates are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from customers import identities
from customers.intake import dates, numbers, recognise, source
from customers.intake.plan import DATES
from customers.intake.shapes import kind_of_file, shape
from customers.intake.source import Dialect
from customers.intake.table import Row, table
from customers.models import Import
from relcrm.lib.refusals import Refused

SAMPLE_ROWS = 500
DATED_ROWS = 200_000  # looked through when the first rows do not tell day from month


@dataclass(frozen=True)
class Recognised:
    """What was found out; every part can be overruled."""

    dialect: Dialect
    header: list[str]
    rows: list[Row]
    mapping: dict[str, str]
    kind: str

    def samples(self, name: str) -> list[str]:
        at = self.header.index(name)
        return [row[at] for row in self.rows if row[at].strip()]


def look(
    path: Path, *, mapping: dict[str, str] | None = None, kind: str = "", **overrides: Any
) -> Recognised:
    """Recognise a file. `overrides`: encoding, delimiter. Refuses what is no table."""
    dialect = source.recognised(path, **overrides)
    with table(path, dialect, SAMPLE_ROWS) as opened:
        first = next(opened.chunks, None)
        header = opened.header
    if first is None:
        raise Refused("The file has a header but no rows below it.")
    if not first.rows:
        raise Refused(f"The first rows cannot be read: row {first.ragged[0][0]} "
                      f"{first.ragged[0][1]}. Choose another delimiter.")  # fmt: skip
    columns = recognise.columns(header, first.rows)
    kind = kind or kind_of_file(columns)
    if mapping is None:
        mapping = shape(kind).recognised(columns)
    return Recognised(dialect, header, first.rows, mapping, kind)


def guessed_options(path: Path, found: Recognised) -> dict[str, str]:
    """Order of dates, mark of decimals and kind of customers, from what the columns hold."""
    options = {"date_order": "", "decimal": ".", "identity": "external"}
    if name := next(filter(None, (_column(found, each) for each in DATES)), None):
        options["date_order"] = date_order(path, found.dialect, found.header, name)
    figures = [
        text
        for meaning in recognise.NUMERIC
        if (name := _column(found, meaning))
        for text in found.samples(name)
    ]
    options["decimal"] = numbers.decimal_mark(figures, found.dialect.delimiter)
    if name := _column(found, "customer"):
        options["identity"] = str(identities.kind_of(found.samples(name)))
    elif found.kind == Import.Kind.CUSTOMERS:
        options["identity"] = next((each for each in ("email", "phone") if _column(found, each)),
                                   "external")  # fmt: skip
    return options


def _column(found: Recognised, meaning: str) -> str | None:
    name = found.mapping.get(meaning)
    return name if name in found.header else None


def date_order(path: Path, dialect: Dialect, header: Sequence[str], name: str) -> str:
    """As `dates.order_of`, over as many rows as it takes to tell."""
    at = header.index(name)
    texts: set[str] = set()
    with table(path, dialect, 5_000) as opened:
        for chunk in islice(opened.chunks, DATED_ROWS // 5_000):
            texts |= set(_column_of(chunk.rows, at))
            order = dates.order_of(texts)
            if order:
                return order
    return ""


def _column_of(rows: Sequence[Row], at: int) -> Iterator[str]:
    return (row[at] for row in rows if row[at].strip())
