"""What contracts are likely to bring: the fee of each renewal to come, while they run."""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value.discrete.contracted import Contracted
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.reach import WEEKS_OF_A_YEAR, YEARS
from relationships.engine.value.terms import Terms

# A renewal counts in a bound when it comes with more than this chance: at the low end of an 80 %
# range those that nine in ten live to see, at the high end those that one in ten does.
LOW, MIDDLE, HIGH = 0.9, 0.5, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """One row per customer, of fees themselves; nothing without a running contract."""

    plain: Floats  # expected within the horizon
    discounted: Floats
    low: Floats  # discounted
    middle: Floats
    high: Floats
    years: Floats  # discounted, a column for each of YEARS
    bounds: Floats  # the same low, in the middle and high: customer, year, bound

    def times(self, share: Floats | float) -> "Fees":
        """The part of them that is left, one for all or a row each. Where it is a loss, it is the
        contract that runs on that costs most: low and high change places."""
        part = np.broadcast_to(np.asarray(share, dtype=np.float64), self.plain.shape)
        ends = np.sort(np.stack([self.low, self.middle, self.high]) * part, axis=0)
        return Fees(
            plain=self.plain * part,
            discounted=self.discounted * part,
            low=ends[0],
            middle=ends[1],
            high=ends[2],
            years=self.years * part[:, None],
            bounds=np.sort(self.bounds * part[:, None, None], axis=-1),
        )


def fees(model: Contracted, h: Histories, fee: Floats, terms: Terms) -> Fees:
    """`fee` is what each one's contract brings per period, paid as the period begins."""
    ends = np.array([year * WEEKS_OF_A_YEAR for year in YEARS], dtype=np.float64)
    plain, discounted, low, middle, high = (np.zeros(len(h)) for _ in range(5))
    years, bounds = np.zeros((len(h), len(YEARS))), np.zeros((len(h), len(YEARS), 3))
    for rows, chance, at in model.renewals_ahead(h, float(max(ends[-1], terms.horizon_weeks))):
        paid = fee[rows]
        present = (1 + terms.discount_per_period) ** (-at / terms.weeks_per_period)
        inside = at <= terms.horizon_weeks
        plain[rows] = paid * (chance * inside).sum(axis=1)
        discounted[rows] = paid * (chance * present * inside).sum(axis=1)
        low[rows] = paid * (present * inside * (chance > LOW)).sum(axis=1)
        middle[rows] = paid * (present * inside * (chance > MIDDLE)).sum(axis=1)
        high[rows] = paid * (present * inside * (chance > HIGH)).sum(axis=1)
        for place, end in enumerate(ends):
            by_then = present * (at <= end)
            years[rows, place] = paid * (chance * by_then).sum(axis=1)
            for bound, least in enumerate((LOW, MIDDLE, HIGH)):
                bounds[rows, place, bound] = paid * (by_then * (chance > least)).sum(axis=1)
    return Fees(
        plain=plain,
        discounted=discounted,
        low=low,
        middle=middle,
        high=high,
        years=years,
        bounds=bounds,
    )
