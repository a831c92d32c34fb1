"""Between which bounds a customer's worth lies over one, two, three and ten years.

Scoring everyone keeps expectations; the bounds of one customer are worked out when somebody looks.
"""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value.correction import Correction
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.reach import WEEKS_OF_A_YEAR, YEARS, reach
from relationships.engine.value.spread import prospect, purchase_steps
from relationships.engine.value.terms import Terms

LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Worth within so many years: of ten such customers eight end between low and high."""

    years: int
    low: float
    median: float
    expected: float
    high: float


def outlook(
    model: PurchaseModel,
    spend: GammaGamma,
    correction: Correction,
    terms: Terms,
    *,
    history: Histories,
    spent: float,
    gain: float,
    cost: float,
    expected: Floats,
) -> list[Outlook]:
    """Of one customer (one row): `gain` is the part of a purchase's money that is kept, `cost`
    what comes with a purchase, `expected` the worth over each of YEARS."""
    bought = history.repeats + 1
    ahead = reach(model, history, terms)
    found: list[Outlook] = []
    for at, years in enumerate(YEARS):
        weeks = float(years * WEEKS_OF_A_YEAR)
        any_purchase, steps = purchase_steps(model, history, weeks)
        ends = prospect(
            spend, any_purchase, steps, bought=bought, mean=spent / bought,
            gain=np.array([gain]), cost=np.array([cost]),
        )  # fmt: skip
        plain = float(model.expected_repeats(history, weeks)[0])
        present = float(ahead.years[0, at]) / plain if plain > 0 else 1.0
        low, median, high = (
            present * (correction.spend if end > 0 else correction.purchases) * end
            for end in (float(ends.quantile(level)[0]) for level in LEVELS)
        )
        mean = float(expected[at])
        ends_of = [min(low, mean), median, max(high, mean)]
        if found and mean >= (before := found[-1]).expected:
            # Longer holds shorter: where time to come adds, no end of the range can fall.
            ends_of = [*map(max, ends_of, (before.low, before.median, before.high))]
        found.append(
            Outlook(years=years, low=ends_of[0], median=ends_of[1], expected=mean, high=ends_of[2])
        )
    return found
