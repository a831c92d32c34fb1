"""Gamma-Gamma: what a customer's next purchase is worth, shrunk towards everybody's.

Fader & Hardie, "The Gamma-Gamma Model of Monetary Value" (2013); after Colombo & Jiang (1999).
Purchases z ~ Gamma(p, ν), customers differ by ν ~ Gamma(q, gamma). The published figures count
repeat purchases only; the product counts all, the first included, which forecasts better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln, zeta

from relationships.engine.value.estimation import WALL, maximise
from relationships.engine.value.histories import BadHistories, Floats, LengthsDiffer, NotANumber
from relationships.engine.value.models import (
    MAXIMUM_A_POSTERIORI,
    MAXIMUM_LIKELIHOOD,
    Facts,
    Stored,
)

# Below q = 1 the population's mean spend would be infinite.
LEAST_Q = 1.05


class NoSpend(BadHistories):
    """Nobody has paid anything yet, so there is no spend to learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Mean and variance of a logarithm."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma(Stored):
    """Money in the company's currency; gamma carries the unit."""

    NAMES: ClassVar[tuple[str, ...]] = ("p", "q", "gamma")
    p: float
    q: float
    gamma: float

    @property
    def name(self) -> str:
        return "Gamma-Gamma"

    def expected_spend(self, purchases: ArrayLike, mean: ArrayLike) -> Floats:
        """Eq. (5): expected mean of a customer whose `purchases` had this `mean`.

        With no purchases it is the population's mean."""
        n = np.asarray(purchases, dtype=np.float64)
        paid = n * np.asarray(mean, dtype=np.float64)
        return np.asarray(self.p * (self.gamma + paid) / (self.p * n + self.q - 1))

    def log_money(self, purchases: Floats, mean: Floats) -> "Moments":
        """The customer's part in the log of what their next purchases sum up to.

        The sum of the next k is (gamma + n z̄) times a beta prime of shapes p·k and q + p·n
        (eqs. 2 to 4): the ratio of two independent gammas, whose logs have known moments.
        """
        own = self.q + self.p * purchases
        scale = np.log(self.gamma + purchases * mean)
        return Moments(mean=scale - digamma(own), variance=np.asarray(zeta(2, own)))

    def log_of_counts(self, count: Floats) -> "Moments":
        """The part of their number, whoever buys (eqs. 2 to 4)."""
        shape = self.p * count
        return Moments(mean=np.asarray(digamma(shape)), variance=np.asarray(zeta(2, shape)))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "GammaGamma":
        """The model that `to_json` stored."""
        return cls._read(stored)


def fit(purchases: ArrayLike, mean: ArrayLike, *, prior: bool) -> GammaGamma:
    """From each customer's number of purchases and their mean; who paid nothing is left out."""
    n, z = np.asarray(purchases, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    if n.shape != z.shape or n.ndim != 1:
        raise LengthsDiffer("purchases and mean must have one row per customer")
    if not (np.isfinite(n).all() and np.isfinite(z).all()):
        raise NotANumber("purchases and mean must be finite numbers")
    paying = (n > 0) & (z > 0)
    n, z = n[paying], z[paying]
    if not len(n):
        raise NoSpend("nobody has paid anything yet")
    scale = 1 / float(z.mean())
    likelihood = _Likelihood(n, z * scale)
    starts = [np.log([1.0, 2.0, 1.0]), np.log([5.0, 4.0, 1.0])]
    lowest = np.array([-WALL, np.log(LEAST_Q), -WALL])
    found = maximise(likelihood, starts, weight=float(len(n)), prior=prior, lowest=lowest)
    p, q, gamma = (float(v) for v in np.exp(found.log_parameters))
    facts = Facts(
        method=MAXIMUM_A_POSTERIORI if prior else MAXIMUM_LIKELIHOOD,
        log_likelihood=float(found.log_likelihood + len(n) * np.log(scale)),
        customers=len(n),
        repeaters=int(np.sum(n > 1)),
        relative_errors=tuple(float(e) if np.isfinite(e) else None for e in found.relative_errors),
    )
    return GammaGamma(p=p, q=q, gamma=gamma / scale, facts=facts)


class _Likelihood:
    """Eq. (1a), summed; terms in the number of purchases alone are summed by that number."""

    def __init__(self, n: Floats, z: Floats) -> None:
        self.n, self.paid = n, n * z
        self.counts, where = np.unique(n, return_inverse=True)
        self.customers = np.bincount(where).astype(np.float64)
        self.log_paid = float(n @ np.log(self.paid))
        self.log_mean = float(np.log(z).sum())

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        p, q, gamma = np.exp(theta)
        counts, customers, total = self.counts, self.customers, len(self.n)
        logs, shape = np.log(gamma + self.paid), p * self.n + q
        value = customers @ (gammaln(p * counts + q) - gammaln(p * counts))
        value += total * (q * np.log(gamma) - gammaln(q)) + p * self.log_paid - self.log_mean
        value -= shape @ logs
        joint = digamma(p * counts + q)
        by_p = (customers * counts) @ (joint - digamma(p * counts))
        by_p += self.log_paid - self.n @ logs
        by_q = customers @ joint + total * (np.log(gamma) - digamma(q)) - logs.sum()
        by_gamma = total * q / gamma - np.sum(shape / (gamma + self.paid))
        return float(value), np.array([by_p * p, by_q * q, by_gamma * gamma])
