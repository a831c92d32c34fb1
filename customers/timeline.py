"""One timeline of everything: entries from many sources, merged newest first, page by page.

Upper apps enter their sources in `AppConfig.ready`; each gives a bounded slice ordered by time,
so that a customer with fifty thousand events costs no more than one with fifty. Several customers
(an organisation's members) have a joint timeline: each source reads at most a page of each.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

PAGE = 20
FIRST_YEAR, LAST_YEAR = 1900, 2200  # at the ends of the calendar no zone can be reckoned with
GROUPS = {
    "bought": _("Bought"),
    "said": _("Said"),
    "messages": _("Messages"),
    "work": _("Our work"),
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
    # Filled in for sources that do not say them: the source's name, and whom the slice is of.
    kind: str = ""
    channel: str = ""
    who: int | None = None


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
        is_known = position.at.tzinfo is not None and FIRST_YEAR <= position.at.year <= LAST_YEAR
        return position if is_known and abs(position.pk) < 2**63 else None


@dataclass(frozen=True, slots=True)
class Slice:
    """What a source is asked for: entries of one customer, or of several, older than a position.

    A source only has to heed `group` and `kind` when it has several; `channel` when it has any.
    """

    customer: Customer
    until: datetime  # exclusive: the end of the as-of day
    currency: str
    sees_people: bool  # whether free text and names may be shown
    sees_negative: bool
    hides: frozenset[int]  # those of whom it may not be said what they bought
    group: str = ""
    before: Position | None = None
    size: int = PAGE
    kind: str = ""
    channel: str = ""
    since: datetime | None = None
    others: tuple[Customer, ...] = ()  # of a joint timeline, beside the first one
    # Whether what complaints and promises said may be told as a reason of something else.
    sees_complaints: bool = False
    sees_promises: bool = False

    @property
    def customers(self) -> list[Customer]:
        return [self.customer, *self.others]

    def of(self, rows: QuerySet[Row], source: str, at: str) -> QuerySet[Row]:
        """The newest rows of this slice by the column `at`, a page and one more."""
        rows = rows.filter(**{f"{at}__lt": self.until})
        if self.since is not None:
            rows = rows.filter(**{f"{at}__gte": self.since})
        if self.before is not None:
            rows = rows.filter(_older(self.before, source, at))
        ordered = self._theirs(rows, at).order_by(f"-{at}", "-pk")
        return ordered[: self.size + 1]

    def _theirs(self, rows: QuerySet[Row], at: str) -> QuerySet[Row]:
        """Of several customers a page each, from the index of each, whatever they have behind it.

        SQLite takes no limits within a union; there the sort is over all they have.
        """
        if not self.others or connection.vendor != "postgresql":
            return rows.filter(customer__in=self.customers)
        first, *rest = (
            rows.filter(customer=one).order_by(f"-{at}", "-pk").values("pk")[: self.size + 1]
            for one in self.customers
        )
        return rows.model._base_manager.filter(pk__in=first.union(*rest, all=True))


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


@dataclass(frozen=True, slots=True)
class Registered:
    """A source, and what it can be asked for."""

    source: Source
    groups: frozenset[str]
    kinds: Mapping[str, Any]  # kind → what a page calls it
    has_channels: bool

    def answers(self, asked: Slice) -> bool:
        return (
            (not asked.group or asked.group in self.groups)
            and (not asked.kind or asked.kind in self.kinds)
            and (not asked.channel or self.has_channels)
        )


SOURCES: dict[str, Registered] = {}


def register(
    name: str,
    source: Source,
    *,
    groups: Iterable[str],
    kinds: Mapping[str, Any] | None = None,
    has_channels: bool = False,
) -> None:
    """Call from `AppConfig.ready`. `source` answers a slice with entries, newest first.

    Without `kinds` all its entries are of one kind, called like the source.
    """
    found = frozenset(groups)
    if found - GROUPS.keys():
        raise LookupError(f"no such groups: {', '.join(sorted(found - GROUPS.keys()))}")
    plain = {name: name.replace("_", " ").capitalize()}
    SOURCES[name] = Registered(source, found, plain if kinds is None else kinds, has_channels)


def kinds() -> dict[str, Any]:
    """Every kind of entry there is, and what a page calls it."""
    return {key: words for each in SOURCES.values() for key, words in each.kinds.items()}


def timeline(asked: Slice) -> Timeline:
    """One page of everything that happened, from all sources that have such entries."""
    streams = [
        [(_whole(entry, name, asked), name) for entry in registered.source(asked)]
        for name, registered in SOURCES.items()
        if registered.answers(asked)
    ]
    page = list(islice(merge(*streams, key=_order), asked.size + 1))
    page = [(entry, name) for entry, name in page if not asked.since or entry.at >= asked.since]
    more = len(page) > asked.size
    page = page[: asked.size]
    last = page[-1] if page and more else None
    older = Position(last[0].at, last[1], last[0].pk) if last else None
    return Timeline([entry for entry, _name in page], older)


def _whole(entry: Entry, source: str, asked: Slice) -> Entry:
    if entry.kind and entry.who is not None:
        return entry
    who = asked.customer.pk if entry.who is None else entry.who
    return replace(entry, kind=entry.kind or source, who=who)


def _order(item: tuple[Entry, str]) -> Any:
    entry, source = item
    return (-entry.at.timestamp(), source, -entry.pk)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of that day in that zone, no earlier than anything can have happened."""
    return datetime.combine(max(day, date(FIRST_YEAR, 1, 1)), time(), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after that day in that zone, no later than anything can happen."""
    return datetime.combine(min(day, date(LAST_YEAR, 12, 31)) + timedelta(days=1), time(), zone)
