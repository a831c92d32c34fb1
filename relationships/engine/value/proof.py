"""The forecast that would have been made one window ago, week by week and tenth by tenth.

The formula in use is fitted on what was known that day, with the correction that its own past asked
for; then it is set against what came: for the tracking plot and for the plot of forecast against
outcome by groups of equal size.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relationships.engine.value import backtest, correction
from relationships.engine.value.backtest import fit_spend, fitters_on, needs_prior
from relationships.engine.value.choice import TooLittleHistory
from relationships.engine.value.correction import Correction
from relationships.engine.value.histories import Floats
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.weekly import week_by_week

GROUPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers whom the forecast put side by side, the best first; means of one customer."""

    customers: int
    expected: float
    bought: float
    expected_spend: float
    spent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was expected and what came, of the customers known on `day`."""

    day: int
    weeks: int
    customers: int
    expected: list[float]  # purchases added up, week by week
    low: list[float]
    high: list[float]
    bought: list[float]
    groups: tuple[Group, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)


def prove(models: ModelSet, purchases: PurchaseDays, rng: np.random.Generator) -> Proof | None:
    """At the newest origin of the backtest; None where there is none."""
    if not models.origins or isinstance(models.outcome, TooLittleHistory):
        return None
    origin, name = models.origins[-1], models.outcome.model
    day, weeks = origin.day, int(origin.weeks)
    known = purchases.cut(day)
    h = known.histories(day)
    if not len(h):
        return None
    prior, candidates = needs_prior(h), fitters_on(known, h, rng)
    if name not in candidates:  # fixed dates that the days of a sample did not show
        return None
    model = candidates[name](h, prior)
    by = _correction(known, day, float(weeks), name, rng)
    seen = week_by_week(model, purchases, day=day, weeks=weeks).times(by.purchases)
    bands = [models.spread.of_count(x) for x in seen.expected]
    spend = fit_spend(h.repeats + 1, known.spent(), prior=prior)
    each = spend.expected_spend(h.repeats + 1, known.spent() / (h.repeats + 1))
    expected = model.expected_repeats(h, weeks)
    bought, paid = backtest.of_known(known, purchases.after(day, day + 7 * weeks))
    return Proof(
        day=day,
        weeks=weeks,
        customers=len(h),
        expected=_plain(seen.expected),
        low=_plain(np.array([low for low, _ in bands])),
        high=_plain(np.array([high for _, high in bands])),
        bought=_plain(seen.bought),
        groups=_groups(by.purchases * expected, by.spend * expected * each, bought, paid),
    )


def _correction(
    known: PurchaseDays, day: int, weeks: float, name: str, rng: np.random.Generator
) -> Correction:
    return correction.learn(
        known,
        as_of_day=day,
        weeks_ahead=weeks,
        model=name,
        look_back=lambda past, at, span: backtest.look_back(
            past, day=at, weeks=span, rng=rng, only=(name,)
        ),
    )


def _groups(
    expected: Floats, expected_spend: Floats, bought: Floats, paid: Floats
) -> tuple[Group, ...]:
    order = np.argsort(-expected, kind="stable")
    return tuple(
        Group(
            customers=len(rows),
            expected=float(expected[rows].mean()),
            bought=float(bought[rows].mean()),
            expected_spend=float(expected_spend[rows].mean()),
            spent=float(paid[rows].mean()),
        )
        for rows in np.array_split(order, GROUPS)
        if len(rows)
    )


def _plain(column: Floats) -> list[float]:
    return [round(float(x), 2) for x in column]
