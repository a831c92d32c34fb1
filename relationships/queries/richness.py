"""How much the company's data can say: what comes in, of how many, and what one more would add."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import connection

from customers.models import Interaction, Kind
from relationships.engine.typology import CHANNELS
from relationships.engine.typology.gates import impossible_without
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Portfolio
from relationships.queries.sources import CHANNEL_KINDS, Sources, quick_sources

OF_PURCHASES = {"promo", "categories", "novelty", "season"}
"""Said with a purchase, not by events of their own."""
ANY_OF = {
    "hurt": {"complaints", "hostile", "reviews", "nps"},
    "let down": {"promises"},
    "glad": {"advocacy", "reviews", "nps", "complaints"},
    "opted out": {"messages"},
}
"""Marks of a gate that several sources can give."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of data; `events`, `customers`: as counted when everyone was scored last, None
    where that was not counted."""

    key: str
    is_connected: bool
    since: date | None = None
    last_on: date | None = None
    events: int | None = None
    customers: int | None = None

    @property
    def is_of_purchases(self) -> bool:
        return self.key in OF_PURCHASES


@dataclass(frozen=True)
class Richness:
    """All sources, and which types can be told apart with those that are connected."""

    as_of: date
    counted_on: date | None  # as of which day everyone was scored last
    customers: int | None  # judged then
    interactions: int
    sources: tuple[Source, ...]

    @cached_property
    def connected(self) -> frozenset[str]:
        return frozenset(one.key for one in self.sources if one.is_connected)

    @property
    def possible(self) -> list[TypeSpec]:
        shut = impossible(self.connected)
        return [kind for kind in typology().types if kind.key not in shut]

    def share(self, source: Source) -> float | None:
        """Of the customers, those of whom this is on record."""
        if source.customers is None or not self.customers:
            return None
        return min(source.customers / self.customers, 1.0)


def richness(as_of: date) -> Richness:
    """Three statements, none of which reads events: newest picture, first and last days by kind."""
    picture = Portfolio.objects.filter(as_of__lte=as_of).only("as_of", "customers", "facts").first()
    facts = picture.facts if picture else {}
    found = quick_sources(as_of, facts)
    lasts = _lasts(as_of)
    of = facts.get("coverage", {})
    return Richness(
        as_of=as_of,
        counted_on=picture.as_of if picture else None,
        customers=picture.customers if picture else None,
        interactions=found.interactions,
        sources=tuple(_source(key, found, lasts, of) for key in CHANNELS),
    )


def _source(
    key: str, found: Sources, lasts: Mapping[str, date], of: Mapping[str, int]
) -> Source:  # fmt: skip
    if key not in found.connected:
        return Source(key, is_connected=False)
    if key == "nps":
        return Source(key, is_connected=True, since=found.nps_first_on, customers=of.get(key))
    kinds = [Kind.PURCHASE] if key == "purchases" else CHANNEL_KINDS.get(key, [])
    known = [kind for kind in kinds if kind in found.firsts]
    counted = [found.counts[kind] for kind in known if kind in found.counts]
    return Source(
        key,
        is_connected=True,
        since=min((found.firsts[kind] for kind in known), default=None),
        last_on=max((lasts[kind] for kind in known if kind in lasts), default=None),
        events=sum(counted) if counted else None,
        customers=of.get(key),
    )


def _lasts(as_of: date) -> dict[str, date]:
    """The last day of each kind, not after that day: an index probe each."""
    table = Interaction._meta.db_table
    probe = f"(SELECT MAX(occurred_on) FROM {table} WHERE kind = %s AND occurred_on <= %s)"  # noqa: S608 (our own table)
    asked = [value for kind in Kind.values for value in (kind, as_of)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([probe] * len(Kind))}", asked)
        row = cursor.fetchone()
    days = (date.fromisoformat(day) if isinstance(day, str) else day for day in row)
    return {kind: day for kind, day in zip(Kind.values, days, strict=True) if day is not None}


def impossible(channels: frozenset[str]) -> frozenset[str]:
    """Keys of the types that nobody can be called when only these sources are connected."""
    return frozenset(impossible_without(channels, typology()))


def gains(channels: frozenset[str]) -> dict[str, list[TypeSpec]]:
    """Each source that could be connected → the types that it alone would add."""
    now = impossible(channels)
    return {
        channel: [typology()[key] for key in typology().keys
                  if key in now - impossible(channels | {channel})]
        for channel in CHANNELS
        if channel not in channels
    }  # fmt: skip


def lacking(kind: TypeSpec, channels: frozenset[str]) -> list[str]:
    """The shortest list of marks to be recorded before anybody can be called so; [] for none."""
    lists = [[mark for mark in one if not _is_given(mark, channels)] for one in kind.gate]
    return min(lists, key=len, default=[])


def _is_given(mark: str, channels: frozenset[str]) -> bool:
    return mark in channels or bool(channels & ANY_OF.get(mark, set()))
