"""Is the relationship alive: a model of leaving, tempered by the customer's own rhythm.

Plain BG/NBD believes that everyone who bought once is alive for ever, and is never asked here.
MBG/NBD is asked, and its answer is joined with the rhythm: how long is this silence, measured in
the customer's own gaps? Where the fit is degenerate the rhythm speaks alone. D13 to D15 are
derived in docs/method/value-derivations.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from relationships.engine.value import bgnbd
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.histories import Floats, Histories

LEAST_CUSTOMERS, LEAST_REPEATERS = 500, 100
LEAST_A, LEAST_B, MOST_ALIVE_OF_ONE_TIME_BUYERS = 1e-3, 1e-2, 0.9
# Two of the company's mean gaps stand in for the gaps that a new customer has not had.
BORROWED_GAPS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AliveModel:
    """MBG/NBD and the company's mean gap; without MBG/NBD the rhythm alone."""

    leaving: BetaGeometric | None
    mean_gap_weeks: float

    def rhythm(self, h: Histories) -> Floats:
        """D14: S = 2^(−max(0, hiatus / own gap − 1) / 2), own gap as in D13."""
        own = (h.last_seen + BORROWED_GAPS * self.mean_gap_weeks) / (h.repeats + BORROWED_GAPS)
        overdue = np.maximum(0.0, (h.age - h.last_seen) / own - 1)
        return np.exp2(-overdue / 2)

    def alive(self, h: Histories) -> Floats:
        """D15: √(P(alive) · S), or S alone."""
        rhythm = self.rhythm(h)
        if self.leaving is None:
            return rhythm
        return np.sqrt(self.leaving.probability_alive(h) * rhythm)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        leaving = None if self.leaving is None else self.leaving.to_json()
        return {"leaving": leaving, "mean_gap_weeks": self.mean_gap_weeks}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "AliveModel":
        """The model that `to_json` stored."""
        leaving = stored["leaving"]
        return cls(
            leaving=None if leaving is None else BetaGeometric.from_json(leaving),
            mean_gap_weeks=float(stored["mean_gap_weeks"]),
        )


def fit(h: Histories, *, default: AliveModel, fitted: BetaGeometric | None = None) -> AliveModel:
    """From the company's own histories; what they cannot tell is taken from `default`.

    `fitted` is an MBG/NBD of the same histories, if there is one already.
    """
    gap = mean_gap_weeks(h) or default.mean_gap_weeks
    if h.customers < LEAST_CUSTOMERS or h.repeaters < LEAST_REPEATERS:
        return AliveModel(leaving=default.leaving, mean_gap_weeks=gap)
    leaving = fitted or bgnbd.fit(h, first_may_be_last=True, prior=True)
    trusted = None if is_degenerate(leaving, h) else leaving
    return AliveModel(leaving=trusted, mean_gap_weeks=gap)


def mean_gap_weeks(h: Histories) -> float | None:
    """Mean of all gaps between purchases; None where nobody came back.

    (A mean over customers is half as long again and ranks worse who comes back on CDNOW.)"""
    gaps = float(h.weights @ h.repeats)
    return float(h.weights @ h.last_seen) / gaps if gaps else None


def is_degenerate(leaving: BetaGeometric, h: Histories) -> bool:
    """Whether the fit has stopped telling the living from the gone."""
    if leaving.a < LEAST_A or leaving.b < LEAST_B:
        return True
    once = h.rows(h.repeats == 0)
    if not len(once):
        return False
    alive = np.average(leaving.probability_alive(once), weights=once.weights)
    return bool(alive > MOST_ALIVE_OF_ONE_TIME_BUYERS)
