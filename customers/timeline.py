"""One timeline of everything: entries from many sources, merged newest first, page by page.

Upper apps enter their sources in `AppConfig.ready`; each gives a bounded slice ordered by time,
so that a customer with fifty thousand events costs no more than one with fifty.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

PAGE = 20
GROUPS = {
    "bought": _("Bought"),
    "said": _("Said"),
    "messages": _("Messages"),
    "turns": _("Turning points"),
}
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline, in words. `pk` is the row's key within its source."""

    at: datetime
    pk: int
    title: str
    icon: str
    why: str = ""
    end: str = ""
    tone: str = ""  # good, warn, bad, turn
    is_quiet: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: entries at the same instant are ordered by source, then newest key."""

    at: datetime
    source: str
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """From an address; None (the beginning) when it makes no sense."""
        at, _tilde, rest = text.partition("~")
        source, _tilde, pk = rest.partition("~")
        try:
            position = cls(datetime.fromisoformat(at.replace(" ", "+")), source, int(pk))
        except ValueError:
            return None
        return position if position.at.tzinfo and abs(position.pk) < 2**63 else None


@dataclass(frozen=True, slots=True)
class Slice:
    """What a source is asked for: one customer's entries of a group, older than a position."""

    customer: Customer
    until: datetime  # exclusive: the end of the as-of day
    currency: str
    sees_people: bool  # whether free text and names may be shown
    sees_negative: bool
    group: str = ""
    before: Position | None = None
    size: int = PAGE

    def of(self, rows: QuerySet[Row], source: str, at: str) -> QuerySet[Row]:
        """The newest rows of this slice by the column `at`, a page and one more."""
        rows = rows.filter(**{"customer": self.customer, f"{at}__lt": self.until})
        if self.before is not None:
            rows = rows.filter(_older(self.before, source, at))
        return rows.order_by(f"-{at}", "-pk")[: self.size + 1]


def _older(before: Position, source: str, at: str) -> Q:
    """After `before` in the order (newest first, then source by name, then newest key)."""
    if source < before.source:
        return Q(**{f"{at}__lt": before.at})
    if source > before.source:
        return Q(**{f"{at}__lte": before.at})
    # The first condition repeats the second's bound, so that the index is entered there.
    same = Q(**{at: before.at, "pk__lt": before.pk})
    return Q(**{f"{at}__lte": before.at}) & (Q(**{f"{at}__lt": before.at}) | same)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of entries, and the position after which the next one begins (None: the end)."""

    entries: list[Entry]
    older: Position | None


Source = Callable[[Slice], Iterable[Entry]]
SOURCES: dict[str, tuple[Source, frozenset[str]]] = {}


def register(name: str, source: Source, *, groups: Iterable[str]) -> None:
    """Call from `AppConfig.ready`. `source` answers a slice with entries, newest first."""
    found = frozenset(groups)
    if found - GROUPS.keys():
        raise LookupError(f"no such groups: {', '.join(sorted(found - GROUPS.keys()))}")
    SOURCES[name] = (source, found)


def timeline(asked: Slice) -> Timeline:
    """One page of everything that happened, from all sources that have such entries."""
    streams = [
        [(entry, name) for entry in source(asked)]
        for name, (source, groups) in SOURCES.items()
        if not asked.group or asked.group in groups
    ]
    page = list(islice(merge(*streams, key=_order), asked.size + 1))
    more = len(page) > asked.size
    page = page[: asked.size]
    last = page[-1] if page and more else None
    older = Position(last[0].at, last[1], last[0].pk) if last else None
    return Timeline([entry for entry, _name in page], older)


def _order(item: tuple[Entry, str]) -> Any:
    entry, source = item
    return (-entry.at.timestamp(), source, -entry.pk)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after that day in that zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
