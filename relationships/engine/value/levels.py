"""Where in a customer's forecast a low, a middle and a high are read: set right by the past.

At the origins of the backtest everybody's spending took a place in what the formula in use would
have forecast of them, evenly spread if that was right (coverage.py). If fewer than a tenth fell
below the tenth part, a low is read further up, and so on: at the places that a tenth, half and
nine tenths of the customers really reached, drawn to .1, .5 and .9 where little was looked at.
How far the sum was off is put right before: that is the matter of the correction and of the
interval of the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from relationships.engine.value.backtest import (
    Origin,
    fit_spend,
    fitters_on,
    needs_prior,
    of_known,
)
from relationships.engine.value.coverage import inside, spend_places
from relationships.engine.value.histories import Floats, Integers
from relationships.engine.value.purchases import PurchaseDays

NOMINAL = (0.1, 0.5, 0.9)
# So many customers weigh as much as the forecast itself, and so does one moment of the past: all
# customers of a moment share its season.
WORTH_CUSTOMERS, WORTH_MOMENTS = 1_000.0, 1.0
MOST_CUSTOMERS = 10_000  # looked at, at each moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The places at which ends are read, and what they were learnt from."""

    low: float = NOMINAL[0]
    median: float = NOMINAL[1]
    high: float = NOMINAL[2]
    customers: int = 0  # looked at; 0: nothing was learnt
    inside: float | None = None  # share of them between .1 and .9 of their forecast

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Levels":
        """The levels that `to_json` stored; those of the forecast if an older version stored
        none."""
        return cls(**stored) if stored else AS_FORECAST


AS_FORECAST = Levels()
# A stored default has not seen this company's customers.
UNSEEN = Levels(low=0.05, high=0.95)


class Bent(NamedTuple):
    """By what the forecasts of ascending customers were multiplied at a moment of the past:
    purchases, and what one brings."""

    customers: Integers
    factor: Floats
    spend: float = 1.0


def learn(
    purchases: PurchaseDays,
    origins: Sequence[Origin],
    name: str,
    rng: np.random.Generator,
    *,
    bent: Mapping[int, Bent] | None = None,
) -> Levels:
    """Of the formula of this name, at the origins where it was possible; where forecasts were
    `bent`, by day, of those whose were."""
    possible = [one for one in origins if one.has(name) and (bent is None or one.day in bent)]
    found = [
        _places(purchases, one, name, rng, bent[one.day] if bent else None) for one in possible
    ]
    return read([places for places in found if len(places)])


def read(moments: Sequence[Floats]) -> Levels:
    """From the places of customers' spending in their forecasts, between 0 and 1, by moment."""
    if not moments:
        return AS_FORECAST
    places = np.concatenate(moments)
    of_moments = len(moments) / (len(moments) + WORTH_MOMENTS)
    trust = of_moments * len(places) / (len(places) + WORTH_CUSTOMERS)
    low, median, high = (
        float(level + trust * (place - level))
        for level, place in zip(NOMINAL, np.quantile(places, NOMINAL), strict=True)
    )
    return Levels(low=low, median=median, high=high, customers=len(places), inside=inside(places))


def _places(
    purchases: PurchaseDays,
    origin: Origin,
    name: str,
    rng: np.random.Generator,
    bent: Bent | None,
) -> Floats:
    """Of at most 10,000 customers, drawn at random."""
    known = purchases.cut(origin.day)
    known = known.of(bent.customers) if bent else known
    if len(known.customers) > MOST_CUSTOMERS:
        known = known.of(rng.choice(known.customers, MOST_CUSTOMERS, replace=False))
    h, spent = known.histories(origin.day), known.spent()
    fits, prior = fitters_on(known, h, rng), needs_prior(h)
    if name not in fits:  # fixed dates that the days of a sample did not show
        return np.empty(0)
    spend = fit_spend(h.repeats + 1, spent, prior=prior)
    _, paid = of_known(known, purchases.after(origin.day, origin.day + round(7 * origin.weeks)))
    forecast, actual = origin.line(name).spend, origin.actual_spend
    level = actual / forecast if actual > 0 and forecast > 0 else 1.0
    factor = bent.factor[np.searchsorted(bent.customers, known.customers)] if bent else 1.0
    paid = paid / (level * bent.spend if bent else level)
    model = fits[name](h, prior)
    return spend_places(model, spend, h, spent, origin.weeks, paid, rng, factor=factor)
