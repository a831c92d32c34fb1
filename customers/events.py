"""What happened, on its way in: single events, or many of them as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from relcrm.lib.bulk import Column, is_list


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order. Quantity and unit price are positive; the kind gives the sign."""

    quantity: Decimal
    unit_price: Decimal
    product_id: int | None = None
    category: str = ""
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One interaction. (source, source_id) says which one it is, however often it comes."""

    customer_id: int
    kind: str
    occurred_at: datetime  # aware
    source: str
    source_id: str
    occurred_on: date | None = None  # the day in the company's zone; found out when None
    channel: str = ""
    is_online: bool | None = None
    brand_id: int | None = None
    amount: Decimal | None = None  # in the company's currency
    discount: Decimal | None = None
    margin: Decimal | None = None
    currency: str = ""
    original_amount: Decimal | None = None
    rate: Decimal | None = None
    category: str = ""
    rating: int | None = None
    sentiment: float | None = None
    reason: str = ""
    properties: dict[str, Any] | None = None
    lines: Sequence[Line] = ()


FIELDS = [each.name for each in fields(Event) if each.name != "lines"]
DEFAULTS = {each.name: each.default for each in fields(Event) if isinstance(each.default, str)}
NEEDED = ("customer_id", "kind", "occurred_at", "source", "source_id")


@dataclass
class Events:
    """Events as columns: a list with one value an event, or one value for all of them.

    A column that is left out keeps what is stored when the event is known already.
    `lines` holds order lines with the position of their event: [(0, Line), (0, Line), (1, …)].
    """

    columns: dict[str, Column]
    lines: list[tuple[int, Line]] = field(default_factory=list)

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Events":
        events = list(events)
        columns: dict[str, Column] = {
            name: [getattr(event, name) for event in events] for name in FIELDS
        }
        if all(day is None for day in columns["occurred_on"]):
            del columns["occurred_on"]
        lines = [(at, line) for at, event in enumerate(events) for line in event.lines]
        return cls(columns, lines)

    def __len__(self) -> int:
        return len(self.columns["source_id"])

    def values(self, name: str) -> list[Any]:
        """The column as a list, also when one value stands for all."""
        column = self.columns[name]
        return list(column) if is_list(column) else [column] * len(self)

    def part(self, start: int, stop: int) -> "Events":
        columns: dict[str, Column] = {
            name: column[start:stop] if is_list(column) else column
            for name, column in self.columns.items()
        }
        lines = [(at - start, line) for at, line in self.lines if start <= at < stop]
        return Events(columns, lines)

    def only(self, positions: list[int]) -> "Events":
        """The events at these positions, in this order."""
        columns: dict[str, Column] = {
            name: [column[at] for at in positions] if is_list(column) else column
            for name, column in self.columns.items()
        }
        moved = {old: new for new, old in enumerate(positions)}
        return Events(columns, [(moved[at], line) for at, line in self.lines if at in moved])
