"""Keeping note of who was shown whose data, at the cost of a set's update per request.

Lists are read too often for an audit line each. What was shown is gathered in memory, by actor,
door, resource, fields and hour, and written by a thread of its own every few seconds, so that no
request waits for the database's writer. docs/decisions/audit-trail.md says what can be lost.
"""

import atexit
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.timezone import now as clock

from relcrm.base.audit import Actor, actor_name
from relcrm.base.models import Reading
from relcrm.lib import idsets

log = logging.getLogger(__name__)
MOST = 200_000  # customers in memory; then the request that brings more writes them itself
Key = tuple[datetime, str, str, str, tuple[str, ...]]


@dataclass
class Seen:
    """What one actor was shown of one resource in one hour, not written yet."""

    first_at: datetime
    last_at: datetime
    calls: int = 0
    customers: set[int] = field(default_factory=set)


_gathered: dict[Key, Seen] = {}
_lock = threading.Lock()
_wake = threading.Event()
_writer: threading.Thread | None = None


def note(
    by: Actor, door: str, resource: str, fields: Iterable[str], customers: Iterable[int]
) -> None:
    """These fields of these customers were shown to `by`. Written within seconds."""
    shown = set(customers)
    if not shown:
        return
    now = clock()
    hour = now.replace(minute=0, second=0, microsecond=0)
    key = (hour, actor_name(by), door, resource, tuple(sorted(set(fields))))
    with _lock:
        seen = _gathered.setdefault(key, Seen(now, now))
        seen.last_at = now
        seen.calls += 1
        seen.customers |= shown
        is_much = sum(len(each.customers) for each in _gathered.values()) > MOST
    if is_much:
        flush()
    elif settings.READINGS_EVERY:
        _start()


def keep(
    by: Actor, resource: str, fields: Iterable[str], customers: Iterable[int], *, now: datetime
) -> Reading:
    """A file with these customers leaves the house: written at once, in the same transaction."""
    ids = set(customers)
    return Reading.objects.create(
        hour=now.replace(minute=0, second=0, microsecond=0), first_at=now, last_at=now,
        actor=actor_name(by), door=Reading.Door.FILE, resource=resource,
        fields=sorted(set(fields)), people=len(ids), customers=idsets.pack(ids),
    )  # fmt: skip


def passing(
    rows: Iterable[Sequence[Any]], by: Actor, resource: str, fields: Iterable[str], *, now: datetime
) -> Iterator[Sequence[Any]]:
    """The rows of a file on their way out, the customer's number first in each; what has gone is
    on record when the last one has, or when whoever fetches them hangs up."""
    gone: set[int] = set()
    try:
        for row in rows:
            gone.add(int(row[0]))
            yield row
    finally:
        if gone:
            keep(by, resource, fields, gone, now=now)


def flush() -> int:
    """Write what was gathered; return how many rows. What cannot be written is kept for later."""
    with _lock:
        taken, rest = dict(_gathered), _gathered
        rest.clear()
    rows = [_row(key, seen) for key, seen in taken.items()]
    try:
        Reading.objects.bulk_create(rows, batch_size=200)
    except DatabaseError:
        log.warning("%d readings could not be written and are kept for later", len(rows))
        with _lock:
            for key, seen in taken.items():
                later = _gathered.setdefault(key, Seen(seen.first_at, seen.last_at))
                later.first_at = min(later.first_at, seen.first_at)
                later.calls += seen.calls
                later.customers |= seen.customers
        return 0
    return len(rows)


def forget() -> None:
    """Drop what was gathered: for tests, whose customers go with them."""
    with _lock:
        _gathered.clear()


def _row(key: Key, seen: Seen) -> Reading:
    hour, actor, door, resource, fields = key
    return Reading(
        hour=hour, first_at=seen.first_at, last_at=seen.last_at, actor=actor, door=door,
        resource=resource, fields=list(fields), calls=seen.calls, people=len(seen.customers),
        customers=idsets.pack(seen.customers),
    )  # fmt: skip


def _start() -> None:
    """Begin writing in this process, the first time that something was shown in it."""
    global _writer  # noqa: PLW0603 (one thread a process; a forked one begins its own)
    if _writer is not None and _writer.is_alive():
        return
    with _lock:
        if _writer is not None and _writer.is_alive():
            return
        _writer = threading.Thread(target=_write, name="readings", daemon=True)
        _writer.start()
        atexit.register(_last)


def _write() -> None:
    while not _wake.wait(settings.READINGS_EVERY):
        if _gathered:
            flush()
            connection.close()


def _last() -> None:
    _wake.set()
    if _gathered:
        flush()
