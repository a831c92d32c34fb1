"""Whether the life of what somebody has says when they buy again: counted on days that have passed.

A product bought on a day with an expected life is due when that has passed, unless the same was
bought again before. Whether its owner bought anything within six weeks of that day, before or
after, is counted over all such days whose six weeks lie in the past; the share is what a day still
to come is promised with.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.value.histories import Integers
from relationships.engine.value.purchases import PurchaseDays

AROUND_WEEKS = 6
AROUND_DAYS = 7 * AROUND_WEEKS
FEWEST_SEEN = 50  # days that were due, to count on


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """So many days were due; of these days that share saw a purchase around them."""

    seen: int
    share: float

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)


def learn(
    customer: Integers, product: Integers, day: Integers, life_weeks: Integers,
    purchases: PurchaseDays, as_of_day: int,
) -> Replacing | None:  # fmt: skip
    """A row per purchase of a product with a life, in any order; None of too few days."""
    order = np.lexsort((day, product, customer))
    customer, product, day = customer[order], product[order], day[order]
    due = day + 7 * life_weeks[order]
    same = np.zeros(len(day), dtype=np.bool_)
    same[:-1] = (customer[1:] == customer[:-1]) & (product[1:] == product[:-1])
    again = np.where(same, np.append(day[1:], 0), np.iinfo(np.int64).max)
    counts = (again >= due - AROUND_DAYS) & (due + AROUND_DAYS <= as_of_day)
    if counts.sum() < FEWEST_SEEN:
        return None
    came = _bought_around(purchases, customer[counts], due[counts])
    return Replacing(seen=int(counts.sum()), share=float(came.mean()))


def _bought_around(purchases: PurchaseDays, customer: Integers, due: Integers) -> NDArray[np.bool_]:
    """Whether each bought within the weeks around that day."""
    stride = int(max(purchases.day.max(initial=0), due.max(initial=0))) + AROUND_DAYS + 2
    known = purchases.customer * stride + purchases.day  # sorted, as the table is
    first = np.searchsorted(known, customer * stride + np.maximum(due - AROUND_DAYS, 0))
    after = np.searchsorted(known, customer * stride + due + AROUND_DAYS, side="right")
    return np.asarray(after > first)
