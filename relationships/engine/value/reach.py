"""How many purchases lie ahead: to the horizon, and over one, two, three and ten years.

Up to the horizon (and through the first year) periods are as short as the terms say and each is
discounted at its end. Beyond they are gathered, a quarter of a year to the third year and a year
to the tenth, and discounted as if spread evenly over the periods in them: far ahead a forecast has
no detail to lose. The residual lifetime is cut at ten years and is called that wherever it is
shown: what lies beyond depends on the discount and on nobody leaving (docs/method/value-parts.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relationships.engine.value.histories import Floats, Histories, Integers
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.terms import Terms

WEEKS_OF_A_YEAR, WEEKS_OF_A_QUARTER = 52, 12
LIFETIME_YEARS = 10
YEARS = (1, 2, 3, LIFETIME_YEARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Expected purchases, one row per history."""

    plain: Floats  # to the horizon
    discounted: Floats
    years: Floats  # discounted, a column for each of YEARS

    def rows(self, chosen: Integers) -> "Reach":
        """The chosen rows."""
        return Reach(
            plain=self.plain[chosen], discounted=self.discounted[chosen], years=self.years[chosen]
        )


def reach(model: PurchaseModel, h: Histories, terms: Terms) -> Reach:
    """In one pass of the model over all ends of periods."""
    ends = period_ends(terms)
    expected = model.expected_repeats(h, ends * terms.weeks_per_period)
    worth = np.diff(expected, axis=1, prepend=0.0) * factors(ends, terms.discount_per_period)
    so_far = np.cumsum(worth, axis=1)
    own = int(np.searchsorted(ends, terms.periods))
    years = np.searchsorted(ends, [_periods(terms, year) for year in YEARS])
    return Reach(plain=expected[:, own], discounted=so_far[:, own], years=so_far[:, years])


def period_ends(terms: Terms) -> NDArray[np.int64]:
    """Where periods end, counted in the short periods of the terms."""
    first, third, last = (_periods(terms, year) for year in (1, 3, LIFETIME_YEARS))
    quarter = max(1, round(WEEKS_OF_A_QUARTER / terms.weeks_per_period))
    fine = np.arange(1, max(terms.periods, first) + 1)
    quarters = np.arange(first + quarter, third, quarter)
    years = [_periods(terms, year) for year in range(1, LIFETIME_YEARS)]
    return np.unique(np.concatenate([fine, quarters, years, [last]]))


def factors(ends: NDArray[np.int64], discount_per_period: float) -> Floats:
    """Of each gathered period: the mean over the short periods in it."""
    each = (1 + discount_per_period) ** -np.arange(1.0, ends[-1] + 1)
    summed = np.concatenate([[0.0], np.cumsum(each)])
    begins = np.concatenate([[0], ends[:-1]])
    return np.asarray((summed[ends] - summed[begins]) / (ends - begins))


def _periods(terms: Terms, years: int) -> int:
    return max(1, round(years * WEEKS_OF_A_YEAR / terms.weeks_per_period))
