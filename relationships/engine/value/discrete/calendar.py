"""Fixed occasions found in the days of purchases: a yearly appeal, a fair, a box every quarter."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from relationships.engine.value.histories import BadHistories, Floats, Histories, Integers
from relationships.engine.value.purchases import DAYS_PER_WEEK, PurchaseDays

# From four weeks to a year; on days of the week shops only close, nobody waits for an occasion.
PERIODS = (365.25, 365.25 / 2, 365.25 / 4, 365.25 / 12, 28.0)
# Nine in ten purchases lie within a quarter of the time: at any time a quarter of them would. Where
# nearly all do, those stragglers belong to the occasion too.
INSIDE, NEARLY_ALL, OPEN = 0.9, 0.99, 0.25
# Three occasions with a tenth of the purchases of the busiest: one season is no rule.
LEAST_OCCASIONS, LEAST_SHARE = 3, 0.1
LEAST_PURCHASES = 30


class NoDay(BadHistories):
    """Histories without the day at which they end cannot be laid beside a calendar."""


class Counted(NamedTuple):
    """Each customer's occasions, counted after the one of their first purchase."""

    taken: Floats
    last: Floats
    offered: Floats
    next: Integers  # number in the calendar of the first occasion still to come for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Occasions come every `period_days`; one is open for `open_days` from its opening day on."""

    period_days: float
    opens_at: float  # an opening day, as the number of a day: above 0, at most one period
    open_days: float
    per_occasion: float  # days with a purchase of one who takes an occasion

    def number(self, day: Floats) -> Floats:
        """The occasion nearest to each day."""
        slack = (self.period_days - self.open_days) / 2
        return np.floor((day - self.opens_at + slack) / self.period_days)

    def closed_through(self, day: float) -> float:
        """The last occasion that was over at the end of this day."""
        return float(np.floor((day + 1 - self.opens_at - self.open_days) / self.period_days + 1e-9))

    def part_ahead(self, number: Floats, day: float, weeks: float) -> Floats:
        """The part of each of these occasions that lies in the `weeks` after `day`."""
        opens = self.opens_at + number * self.period_days
        begins = np.maximum(opens, day + 1)
        ends = np.minimum(opens + self.open_days, day + 1 + weeks * DAYS_PER_WEEK)
        return np.clip((ends - begins) / self.open_days, 0.0, 1.0)

    def ahead(self, day: float, weeks: float) -> Floats:
        """Numbers of the occasions that may lie in the `weeks` after `day`."""
        first = self.closed_through(day) + 1
        last = (day + 1 + weeks * DAYS_PER_WEEK - self.opens_at) / self.period_days
        return np.arange(first, max(np.floor(last), first - 1) + 1)

    def count(self, h: Histories, *, closed_only: bool = False) -> Counted:
        """Which occasions they had, and took, of their first day, last day and number of days.

        Whoever took the one that is open now has had it; the others may still. `closed_only` leaves
        it out for all, as a fit must: only takers would be counted.
        """
        if h.as_of_day is None:
            raise NoDay("histories on a calendar need the day at which they end")
        first = self.number(h.as_of_day - h.age * DAYS_PER_WEEK)
        latest = self.number(h.as_of_day - (h.age - h.last_seen) * DAYS_PER_WEEK)
        last = np.maximum(latest - first, 0.0)
        often = np.rint((h.repeats + 1) / self.per_occasion) - 1
        taken = np.clip(often, np.minimum(last, 1.0), last)
        closed = self.closed_through(h.as_of_day)
        if closed_only:
            early = (latest > closed) & (taken > 0)
            taken = taken - early
            last = np.where(taken > 0, last - early, 0.0)
            taken, latest = np.minimum(taken, last), np.minimum(latest, closed)
        seen = np.maximum(closed, latest)
        return Counted(taken, last, np.maximum(seen - first, last), (seen + 1).astype(np.int64))


def find(purchases: PurchaseDays) -> Calendar | None:
    """The longest period whose occasions hold nearly all purchases; None where people buy at any
    time, or too little is known."""
    if len(purchases) < LEAST_PURCHASES:
        return None
    day = purchases.day.astype(np.float64)
    for period in PERIODS:
        if day.max() - day.min() < (LEAST_OCCASIONS - 1) * period * (1 - OPEN):
            continue
        begin, width = _shortest_arc(np.mod(day, period), period, INSIDE)
        if width > OPEN * period:
            continue
        wider = _shortest_arc(np.mod(day, period), period, NEARLY_ALL)
        begin, width = wider if wider[1] <= OPEN * period else (begin, width)
        found = Calendar(
            period_days=period, opens_at=begin or period, open_days=width, per_occasion=1.0
        )
        if _often_enough(found.number(day)):
            return _with_density(found, purchases, day)
    return None


def _shortest_arc(at: Floats, period: float, share: float) -> tuple[float, float]:
    """Where the shortest stretch of the cycle that holds such a share begins, and its days."""
    days, counts = np.unique(np.floor(at), return_counts=True)
    places = np.concatenate([days, days + period])
    total = np.cumsum(np.concatenate([[0], counts, counts]))
    wanted = share * counts.sum()
    ends = np.searchsorted(total, total[: len(days)] + wanted - 1e-9)
    widths = places[np.minimum(ends, len(places)) - 1] - days + 1
    best = int(np.argmin(widths))
    return float(days[best]), float(widths[best])


def _often_enough(number: Floats) -> bool:
    _, counts = np.unique(number, return_counts=True)
    return int((counts >= LEAST_SHARE * counts.max()).sum()) >= LEAST_OCCASIONS


def _with_density(found: Calendar, purchases: PurchaseDays, day: Floats) -> Calendar:
    number = found.number(day)
    new: NDArray[np.bool_] = np.ones(len(number), dtype=np.bool_)
    new[1:] = (number[1:] != number[:-1]) | (purchases.customer[1:] != purchases.customer[:-1])
    return Calendar(
        period_days=found.period_days,
        opens_at=found.opens_at,
        open_days=found.open_days,
        per_occasion=float(len(number) / new.sum()),
    )
