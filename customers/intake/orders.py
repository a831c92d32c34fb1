"""Lines become events: one purchase per customer, order and day, or one per row without orders."""

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, islice
from typing import Any
from zoneinfo import ZoneInfo

from customers.intake.lines import CREDIT_NOTE, PURCHASE, RETURN, Line
from relcrm.lib.refusals import Refused

# More lines than these in one group mean a wrong column, and would not fit the memory.
LARGEST_ORDER = 10_000
LARGEST_DAY = 100_000
CENT = Decimal("0.01")
ONE, NOTHING = Decimal(1), Decimal(0)
PAID = (PURCHASE, RETURN)


@dataclass(slots=True)
class Taken:
    """One event as it will be stored, with the lines it is made of."""

    customer: str
    kind: str
    day: date
    at: datetime
    amount: Decimal | None
    source_id: str
    discount: Decimal | None
    category: str
    currency: str | None
    original: Decimal | None
    rate: Decimal | None
    brand: str | None
    lines: list[Line]
    more: dict[str, Any] = field(default_factory=dict)  # channel, rating, properties, …


@dataclass
class Batch:
    """Events that are stored together, and the group after which the next batch begins."""

    events: list[Taken] = field(default_factory=list)
    rows: int = 0
    doubled: list[tuple[Line, Line]] = field(default_factory=list)  # a row, and what holds instead
    after: tuple[str, str, str] = ("", "", "")


@dataclass
class Orders:
    """How lines become events in one import."""

    digest: str  # of the file: rows without an order number are known by it
    zone: ZoneInfo
    split: Container[str] = frozenset()  # orders of several customers or days
    rates: dict[str, str] = field(default_factory=dict)
    order_column: str = ""
    has_lines: bool = True  # rows of one order are its lines; else each is an order of its own
    midnights: dict[str, tuple[date, datetime]] = field(default_factory=dict)

    def batches(self, lines: Iterable[Line], size: int) -> Iterator[Batch]:
        """Batches of about `size` lines; an order, or a customer's day, is never cut in two."""
        return (self._whole_orders if self.order_column else self._whole_days)(iter(lines), size)

    def _whole_days(self, lines: Iterator[Line], size: int) -> Iterator[Batch]:
        """Without order numbers each row is an event, and nothing has to be put together."""
        members = list(islice(lines, size))
        while members:
            key, ahead = members[-1][:3], []
            for line in lines:
                if line[:3] != key:
                    ahead = [line]
                    break
                members.append(line)
                if len(members) > LARGEST_DAY and members[-LARGEST_DAY - 1][:3] == key:
                    raise _giant_day(line)
            yield Batch(list(map(self._row, members)), len(members), after=key)
            members = ahead + list(islice(lines, size - 1)) if ahead else []

    def _whole_orders(self, lines: Iterator[Line], size: int) -> Iterator[Batch]:
        batch = Batch()
        for key, group in groupby(lines, key=lambda line: (line[0], line[1], line[2])):
            members = list(islice(group, LARGEST_DAY + 1))
            self._refuse_giants(members)
            batch.rows += len(members)
            if members[0].order_no and len(members) > 1:
                members = self._each_once(members, batch)
            batch.events += self.events(members)
            batch.after = key
            if batch.rows >= size:
                yield batch
                batch = Batch()
        if batch.rows:
            yield batch

    def _each_once(self, members: list[Line], batch: Batch) -> list[Line]:
        """Without rows that say again what another says: of a purchase the very same row (where
        rows are not lines of an order), of anything else an earlier row of the same number."""
        last: dict[Any, Line] = {}
        for line in members:
            if line.kind not in PAID:
                key: Any = line.kind
            elif self.has_lines:
                key = line.row
            else:
                key = line._replace(row=0)
            if key in last:
                batch.doubled.append((last[key], line))
            last[key] = line
        return list(last.values())

    def events(self, members: list[Line]) -> list[Taken]:
        """The events of one customer's lines of one day and order."""
        first = members[0]
        if not first.order_no:
            return [self._row(line) for line in members]
        base = self._source_id(first)
        kinds = dict.fromkeys(line.kind for line in members)
        return [
            self._event(
                [line for line in members if line.kind == kind],
                _of_kind(base, first, kind, is_alone=len(kinds) == 1),
            )
            for kind in kinds
        ]

    def _refuse_giants(self, members: list[Line]) -> None:
        first = members[0]
        if first.order_no and len(members) > LARGEST_ORDER:
            raise Refused(
                f"The order {first.order_no} has more than {LARGEST_ORDER:,} lines; "
                f"is “{self.order_column}” really the order number?"
            )
        if len(members) > LARGEST_DAY:
            raise _giant_day(first)

    def _source_id(self, line: Line) -> str:
        if line.order_no not in self.split:
            return line.order_no
        person = hashlib.sha256(line.customer.encode()).hexdigest()[:8]
        return f"{line.order_no}/{line.day}/{person}"

    def _row(self, line: Line) -> Taken:
        """A row without an order number; most have nothing but who, when and how much."""
        source_id = f"{self.digest[:24]}:{line.row}"
        if line.currency or line.discount is not None:
            return self._event([line], source_id)
        day, at = self._moment(line)
        amount = _cents(Decimal(line.amount)) if line.amount else None
        return Taken(
            line.customer, line.kind, day, at, amount, source_id,
            None, line.category or "", None, None, None, line.brand, [line],
            json.loads(line.more) if line.more else {},
        )  # fmt: skip

    def _event(self, lines: list[Line], source_id: str) -> Taken:
        first = lines[0]
        kind, day, at = first.kind, *self._moment(first)
        said = [Decimal(line.amount) for line in lines if line.amount]
        original = sum(said, Decimal(0))
        if original < 0:  # lines that lower an order took more than it held
            kind, original = RETURN, -original
        rate = Decimal(self.rates[first.currency]) if first.currency else None
        discounts = [Decimal(line.discount) for line in lines if line.discount is not None]
        categories = {line.category for line in lines}
        return Taken(
            first.customer, kind, day, at, _cents(original * (rate or ONE)) if said else None,
            source_id,
            _cents(sum(discounts, Decimal(0)) * (rate or ONE)) if discounts else None,
            (categories.pop() or "") if len(categories) == 1 else "",
            first.currency, _cents(original) if rate else None, rate, first.brand, lines,
            json.loads(first.more) if first.more else {},
        )  # fmt: skip

    def _moment(self, line: Line) -> tuple[date, datetime]:
        """A row without a time happened at the beginning of its day in the company's zone."""
        if line.at:
            return date.fromisoformat(line.day), datetime.fromisoformat(line.at)
        known = self.midnights.get(line.day)
        if known is None:
            day = date.fromisoformat(line.day)
            known = self.midnights[line.day] = (day, datetime.combine(day, time(), self.zone))
        return known


