"""The NBD model: customers buy at their own steady rates and never leave.

Ehrenberg (1959), "The Pattern of Consumer Purchases", Applied Statistics 8(1); D1 to D3 are derived
in docs/method/value-derivations.md. It is the yardstick: a model with dropout has to beat it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from relationships.engine.value.fitting import Counts, facts_of, search, time_scale
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import Stored, columns
from relationships.engine.value.tails import Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Nbd(Stored):
    """Rates λ ~ Gamma(r, alpha) a week; nobody leaves."""

    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha")
    r: float
    alpha: float

    @property
    def name(self) -> str:
        return "NBD"

    def probability_alive(self, h: Histories) -> Floats:
        """Certain: this model knows no leaving."""
        return np.ones(len(h))

    def expected_repeats(self, h: Histories, weeks: ArrayLike) -> Floats:
        """D2: E[λ | x, T] times the weeks."""
        horizons, single = columns(weeks)
        expected = ((self.r + h.repeats) / (self.alpha + h.age))[:, None] * horizons
        return expected[:, 0] if single else expected

    def at_least(self, count: ArrayLike, h: Histories, weeks: float) -> Floats:
        """D3: tail of the negative binomial that a Gamma(r+x, alpha+T) rate makes."""
        odds = weeks / (self.alpha + h.age + weeks)
        return np.asarray(betainc(np.asarray(count, dtype=np.float64), self.r + h.repeats, odds))

    def tail(self, h: Histories, weeks: float) -> Tail:
        """D3, as `at_least`."""
        odds = weeks / (self.alpha + h.age + weeks)
        return Tail(self.r + h.repeats, odds[:, None], np.ones((len(h), 1)))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Nbd":
        """The model that `to_json` stored."""
        return cls._read(stored)


def fit(h: Histories, *, prior: bool) -> Nbd:
    """Maximum likelihood, or maximum a posteriori with `prior`."""
    grouped = h.grouped().unique
    scale = time_scale(grouped)
    times = grouped.scaled(scale)
    starts = [np.zeros(2), np.log([0.3, 3.0])]
    found = search(times, _log_likelihood, starts, prior=prior)
    r, alpha = np.exp(found.log_parameters)
    in_weeks = found.log_likelihood + float(grouped.weights @ grouped.repeats) * np.log(scale)
    facts = facts_of(
        grouped, prior=prior, log_likelihood=in_weeks, relative_errors=found.relative_errors
    )
    return Nbd(r=float(r), alpha=float(alpha / scale), facts=facts)


def _log_likelihood(theta: Floats, h: Histories, counts: Counts) -> tuple[float, Floats]:
    """D1, and its gradient."""
    r, alpha = np.exp(theta)
    rising, rising_by_r = counts.rising_factorial(r)
    logs = np.log(alpha + h.age)
    value = rising + h.customers * r * np.log(alpha) - h.weights @ ((r + h.repeats) * logs)
    by_r = rising_by_r + h.customers * np.log(alpha) - h.weights @ logs
    by_alpha = h.customers * r / alpha - h.weights @ ((r + h.repeats) / (alpha + h.age))
    return float(value), np.array([by_r * r, by_alpha * alpha])
