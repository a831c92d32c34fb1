"""Pages by keyset: each starts after the last row of the one before, however long the list is."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError

LARGEST = 2**63 - 1
MOST, USUAL = 200, 50


def whole(value: Any) -> int:
    if type(value) is not int or abs(value) > LARGEST:
        raise ValueError(value)
    return value


def number(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError(value)
    return float(value)


def day(value: Any) -> date:
    return date.fromisoformat(value)


def instant(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None or not 1000 < found.year < 9000:
        raise ValueError(value)
    return found


def text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode()  # half a surrogate pair is a ValueError here, not in the database
    return value


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a list: columns with how each is read from a cursor; the last is unique."""

    columns: tuple[tuple[str, Callable[[Any], Any]], ...]
    descending: bool = False

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]

    def sort(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        sign = "-" if self.descending else ""
        return rows.order_by(*(f"{sign}{name}" for name in self.names))

    def after(self, last: Sequence[Any]) -> Q:
        """Rows behind `last`. The first column is bounded on its own, so that an index serves."""
        strict, loose = ("lt", "lte") if self.descending else ("gt", "gte")
        *leading, (final, value) = zip(self.names, last, strict=True)
        behind = Q(**{f"{final}__{strict}": value})
        for name, value in reversed(leading):
            behind = Q(**{f"{name}__{strict}": value}) | Q(**{name: value}) & behind
        return Q(**{f"{self.names[0]}__{loose}": last[0]}) & behind

    def encode(self, last: Sequence[Any]) -> str:
        plain = [v.isoformat() if isinstance(v, date | datetime) else v for v in last]
        packed = json.dumps([*self.names, self.descending, *plain], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    def decode(self, cursor: str) -> list[Any]:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            unpacked = json.loads(raw)
            start = [*self.names, self.descending]
            if unpacked[: len(start)] != start or len(unpacked) != len(start) + len(self.columns):
                raise ValueError(cursor)
            rest = unpacked[len(start) :]
            return [read(value) for (_, read), value in zip(self.columns, rest, strict=True)]
        except (ValueError, TypeError, KeyError, RecursionError, binascii.Error):
            remedy = "This cursor is not of this list in this order; start again without one."
            raise ValidationError({"cursor": [remedy]}) from None


def page(
    rows: "QuerySet[Any]", order: Order, *, cursor: str, limit: int, columns: Sequence[str]
) -> tuple[list[tuple[Any, ...]], str | None]:
    """At most `limit` rows as tuples of `columns`, and the cursor of the next page if any.

    One row more is read than is shown: its presence says that there is a next page,
    without counting anything.
    """
    if cursor:
        rows = rows.filter(order.after(order.decode(cursor)))
    found = list(order.sort(rows).values_list(*columns, *order.names)[: limit + 1])
    width = len(columns)
    shown = [row[:width] for row in found[:limit]]
    following = order.encode(found[limit - 1][width:]) if len(found) > limit else None
    return shown, following
