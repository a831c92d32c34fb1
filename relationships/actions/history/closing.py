"""Closes the books of a month: who stood where, who moved, and what they had met before."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from relationships.engine.typology import typology
from relationships.models import Month
from relationships.queries.history.compared import MOST_INLINE
from relationships.queries.history.flows import flow
from relationships.queries.history.met import met
from relationships.queries.history.months import end_of_month
from relationships.queries.history.standings import FAMILIES, Standing, standing

# Days from the first of a month to one in the month so many months earlier.
DAYS_BACK = {1: 15, 3: 75, 6: 165, 12: 350}


def close_books(month: Month, *, now: datetime) -> None:
    """Counts over everyone, once; pages read them from here."""
    here = standing(month.on, month.on)
    month.customers = len(here)
    month.families = _families(here)
    month.types = _types(here)
    month.moves, month.preceded = {}, {}
    if last := _before(month.on):
        then = standing(last, last)
        month.moves = flow(then, here).to_json()
        month.preceded = met(then, here, month.on)
        if earlier := _before(last):
            start = standing(earlier, earlier)
            two = flow(start, here)
            month.moves["two_months"] = np.round(two.soft, 3).tolist()
            month.moves["undone"] = _undone(start, then, here)
        month.moves["since"] = _since(month.on, here)
    month.closed_at = now
    month.save()


def _before(on: date) -> date | None:
    """The month before, if its books are kept."""
    last = on.replace(day=1) - timedelta(days=1)
    return last if Month.objects.filter(on=last).exists() else None


def _since(on: date, here: Standing) -> dict[str, Any]:
    """Moves since a month, a quarter, half a year and a year ago, where customers are many."""
    if len(here) <= MOST_INLINE:
        return {}
    back = [on.replace(day=1) - timedelta(days=DAYS_BACK[months]) for months in DAYS_BACK]
    ends = Month.objects.filter(on__in=[end_of_month(day) for day in back])
    return {
        end.isoformat(): flow(standing(end, end), here).to_json()
        for end in ends.values_list("on", flat=True)
    }


def _undone(start: Standing, then: Standing, here: Standing) -> dict[str, int]:
    """Of those whose label changed in the month before: how many have the old one again."""
    first, second, third = (
        one.among(start.customer).among(then.customer).among(here.customer)
        for one in (start, then, here)
    )
    old, mid, new = (one.type * len(FAMILIES) + one.family for one in (first, second, third))
    moved = old != mid
    return {"moved": int(moved.sum()), "undone": int((moved & (old == new)).sum())}


def _families(here: Standing) -> dict[str, Any]:
    shown = np.bincount(here.family, minlength=len(FAMILIES)).tolist()
    members = [*np.round(here.families.sum(axis=0), 2).tolist(), 0.0]
    return {
        family: {"shown": n, "members": expected}
        for family, n, expected in zip(FAMILIES, shown, members, strict=True)
    }


def _types(here: Standing) -> dict[str, int]:
    counts = np.bincount(here.type[here.type >= 0], minlength=len(typology().keys)).tolist()
    return {key: n for key, n in zip(typology().keys, counts, strict=True) if n}
