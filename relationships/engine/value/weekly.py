"""Week by week: what was expected of the customers of a day, in purchases or money, and came."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from relationships.engine.value.histories import Floats
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.purchases import PurchaseDays

# A curve of expected purchases is smooth: between so many points it may be drawn straight.
POINTS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """Added up from the day on, one entry per week."""

    expected: Floats
    bought: Floats

    def __len__(self) -> int:
        return len(self.expected)

    def of_last(self, weeks: int, end: int) -> tuple[float, float]:
        """Expected and bought in the `weeks` that end with week `end` (1 is the first)."""
        begin = end - weeks
        expected, bought = (np.concatenate([[0.0], c]) for c in (self.expected, self.bought))
        return float(expected[end] - expected[begin]), float(bought[end] - bought[begin])

    def times(self, factor: float) -> "Weeks":
        """The same with what was expected multiplied."""
        return Weeks(expected=self.expected * factor, bought=self.bought)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {name: [round(float(x), 2) for x in getattr(self, name)] for name in self.__slots__}


def week_by_week(
    model: PurchaseModel,
    purchases: PurchaseDays,
    *,
    day: int,
    weeks: int,
    each: Floats | None = None,
) -> Weeks:
    """Of those who had bought by the end of `day`, in the `weeks` after it: how many purchases, or
    how much money where `each` says what a purchase of each of them is expected to bring."""
    known = purchases.cut(day)
    unique, inverse = known.histories(day).grouped()
    if weeks < 1 or not len(unique):
        return Weeks(expected=np.zeros(max(weeks, 0)), bought=np.zeros(max(weeks, 0)))
    points = np.unique(np.rint(np.linspace(0, weeks, min(weeks, POINTS - 1) + 1)))
    counted = unique.weights if each is None else np.bincount(inverse, weights=each)
    reached = counted @ model.expected_repeats(unique, points[1:])
    week = np.arange(1.0, weeks + 1)
    future = purchases.after(day, day + 7 * weeks)
    theirs = np.isin(future.customer, known.customers)
    when = (future.day[theirs] - day - 1) // 7
    came = None if each is None else future.spend[theirs]
    return Weeks(
        expected=np.interp(week, points, np.concatenate([[0.0], reached])),
        bought=np.cumsum(np.bincount(when, weights=came, minlength=weeks)).astype(np.float64),
    )
