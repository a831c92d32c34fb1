"""How soon those who came by one way have brought back what it cost to win them.

Of everybody's first purchase day and each four weeks after it: what is left of their purchases by
the company's usual margin and costs, added up. The step to a period is the mean over those whose
first purchase lies that far back, so that the young do not count as if they had stopped; periods
that too few have lived through are left out. Nothing here is a forecast.
"""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value.histories import Floats, Integers
from relationships.engine.value.purchases import PurchaseDays

WEEKS_PER_STEP = 4
MOST_STEPS = 65  # five years
LEAST_PEOPLE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Of one group: how many, what they left together, and what one has left by each step; the
    first is the first purchase day alone."""

    customers: int
    together: float
    so_far: Floats


def left_by_each(purchases: PurchaseDays, *, gain: float, cost: float) -> Floats:
    """What each purchase day left: a share of the money, less what a purchase costs."""
    return np.asarray(gain * purchases.spend - cost)


def brought(
    purchases: PurchaseDays, group: Integers, groups: int, left: Floats, *, as_of_day: int
) -> list[Brought]:
    """`group` is a place below `groups` for each of `purchases.customers`, −1 for none."""
    starts = purchases.starts
    sizes = np.diff(starts, append=len(purchases))
    first = purchases.day[starts]
    age = np.repeat(group, sizes), (purchases.day - np.repeat(first, sizes))
    step = -(-age[1] // (7 * WEEKS_PER_STEP))  # day 0 is step 0, days 1 to 28 are step 1
    lived = np.minimum((as_of_day - first) // (7 * WEEKS_PER_STEP), MOST_STEPS)
    found = []
    for place in range(groups):
        rows, mine = age[0] == place, group == place
        counted = rows & (step <= np.repeat(lived, sizes))
        weighed = np.bincount(step[counted], weights=left[counted], minlength=1)
        sums = weighed.astype(np.float64)
        found.append(
            Brought(
                customers=int(mine.sum()),
                together=float(left[rows].sum()),
                so_far=_curve(sums.astype(np.float64), lived[mine]),
            )
        )
    return found


def _curve(sums: Floats, lived: Integers) -> Floats:
    """Means of those old enough, added up, as far as enough of them are."""
    old = np.array([(lived >= step).sum() for step in range(int(lived.max(initial=-1)) + 1)])
    old = old[old >= LEAST_PEOPLE]
    padded = np.zeros(len(old))
    padded[: min(len(old), len(sums))] = sums[: len(old)]
    return np.asarray(np.cumsum(padded / np.maximum(old, 1)))


def paid_back_at(so_far: Floats | list[float], winning: float) -> int | None:
    """Weeks after which one has brought back what winning them cost; 0 is the first purchase."""
    reached = np.flatnonzero(np.asarray(so_far, dtype=np.float64) >= winning)
    return int(reached[0]) * WEEKS_PER_STEP if len(reached) else None
