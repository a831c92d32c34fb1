"""Telling everyone's history as durable work: block by block of customers, all months of each."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from typing import Any

import numpy as np

from customers.models import Customer
from relationships.actions import portfolio
from relationships.actions.gap.picture import keep_picture
from relationships.actions.history.closing import close_books
from relationships.actions.history.planning import plan
from relationships.actions.history.telling import (
    Ids,
    Noted,
    bring_to_present,
    corrections,
    forget_corrections,
    tell,
    tell_from,
)
from relationships.models import Month
from relationships.queries.history.earlier import is_late, last_close
from relationships.queries.history.months import ends_before, standard_of
from relationships.queries.judging import Standard, standard
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Company, Job
from relcrm.base.runners import Progress

MONTHS = 24
BLOCK = 10_000
LATE_AT_ONCE = 2_000
"""Whose past changed is told it again at once, up to so many; more are work of its own."""


def ask_for_history(*, by: Actor, as_of: date, months: int = MONTHS, afresh: bool = False) -> Job:
    """Put telling the history in line: the months not told yet, or all of them afresh."""
    return jobs.ask_for(
        "history", "Look back month by month", by=by, unit="customers",
        payload={"as_of": as_of.isoformat(), "months": months, "afresh": afresh},
        once_key=f"history:{as_of.isoformat()}",
    )  # fmt: skip


def is_due(as_of: date) -> bool:
    """Whether there is a month's end before this day that is not on record."""
    ends = ends_before(as_of, MONTHS)
    return len(ends) > Month.objects.filter(on__in=ends).exclude(closed_at=None).count()


def tell_history(
    company: Company,
    *,
    as_of: date,
    months: int,
    now: datetime,
    progress: Progress,
    afresh_since: datetime | None = None,
    after: int = 0,
) -> dict[str, Any]:
    """Everyone with an id above `after`; then the books of the months are closed."""
    everyone = Customer.objects.judgeable()
    total, done = everyone.count(), everyone.filter(pk__lte=after).count()
    progress(done, total=total)
    due = plan(company, as_of=as_of, months=months, now=now, afresh_since=afresh_since)
    is_whole = len(due) == Month.objects.filter(on__lt=as_of.replace(day=1)).count()
    rules = [standard_of(month, company) for month in due]
    today = standard(company, as_of, afresh=True)
    while due and len(ids := _next_ids(after)):
        noted = corrections(ids) if is_whole else {}
        tell(ids, rules, now=now, beat=_beat(progress, done, len(ids), len(rules), total))
        forget_corrections(noted)
        bring_to_present(ids, today, now=now)
        after, done = int(ids[-1]), done + len(ids)
        progress(done, total=total, position=after)
    _close_all(due, today, now=now, beat=lambda: progress(done, total=total))
    audit.record("relationships.history_told", by=None, at=now, months=len(due), customers=done)
    return {"months": len(due), "customers": done}


def _close_all(
    due: list[Month], today: Standard, *, now: datetime, beat: Callable[[], None]
) -> None:
    """The books of these months, and what pages show of today."""
    for month in due:
        close_books(month, now=now)
        beat()
    if due:
        portfolio.keep(today, now=now)
        keep_picture(today.company, as_of=today.as_of, now=now)


def _beat(progress: Progress, done: int, block: int, months: int, total: int) -> Callable[[], None]:
    """After each month of a block, as many customers as its share of the block's work: the months,
    and at last the present."""
    told = count(1)
    return lambda: progress(done + block * next(told) // (months + 1), total=total)


def tell_late(ids: Ids, company: Company, *, as_of: date, now: datetime) -> int:
    """Tell the past again to those of whom something older arrived; returns how many, told or not.

    Of whom only something was corrected, from the month of that day on. More than `LATE_AT_ONCE`
    are left to a telling of everyone.
    """
    close = last_close(as_of)
    if close is None or not len(ids):
        return 0
    noted = corrections(ids)
    late = _late(ids, noted, close)
    if len(late) > LATE_AT_ONCE:
        return len(late)
    if late:
        known = Month.objects.filter(on__lte=close).order_by("on")
        months = known.select_related("value_model", "calibration", "learned")
        rules = [standard_of(month, company) for month in months]
        tell_from(late, rules, now=now)
    forget_corrections(noted)
    return len(late)


def _late(ids: Ids, noted: Noted, close: date) -> dict[int, date]:
    """Whose past is to be told again, and from which day on; in the order of their numbers."""
    since = {pk: day for pk, (day, _touched_at) in noted.items() if day <= close}
    since |= dict.fromkeys(ids[is_late(ids, close)].tolist(), date.min)
    may_be = Customer.objects.judgeable().filter(pk__in=[pk for pk in ids.tolist() if pk in since])
    return {pk: since[pk] for pk in may_be.order_by("pk").values_list("pk", flat=True)}


def catch_up(company: Company, *, as_of: date, now: datetime, by: Actor) -> None:
    """Look through everyone for things that happened before the last close and came after it."""
    after, late = 0, 0
    while len(ids := _next_ids(after)):
        late += tell_late(ids, company, as_of=as_of, now=now)
        after = int(ids[-1])
        if late > LATE_AT_ONCE:
            ask_for_history(by=by, as_of=as_of, afresh=True)
            return


def _next_ids(after: int) -> Ids:
    some = Customer.objects.judgeable().filter(pk__gt=after).order_by("pk")
    return np.array(some.values_list("pk", flat=True)[:BLOCK], dtype=np.int64)
