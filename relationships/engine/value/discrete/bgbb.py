"""BG/BB: at each fixed occasion those still here buy with their own chance, then may leave.

Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting",
Marketing Science 29(6); equations as numbered there, D7 and D8 in
docs/method/value-derivations.md. For donations after a yearly appeal, visits
to a yearly fair, boxes that may be taken or skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.special import betaln, digamma

from relationships.engine.value.discrete.occasions import NoOccasions, Occasions
from relationships.engine.value.estimation import maximise
from relationships.engine.value.histories import Floats, Integers
from relationships.engine.value.models import (
    MAXIMUM_A_POSTERIORI,
    MAXIMUM_LIKELIHOOD,
    Facts,
    Stored,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaGeometricBetaBernoulli(Stored):
    """An occasion is taken with p ~ Beta(alpha, beta); one leaves before it with θ ~
    Beta(gamma, delta)."""

    NAMES: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")
    alpha: float
    beta: float
    gamma: float
    delta: float

    @property
    def name(self) -> str:
        return "BG/BB"

    @property
    def _values(self) -> Floats:
        return np.array([self.alpha, self.beta, self.gamma, self.delta])

    def probability_alive(self, o: Occasions, ahead: int = 1) -> Floats:
        """Eq. (11): chance of still being here at the occasion `ahead` (1 is the next)."""
        here = betaln(self.alpha + o.taken, self.beta + o.offered - o.taken)
        here = here - betaln(self.alpha, self.beta) - betaln(self.gamma, self.delta)
        stayed = betaln(self.gamma, self.delta + o.offered + _whole(ahead))
        return np.exp(here + stayed - _histories(self._values, o))

    def expected_purchases(self, o: Occasions, occasions: int) -> Floats:
        """Eq. (13) as the sum that it stands for, so that gamma = 1 is no exception."""
        chance = (self.alpha + o.taken) / (self.alpha + self.beta + o.offered)
        return np.asarray(chance * self.expected_remaining(o, occasions))

    def expected_remaining(self, o: Occasions, occasions: int) -> Floats:
        """D7: at how many of the next `occasions` they are expected to be here still."""
        k = 1.0 + np.arange(_whole(occasions))
        later = self.delta + o.offered[:, None] + k
        first = betaln(self.gamma, self.delta + o.offered + 1)
        shares = np.exp(betaln(self.gamma, later) - first[:, None]).sum(axis=1)
        return np.asarray(self.probability_alive(o) * shares)

    def any_purchase(self, o: Occasions, occasions: int) -> Floats:
        """D8: chance of at least one purchase; nobody who takes none has another likelihood
        than that of the same past with so many more occasions."""
        none = _histories(self._values, o.later(_whole(occasions))) - _histories(self._values, o)
        return np.asarray(-np.expm1(np.minimum(none, 0.0)))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "BetaGeometricBetaBernoulli":
        """The model that `to_json` stored."""
        return cls._read(stored)


def fit(o: Occasions, *, prior: bool) -> BetaGeometricBetaBernoulli:
    """Maximum likelihood, or maximum a posteriori with `prior`; on equal histories at once."""
    grouped = o.grouped() if len(o) else o
    if not grouped.offered.any():
        raise NoOccasions("nobody has had an occasion to come back yet")
    terms = _Terms.of(grouped)

    def likelihood(theta: Floats) -> tuple[float, Floats]:
        values = np.exp(theta)
        value, slope = terms.likelihood(values, grouped.weights)
        return value, slope * values

    starts = [np.zeros(4), np.log([1.0, 1.0, 0.5, 3.0])]
    found = maximise(likelihood, starts, weight=grouped.customers, prior=prior)
    alpha, beta, gamma, delta = (float(v) for v in np.exp(found.log_parameters))
    facts = Facts(
        method=MAXIMUM_A_POSTERIORI if prior else MAXIMUM_LIKELIHOOD,
        log_likelihood=found.log_likelihood,
        customers=round(grouped.customers),
        repeaters=round(grouped.takers),
        relative_errors=tuple(float(e) if np.isfinite(e) else None for e in found.relative_errors),
    )
    return BetaGeometricBetaBernoulli(alpha=alpha, beta=beta, gamma=gamma, delta=delta, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The parts of eq. (5), one below the other: being here still, or having left after each
    occasion since the last that was taken. Each is B(α+yes, β+no) · B(γ+left, δ+stayed)."""

    starts: Integers  # first part of each row
    yes: Floats
    no: Floats
    left: Floats
    stayed: Floats

    @classmethod
    def of(cls, o: Occasions) -> "_Terms":
        silent = (o.offered - o.last_taken).astype(np.int64)
        sizes = silent + 1
        starts = np.cumsum(sizes) - sizes
        row = np.repeat(np.arange(len(o)), sizes)
        seen = o.last_taken[row] + (np.arange(len(row)) - starts[row])
        left = (seen < o.offered[row]).astype(np.float64)
        yes = o.taken[row]
        return cls(starts=starts, yes=yes, no=seen - yes, left=left, stayed=seen)

    def likelihood(self, values: Floats, weights: Floats) -> tuple[float, Floats]:
        """Σ weight · log of the likelihood, and its slope by each parameter."""
        logs = self.logs(values)
        rows = np.logaddexp.reduceat(logs, self.starts)
        sizes = np.diff(self.starts, append=len(logs))
        share = np.exp(logs - np.repeat(rows, sizes)) * np.repeat(weights, sizes)
        alpha, beta, gamma, delta = values
        total = weights.sum()
        slope = np.array(
            [
                *_slopes(alpha, beta, self.yes, self.no, share, total),
                *_slopes(gamma, delta, self.left, self.stayed, share, total),
            ]
        )
        return float(weights @ rows), slope

    def logs(self, values: Floats) -> Floats:
        alpha, beta, gamma, delta = values
        taking = betaln(alpha + self.yes, beta + self.no) - betaln(alpha, beta)
        staying = betaln(gamma + self.left, delta + self.stayed) - betaln(gamma, delta)
        return np.asarray(taking + staying)


def _slopes(
    p: float, q: float, more_p: Floats, more_q: Floats, share: Floats, total: float
) -> tuple[float, float]:
    """Derivatives by p and q of Σ share · log B(p + more_p, q + more_q) / B(p, q)."""
    both = digamma(p + q + more_p + more_q)
    by_p = share @ (digamma(p + more_p) - both) - total * (digamma(p) - digamma(p + q))
    by_q = share @ (digamma(q + more_q) - both) - total * (digamma(q) - digamma(p + q))
    return float(by_p), float(by_q)


def _histories(values: Floats, o: Occasions) -> Floats:
    """Log-likelihood of each row, eq. (5)."""
    terms = _Terms.of(o)
    return (
        np.asarray(np.logaddexp.reduceat(terms.logs(values), terms.starts))
        if len(o)
        else values[:0]
    )


def _whole(occasions: int) -> int:
    if occasions < 1 or occasions != int(occasions):
        raise ValueError("look ahead by a whole number of occasions, one or more")
    return int(occasions)
