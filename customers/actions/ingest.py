"""The one way in for interactions: many at once, each stored once however often it comes."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from customers.actions import upsert
from customers.actions.sensitive import keep_buyers_discreet
from customers.events import NEEDED, Event, Events
from customers.models import Kind
from customers.touched import look_soon
from relcrm.base import audit, company
from relcrm.base.audit import Actor
from relcrm.lib.bulk import is_list
from relcrm.lib.refusals import Refused

# SQLite has one writer: short transactions, with a gap between them, let the web's writes in.
# On PostgreSQL a longer one writes each customer only once.
SLICE = {"sqlite": 5_000, "postgresql": 1_000_000}
PAUSE_SECONDS = {"sqlite": 0.05, "postgresql": 0.0}
AHEAD = timedelta(days=1)  # clocks differ, and it is tomorrow already in Auckland


@dataclass(frozen=True, slots=True)
class Ingested:
    """How many events were new, changed, and known already."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Ingested") -> "Ingested":
        return Ingested(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


@transaction.atomic
def record_interactions(
    events: Events | Iterable[Event], *, by: Actor, now: datetime, mode: str = "update"
) -> Ingested:
    """All or none of these events, in one transaction with its audit line."""
    events = events if isinstance(events, Events) else Events.of(events)
    done = ingest(events, now=now, mode=mode)
    audit.record(
        "interactions.recorded", by=by, at=now,
        inserted=done.inserted, updated=done.updated, unchanged=done.unchanged,
    )  # fmt: skip
    return done


def ingest_in_slices(events: Events, *, now: datetime, mode: str = "update") -> Ingested:
    """As `ingest`, in transactions short enough that others can write between them."""
    size, done, gap = SLICE[connection.vendor], Ingested(), Gap()
    for start in range(0, len(events), size):
        part = events.part(start, start + size)
        with gap.before():
            done += ingest(part, now=now, mode=mode)
    return done


class Gap:
    """At least PAUSE_SECONDS between one transaction and the next; the time in which the next one
    is prepared counts."""

    def __init__(self) -> None:
        self.since = 0.0  # the monotonic clock's time at the end of the last transaction

    @contextmanager
    def before(self) -> Iterator[None]:
        gap = PAUSE_SECONDS[connection.vendor] - (time.monotonic() - self.since)
        if self.since and gap > 0:
            time.sleep(gap)
        yield
        self.since = time.monotonic()


@transaction.atomic
def ingest(
    events: Events | Iterable[Event], *, now: datetime, mode: str = "update", of: int | None = None
) -> Ingested:
    """Store events; a known (source, source_id) is changed ("update") or left alone ("leave").
    What rows were that the import number `of` changes, is kept for its undoing.

    Sets when customers were first and last seen, and `touched_at` so that they are scored again.
    An event that comes twice in one call counts as its last. For callers with an audit line of
    their own.
    """
    events = events if isinstance(events, Events) else Events.of(events)
    if not len(events):
        return Ingested()
    _check(events, now)
    events = _each_once(_with_days(events))
    upsert.stage(events, now)
    _refuse_strangers()
    inserted, updated = upsert.take(list(events.columns), keep=mode == "leave", now=now, of=of)
    if events.lines:
        upsert.take_lines(events, now=now, of=of)
    keep_buyers_discreet(events, now=now)
    if of is None:  # a file has many batches, which are judged now and then
        look_soon()
    return Ingested(inserted, updated, len(events) - inserted - updated)


def _check(events: Events, now: datetime) -> None:
    missing = [name for name in NEEDED if name not in events.columns]
    if missing:
        raise Refused(f"Interactions need {', '.join(missing)}.")
    unknown = _distinct(events, "kind") - set(Kind.values)
    if unknown:
        raise Refused(f"There is no kind of interaction called “{min(unknown)}”.")
    if max(_distinct(events, "occurred_at")) > now + AHEAD:
        raise Refused("An interaction lies in the future; check the date.")
    amounts = _distinct(events, "amount") - {None}
    if amounts and min(amounts) < 0:
        raise Refused("Amounts are positive; a return has the kind “return”.")
    _refuse_unconverted(events)


def _refuse_unconverted(events: Events) -> None:
    """Sums are of one currency; of another the rate and the original amount are kept."""
    others = _distinct(events, "currency") - {None, ""} if "currency" in events.columns else set()
    if not others:
        return
    ours = company.current().currency
    told = [
        events.values(name) if name in events.columns else [None] * len(events)
        for name in ("currency", "amount", "original_amount", "rate")
    ]
    for code, amount, original, rate in zip(*told, strict=True):
        is_told = rate is not None and rate > 0 and (amount is None or original is not None)
        if code and code != ours and not is_told:
            raise Refused(
                f"Amounts are kept in {ours}. One in {code} needs its rate and the original amount."
            )


def _distinct(events: Events, name: str) -> set[Any]:
    column = events.columns.get(name)
    return set(column) if is_list(column) else {column}


def _with_days(events: Events) -> Events:
    """Each event with its day in the company's zone."""
    zone = company.current().tzinfo
    if "occurred_on" not in events.columns:
        days = _days(events.values("occurred_at"), zone)
    elif None in _distinct(events, "occurred_on"):
        given, instants = events.values("occurred_on"), events.values("occurred_at")
        days = [day or at.astimezone(zone).date() for day, at in zip(given, instants, strict=True)]
    else:
        return events
    return Events(events.columns | {"occurred_on": days}, events.lines)


def _days(instants: list[datetime], zone: ZoneInfo) -> list[date]:
    known = {instant: instant.astimezone(zone).date() for instant in set(instants)}
    return [known[instant] for instant in instants]


def _each_once(events: Events) -> Events:
    """Without earlier copies of an event that comes twice: the last one holds."""
    keys = list(zip(events.values("source"), events.values("source_id"), strict=True))
    last = {key: at for at, key in enumerate(keys)}
    return events if len(last) == len(keys) else events.only(sorted(last.values()))


def _refuse_strangers() -> None:
    strangers = upsert.strangers()
    if strangers:
        named = ", ".join(map(str, strangers))
        raise Refused(f"There is no customer with the number {named}; nothing was recorded.")
