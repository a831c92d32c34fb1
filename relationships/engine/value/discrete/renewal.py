"""Renewing and cancelling: the chance to outlive so many periods, and how many are still to come.

Fader & Hardie (2007), "How to Project Customer Retention", Journal of Interactive Marketing 21(1):
each contract has its own chance of being cancelled at the end of a period, θ ~ Beta(a, b) (the
shifted beta-geometric, sBG). Fader, Hardie, Liu, Davin & Steenburgh (2018), "… Revisited: The Role
of Duration Dependence", JIM 43: with the years that chance may fall or rise by itself (the
beta-discrete-Weibull, BdW), S(t) = B(a, b + t^c) / B(a, b). c = 1 is sBG. D10 is derived in
docs/method/value-derivations.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma

from relationships.engine.value.discrete.contracts import Contracts, NoContracts
from relationships.engine.value.estimation import maximise
from relationships.engine.value.histories import Floats
from relationships.engine.value.models import (
    MAXIMUM_A_POSTERIORI,
    MAXIMUM_LIKELIHOOD,
    Facts,
    Stored,
)

# What is paid in periods discounted to less than this of today's money is left out.
NOTHING_LEFT, MOST_PERIODS = 1e-10, 20_000
LEAST_CHANCE, FARTHEST = 1e-300, 1e300


class BadDiscount(ValueError):
    """All the periods to come have a finite sum only with a discount above zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal(Stored):
    """Contracts differ in their chance of being cancelled, θ ~ Beta(a, b); c bends time."""

    NAMES: ClassVar[tuple[str, ...]] = ("a", "b", "c")
    a: float
    b: float
    c: float  # 1: the chance of one contract never changes; above 1 it rises, below it falls

    @property
    def name(self) -> str:
        return "sBG" if self.c == 1 else "BdW"

    def survival(self, periods: ArrayLike) -> Floats:
        """D10, S(t): share of new contracts still renewed at the end of so many periods."""
        return np.exp(self._log_survival(periods))

    def renewal_rate(self, renewals: ArrayLike) -> Floats:
        """Fader & Hardie (2007), eq. (8), for any c (D10): share of the contracts renewed so often
        that is renewed the next time too."""
        n = np.asarray(renewals, dtype=np.float64)
        return np.exp(self._log_survival(n + 1) - self._log_survival(n))

    def staying(self, renewals: ArrayLike, ahead: ArrayLike) -> Floats:
        """D10: chance that a contract renewed so often is renewed `ahead` more times; one column
        per entry of `ahead`."""
        n = np.atleast_1d(np.asarray(renewals, dtype=np.float64))[:, None]
        later = self._log_survival(n + np.atleast_1d(np.asarray(ahead, dtype=np.float64)))
        return np.exp(later - self._log_survival(n))

    def expected_renewals(
        self, renewals: ArrayLike, ahead: int, *, discount: float = 0.0
    ) -> Floats:
        """D10, summed: renewals to come at the ends of the next `ahead` periods, the first of
        them in full and each later one discounted by `discount` a period more."""
        if ahead < 1 or ahead != int(ahead) or not -1 < discount < np.inf:
            raise ValueError("look ahead by whole periods, with a discount above −100 %")
        n, where = np.unique(np.asarray(renewals, dtype=np.float64), return_inverse=True)
        k = np.arange(1.0, ahead + 1)
        return np.asarray((self.staying(n, k) @ (1 + discount) ** (1 - k))[where.ravel()])

    def residual_renewals(self, renewals: ArrayLike, *, discount: float) -> Floats:
        """All renewals to come, discounted, seen just before the next is decided: Fader & Hardie
        (2010), "Customer-Base Valuation in a Contractual Setting", eq. (6)."""
        if not 0 < discount < np.inf:
            raise BadDiscount("all the periods to come need a discount above zero")
        enough = int(min(np.ceil(-np.log(NOTHING_LEFT) / np.log1p(discount)), MOST_PERIODS))
        return self.expected_renewals(renewals, enough, discount=discount)

    def _log_survival(self, periods: ArrayLike) -> Floats:
        """Log of S(t), D10."""
        t = np.asarray(periods, dtype=np.float64)
        if np.any(t < 0) or not np.isfinite(t).all():
            raise ValueError("periods must be finite numbers, zero or more")
        return np.asarray(betaln(self.a, self.b + _bent(t, self.c)) - betaln(self.a, self.b))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Renewal":
        """The model that `to_json` stored."""
        return cls._read(stored)


def fit(contracts: Contracts, *, prior: bool, time_bends: bool = False) -> Renewal:
    """sBG, or BdW when the chance of one contract may change with its age (`time_bends`)."""
    grouped = contracts.grouped() if len(contracts) else contracts
    if not grouped.periods.any():
        raise NoContracts("no contract has come to the end of a period yet")

    def likelihood(theta: Floats) -> tuple[float, Floats]:
        a, b, c = np.exp([*theta, 0.0][:3])
        value, slope = _log_likelihood(a, b, c, grouped)
        return value, (slope * (a, b, c))[: len(theta)]

    starts = [np.zeros(2), np.log([0.5, 4.0])]
    if time_bends:
        starts = [np.append(start, 0.0) for start in starts]
    found = maximise(likelihood, starts, weight=grouped.contracts, prior=prior)
    a, b, c = (float(v) for v in np.exp([*found.log_parameters, 0.0][:3]))
    facts = Facts(
        method=MAXIMUM_A_POSTERIORI if prior else MAXIMUM_LIKELIHOOD,
        log_likelihood=found.log_likelihood,
        customers=round(grouped.contracts),
        repeaters=round(grouped.renewed),
        relative_errors=tuple(float(e) if np.isfinite(e) else None for e in found.relative_errors),
    )
    return Renewal(a=a, b=b, c=c, facts=facts)


def _log_likelihood(a: float, b: float, c: float, k: Contracts) -> tuple[float, Floats]:
    """Eq. (B3) of the 2007 paper: log S(t) of what runs, log (S(t−1) − S(t)) of what ended."""
    now, by_now = _survived(a, b, c, k.periods)
    before, by_before = _survived(a, b, c, np.maximum(k.periods - 1, 0))
    ended = np.maximum(-np.expm1(now - before), LEAST_CHANCE)
    value = np.where(k.cancelled, before + np.log(ended), now)
    slope = np.where(k.cancelled, by_now + (by_before - by_now) / ended, by_now)
    return float(k.weights @ value), np.asarray(slope @ k.weights)


def _bent(periods: Floats, c: float) -> Floats:
    """t^c, or the farthest that can be reckoned with: the search tries bends beyond any number."""
    with np.errstate(over="ignore"):
        return np.asarray(np.minimum(periods**c, FARTHEST))


def _survived(a: float, b: float, c: float, periods: Floats) -> tuple[Floats, Floats]:
    """log S(t), and its derivatives by a, b and c, one row each."""
    bent = _bent(periods, c)
    both, stayed = digamma(a + b + bent), digamma(b + bent)
    by_bent = stayed - both
    bends = bent * np.log(np.maximum(periods, 1.0))
    slope = [digamma(a + b) - both, by_bent - digamma(b) + digamma(a + b), by_bent * bends]
    return np.asarray(betaln(a, b + bent) - betaln(a, b)), np.array(slope)
