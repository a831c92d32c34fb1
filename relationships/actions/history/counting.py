"""Counts the moves of many customers between two days that somebody asked for, as durable work."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.models import Customer
from relationships.models import Comparison
from relationships.queries.history.compared import closes_of, days_known, why_nothing
from relationships.queries.history.flows import Flow, flow, summed
from relationships.queries.history.movement import months_told
from relationships.queries.history.standings import standing
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job
from relcrm.base.runners import Progress
from relcrm.lib.refusals import Refused

BLOCK = 50_000
MOST_KEPT = 200
"""Of two days each, a few kilobytes; the oldest go."""
LAST = 2**63 - 1


def ask_for_moves(then: date, now: date, *, by: Actor, as_of: date) -> Job:
    """Put counting the moves between two days in line, unless it is there already."""
    if now > as_of:
        words = _("Data count through %s; choose days until then.")
        raise Refused(words % date_format(as_of, "j F Y"))
    days = days_known(then, now, months_told(now))
    if days is None:
        raise Refused(why_nothing(then, now))
    start, end = (date_format(day, "j F Y") for day in days)
    return jobs.ask_for(
        "moves", _("Count who moved from %(start)s to %(end)s") % {"start": start, "end": end},
        by=by, unit="customers",
        payload={
            "then": days[0].isoformat(), "now": days[1].isoformat(), "as_of": as_of.isoformat()
        },
        once_key=f"moves:{days[0]}:{days[1]}",
    )  # fmt: skip


def count_moves(
    then: date, now: date, *, as_of: date, at: datetime, progress: Progress
) -> dict[str, Any]:
    """Block by block of customers; kept for whoever asks next. Twice gives the same."""
    months = months_told(now)
    days = days_known(then, now, months)
    if days is None:
        raise Refused(why_nothing(then, now))
    start, end = closes_of(days, months)
    total, done = Customer.objects.count(), 0
    progress(0, total=total)
    parts = []
    for who, people in _blocks():
        parts.append(flow(standing(then, start.on, who), standing(now, end.on, who)))
        done += people
        progress(done, total=max(total, done))
    moves = summed(parts)
    _keep(days, moves, is_final=now < as_of, at=at)
    return {"from": str(then), "to": str(now), "moved": moves.moved}


def _blocks() -> Iterator[tuple[tuple[int, int], int]]:
    """Numbers of customers, both ends included, and how many are in between."""
    after = 0
    while True:
        some = Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        ids = list(some[:BLOCK])
        is_last = len(ids) < BLOCK
        yield (after + 1, LAST if is_last else ids[-1]), len(ids)
        if is_last:
            return
        after = ids[-1]


@transaction.atomic
def _keep(days: tuple[date, date], moves: Flow, *, is_final: bool, at: datetime) -> None:
    row, _made = Comparison.objects.update_or_create(
        then=days[0], now=days[1],
        defaults={"moves": moves.to_json(), "is_final": is_final, "counted_at": at},
    )  # fmt: skip
    newest = Comparison.objects.order_by("-counted_at", "-pk").values("pk")[:MOST_KEPT]
    Comparison.objects.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
    audit.record("relationships.moves_counted", row, by=None, at=at, to=str(days[1]))
