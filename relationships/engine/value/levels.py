"""Where in a customer's forecast a low, a middle and a high are read: set right by the past.

In a forecast of one window ago everybody's spending took a place in what was forecast of them,
evenly spread if the forecast was right (coverage.py). If fewer than a tenth fell below the tenth
part, a low is read further up, and so on: at the places that a tenth, half and nine tenths of the
customers really reached, drawn to .1, .5 and .9 where few were looked at.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relationships.engine.value.coverage import inside
from relationships.engine.value.histories import Floats

NOMINAL = (0.1, 0.5, 0.9)
# So many customers weigh as much as the forecast itself. They share one season, so that however
# many they are they do not settle it.
WORTH_CUSTOMERS, MOST_TRUST = 1_000.0, 0.8


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


def learn(places: Floats) -> Levels:
    """From the place of each customer's spending in their forecast, between 0 and 1."""
    if not len(places):
        return AS_FORECAST
    reached = np.quantile(places, NOMINAL)
    trust = min(len(places) / (len(places) + WORTH_CUSTOMERS), MOST_TRUST)
    low, median, high = (
        float(level + trust * (place - level))
        for level, place in zip(NOMINAL, reached, strict=True)
    )
    return Levels(low=low, median=median, high=high, customers=len(places), inside=inside(places))
