"""Between which bounds a customer's worth lies over one, two, three and ten years.

Scoring everyone keeps expectations; the bounds of one customer are worked out when somebody looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.reach import WEEKS_OF_A_YEAR, YEARS, reach
from relationships.engine.value.spread import prospects
from relationships.engine.value.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Worth within so many years: of ten such customers eight end between low and high."""

    years: int
    low: float
    median: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One customer (one row): `gain` is the part of a purchase's money that is kept, `cost` what
    comes with a purchase, `factor` what purchases are multiplied by for what else is known."""

    history: Histories
    spent: float
    gain: float
    cost: float
    factor: float = 1.0

    def ends(self, models: ModelSet, weeks: float, present: float) -> list[float]:
        """Low, median and high over so many weeks; `present` is what a purchase of them counts
        today."""
        bought, levels, by = self.history.repeats + 1, models.levels, models.multiplied
        worth, times = prospects(
            models.model, models.spend, self.history.grouped(), weeks, self.factor,
            bought=bought, mean=self.spent / bought,
            gain=np.array([self.gain]), cost=np.array([self.cost]),
        )  # fmt: skip
        present *= float(times[0])
        ends = (float(worth.quantile(x)[0]) for x in (levels.low, levels.median, levels.high))
        return [present * (by.spend if end > 0 else by.purchases) * end for end in ends]


def outlook(models: ModelSet, terms: Terms, one: One, expected: Floats) -> list[Outlook]:
    """`expected` is the worth over each of YEARS."""
    found: list[Outlook] = []
    for years, mean, (low, median, high) in _ends(models, terms, one, expected):
        ends_of = [min(low, mean), median, max(high, mean)]
        if found and mean >= (before := found[-1]).expected:
            # Longer holds shorter: where time to come adds, no end of the range can fall.
            ends_of = [*map(max, ends_of, (before.low, before.median, before.high))]
        found.append(
            Outlook(years=years, low=ends_of[0], median=ends_of[1], expected=mean, high=ends_of[2])
        )
    return found


def _ends(
    models: ModelSet, terms: Terms, one: One, expected: Floats
) -> Iterator[tuple[int, float, list[float]]]:
    ahead = reach(models.model, one.history, terms)
    for at, years in enumerate(YEARS):
        weeks = float(years * WEEKS_OF_A_YEAR)
        plain = float(models.model.expected_repeats(one.history, weeks)[0])
        present = float(ahead.years[0, at]) / plain if plain > 0 else 1.0
        yield years, float(expected[at]), one.ends(models, weeks, present)


def median(models: ModelSet, terms: Terms, one: One) -> float:
    """Half of such customers are worth less over the horizon of the terms."""
    ahead = reach(models.model, one.history, terms)
    plain = float(ahead.plain[0])
    present = float(ahead.discounted[0]) / plain if plain > 0 else 1.0
    return one.ends(models, terms.horizon_weeks, present)[1]


def nothing() -> list[Outlook]:
    """Of one who buys nothing."""
    zero = {"low": 0.0, "median": 0.0, "expected": 0.0, "high": 0.0}
    return [Outlook(years=years, **zero) for years in YEARS]


def with_more(rows: list[Outlook], bounds: Floats, expected: Floats) -> list[Outlook]:
    """With money that comes beside purchases: a row of low, middle and high for each of YEARS.
    Ends are added to ends, as if both went badly or well together, which is the widest range."""
    return [
        Outlook(
            years=one.years, low=one.low + float(more[0]), median=one.median + float(more[1]),
            expected=one.expected + float(mean), high=one.high + float(more[2]),
        )
        for one, more, mean in zip(rows, bounds, expected, strict=True)
    ]  # fmt: skip
