"""Pages forward and back through a long list, without counting it and without skipping rows.

A list is made of parts that follow one another (those with a value, then those without), each
in an order that an index serves. A page's address names the row it starts after or ends before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import ValidationError

from relcrm.lib.rest.keyset import Order
from relcrm.lib.written import whole

Row = TypeVar("Row", bound=Model)
Place = tuple[int, list[Any]]  # in which part, and the key of the row there


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """Some rows of the list in the order they are shown."""

    rows: "QuerySet[Row]"
    order: Order

    def beyond(self, key: Sequence[Any] | None, *, back: bool, most: int) -> list[Row]:
        """At most so many rows behind the one with this key, or before it, nearest first."""
        order = replace(self.order, descending=self.order.descending != back)
        rows = self.rows.filter(order.after(key)) if key else self.rows
        return list(order.sort(rows)[:most])

    def key(self, row: Row) -> list[Any]:
        return [reduce(getattr, name.split("__"), row) for name in self.order.names]


@dataclass(frozen=True, slots=True)
class Window(Generic[Row]):
    """One page of the list; `before` and `after` are "" where there is nothing more."""

    rows: list[Row]
    before: str = ""
    after: str = ""


def window(
    parts: Sequence[Part[Row]], *, after: str = "", before: str = "", size: int = 50
) -> Window[Row]:
    """The page after a row or before one; a place that makes no sense means the first page."""
    if place := _read(parts, before):
        found = _gather(parts, place, back=True, most=size + 1)
        if len(found) > size:
            return _shown(parts, found[:size][::-1], is_first=False, is_last=False)
        return _forward(parts, None, size)
    return _forward(parts, _read(parts, after), size)


def _forward(parts: Sequence[Part[Row]], place: Place | None, size: int) -> Window[Row]:
    found = _gather(parts, place, back=False, most=size + 1)
    return _shown(parts, found[:size], is_first=place is None, is_last=len(found) <= size)


def _gather(
    parts: Sequence[Part[Row]], place: Place | None, *, back: bool, most: int
) -> list[tuple[int, Row]]:
    at, key = place or (0, None)
    numbers = range(at, -1, -1) if back else range(at, len(parts))
    found: list[tuple[int, Row]] = []
    for number in numbers:
        rows = parts[number].beyond(key, back=back, most=most - len(found))
        found += [(number, row) for row in rows]
        key = None
        if len(found) == most:
            break
    return found


def _shown(
    parts: Sequence[Part[Row]], found: list[tuple[int, Row]], *, is_first: bool, is_last: bool
) -> Window[Row]:
    rows = [row for _, row in found]
    return Window(
        rows,
        before="" if is_first or not found else _write(parts, *found[0]),
        after="" if is_last else _write(parts, *found[-1]),
    )


def _write(parts: Sequence[Part[Row]], number: int, row: Row) -> str:
    part = parts[number]
    return f"{number}.{part.order.encode(part.key(row))}"


def _read(parts: Sequence[Part[Row]], written: str) -> Place | None:
    part, _, cursor = written.partition(".")
    number = whole(part)
    if number is None or number >= len(parts):
        return None
    try:
        return number, parts[number].order.decode(cursor)
    except ValidationError:
        return None
