"""Who came again: of those who first bought in one stretch of time, how many bought in each later.

Calendar quarters, or months where history is shorter than two years. A stretch that is not over yet
is left out.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from relationships.engine.value.histories import Integers
from relationships.engine.value.purchases import PurchaseDays

MONTHS_OF_SHORT_HISTORY = 24
ROWS, COLUMNS = 12, 12
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Those who first bought in one month or quarter."""

    begins_on: str
    customers: int
    again: list[float]  # share that bought in the stretch after, the one after that …


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangle:
    """Newest cohorts last; empty where no stretch has ended."""

    months: int  # in a stretch
    cohorts: tuple[Cohort, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)


def triangle(purchases: PurchaseDays, as_of_day: int) -> Triangle:
    """Of these customers, with days counted from 1970-01-01."""
    known = purchases.cut(as_of_day)
    if not len(known):
        return Triangle(months=1, cohorts=())
    month = _months(known.day)
    now = int(_months(np.array([as_of_day + 1]))[0])  # the last day of a month ends it
    months = 1 if now - int(month.min()) < MONTHS_OF_SHORT_HISTORY else 3
    when, last = month // months, now // months
    of_first = np.repeat(when[known.starts], np.diff(known.starts, append=len(known)))
    cells = np.unique(np.column_stack([known.customer, of_first, when]), axis=0)
    cells = cells[cells[:, 2] < last]
    firsts = when[known.starts]
    begins = [n for n in range(int(firsts.min()), last) if (firsts == n).any()][-ROWS:]
    return Triangle(
        months=months,
        cohorts=tuple(_cohort(n, last, months, firsts, cells) for n in begins),
    )


def _cohort(n: int, last: int, months: int, firsts: Integers, cells: Integers) -> Cohort:
    size = int((firsts == n).sum())
    after = cells[cells[:, 1] == n][:, 2] - n
    seen = min(last - n - 1, COLUMNS)
    counts = np.bincount(after, minlength=seen + 1)[1 : seen + 1]
    begins = date(1970 + n * months // 12, n * months % 12 + 1, 1)
    return Cohort(
        begins_on=begins.isoformat(),
        customers=size,
        again=[round(float(c) / size, 4) for c in counts],
    )


def _months(days: Integers) -> Integers:
    """Months since January 1970."""
    unique, where = np.unique(days, return_inverse=True)
    found = [EPOCH + timedelta(int(d)) for d in unique]
    months = np.array([12 * (d.year - 1970) + d.month - 1 for d in found], dtype=np.int64)
    return months[where.ravel()]