def _giant_day(line: Line) -> Refused:
    return Refused(
        f"The customer {line.customer} has more than {LARGEST_DAY:,} rows on {line.day}; "
        f"choose the column that tells customers apart."
    )


def _of_kind(base: str, line: Line, kind: str, *, is_alone: bool) -> str:
    """A return inside an order is an event of its own; a credit note is one anyway. So is what is
    neither bought nor returned, unless one number stands for several kinds."""
    own = kind == PURCHASE or CREDIT_NOTE.match(line.order_no) or (is_alone and kind != RETURN)
    return base if own else f"{base}/{kind}"


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Tally:
    """What an import has taken so far; kept with the job's position, so that a resume goes on."""

    counts: Counter[str] = field(default_factory=Counter)
    revenue: Decimal = Decimal(0)
    newest: str = ""
    last_customer: str = ""
    last_day: int = 0  # ordinal; 0 before a customer's first purchase
    gaps: Counter[int] = field(default_factory=Counter)  # days between a customer's purchases

    def add(self, batch: Batch) -> None:
        counts = self.counts
        counts["rows"] += batch.rows
        for event in batch.events:
            if event.customer != self.last_customer:
                counts["customers"] += 1
                self.last_customer, self.last_day = event.customer, 0
            if event.kind == PURCHASE:
                self._gap(event.day)
        if batch.events:
            self._sum(batch.events)

    def _sum(self, events: list[Taken]) -> None:
        bought = [event.amount or NOTHING for event in events if event.kind == PURCHASE]
        returned = [event.amount or NOTHING for event in events if event.kind == RETURN]
        self.counts["purchases"] += len(bought)
        self.counts["returns"] += len(returned)
        self.counts["others"] += len(events) - len(bought) - len(returned)
        self.revenue += sum(bought, Decimal(0)) - sum(returned, Decimal(0))
        self.newest = max(self.newest, max(event.day for event in events).isoformat())

    def _gap(self, day: date) -> None:
        number = day.toordinal()
        if self.last_day and number != self.last_day:
            self.gaps[number - self.last_day] += 1
        self.last_day = number

    def median_gap_days(self) -> int | None:
        """The middle of all gaps between purchases of the same customer."""
        half, seen = sum(self.gaps.values()) / 2, 0
        for days, count in sorted(self.gaps.items()):
            seen += count
            if seen >= half:
                return days
        return None

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts), "revenue": str(self.revenue), "newest": self.newest,
            "last_customer": self.last_customer, "last_day": self.last_day,
            "gaps": {str(days): count for days, count in self.gaps.items()},
        }  # fmt: skip

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Tally":
        return cls(
            Counter(kept["counts"]), Decimal(kept["revenue"]), kept["newest"],
            kept["last_customer"], kept["last_day"],
            Counter({int(days): count for days, count in kept["gaps"].items()}),
        )  # fmt: skip
