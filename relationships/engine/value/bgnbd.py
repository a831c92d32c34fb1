"""BG/NBD and MBG/NBD: customers buy at their own rates and may leave after a purchase.

BG/NBD: Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science
24(2). MBG/NBD: Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of
models for customer base analysis", IJRM 24(3), where one may also leave right after the first
purchase. The two differ by one unit, written o below: 0 for BG, 1 for MBG. D4 and D5 are derived in
docs/method/value-derivations.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv, betaln, digamma, expit, hyp2f1

from relationships.engine.value.fitting import Counts, facts_of, search, time_scale
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import Stored, columns
from relationships.engine.value.tails import Staying, Tail

# The closed form divides by a − 1; this near to it we stand a little aside.
NEAR_ONE = 1e-5
FALLBACK_NODES = 256
CERTAIN = 30.0
# As many rows as keep the columns of one step within the processor's cache.
CHUNK = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaGeometric(Stored):
    """Rates λ ~ Gamma(r, alpha) a week; after a purchase one leaves with p ~ Beta(a, b)."""

    NAMES: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    r: float
    alpha: float
    a: float
    b: float
    first_may_be_last: bool  # True for MBG/NBD

    @property
    def name(self) -> str:
        return "MBG/NBD" if self.first_may_be_last else "BG/NBD"

    @property
    def _o(self) -> int:
        return int(self.first_may_be_last)

    def probability_alive(self, h: Histories) -> Floats:
        """BG: Fader & Hardie (2008), note 21; MBG: Batislam et al. (2007), eq. 10."""
        chances = h.repeats + self._o  # moments at which one could have left
        log_odds_gone = (self.r + h.repeats) * np.log(
            (self.alpha + h.age) / (self.alpha + h.last_seen)
        ) + np.log(self.a / (self.b + np.maximum(chances, 1) - 1))
        return np.where(chances == 0, 1.0, expit(-log_odds_gone))

    def expected_repeats(self, h: Histories, weeks: ArrayLike) -> Floats:
        """BG: eq. (10); MBG: Batislam et al. eq. (13); both after Euler's transformation,
        which leaves the hypergeometric function two bounded arguments."""
        horizons, single = columns(weeks)
        rate_shape, stays = self.r + h.repeats, self.b + h.repeats + self._o
        ahead = horizons / (self.alpha + h.age)[:, None]
        if_alive = _expected_if_alive(rate_shape[:, None], stays[:, None], self.a, ahead)
        expected = self.probability_alive(h)[:, None] * if_alive
        return expected[:, 0] if single else expected

    def at_least(self, count: ArrayLike, h: Histories, weeks: float) -> Floats:
        """D4: P(alive) · P(rate brings k in time) · E[(1−p)^(k−1)]; given that one is
        alive, rate and leaving are independent (their posteriors factorise in eq. 3)."""
        k = np.asarray(count, dtype=np.float64)
        stays = self.b + h.repeats + self._o
        in_time = betainc(k, self.r + h.repeats, weeks / (self.alpha + h.age + weeks))
        not_left = np.exp(betaln(self.a, stays + k - 1) - betaln(self.a, stays))
        return np.asarray(self.probability_alive(h) * in_time * not_left)

    def tail(self, h: Histories, weeks: float) -> Tail:
        """D4, as `at_least`; the first purchase to come needs no staying."""
        odds = weeks / (self.alpha + h.age + weeks)
        staying = Staying(a=self.a, stays=self.b + h.repeats + self._o)
        return Tail(self.r + h.repeats, odds[:, None], np.ones((len(h), 1)), staying)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "BetaGeometric":
        """The model that `to_json` stored."""
        return cls._read(stored, first_may_be_last=stored["name"] == "MBG/NBD")


def _expected_if_alive(rate_shape: Floats, stays: Floats, a: float, ahead: Floats) -> Floats:
    """Purchases expected of one who is alive; `ahead` is t / (alpha + T)."""
    if abs(a - 1) < NEAR_ONE:
        below, above = 1 - 2 * NEAR_ONE, 1 + 2 * NEAR_ONE
        low = _expected_if_alive(rate_shape, stays, below, ahead)
        return (low + _expected_if_alive(rate_shape, stays, above, ahead)) / 2
    z = ahead / (1 + ahead)
    c = a + stays - 1
    with np.errstate(all="ignore"):  # what overflows is mended below
        hyper = hyp2f1(c - rate_shape, a - 1, c, z)
        expected = np.asarray(c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyper), dtype=np.float64)
    never_leaving = rate_shape * ahead  # nobody buys more than who never leaves
    wrong = ~((expected >= -1e-9) & (expected <= never_leaving * (1 + 1e-9)))
    if wrong.any():
        shape = np.broadcast_arrays(rate_shape, stays, expected, ahead)
        expected[wrong] = _by_midpoints(shape[0][wrong], shape[1][wrong], a, shape[3][wrong])
    return np.clip(expected, 0, never_leaving)


def _by_midpoints(rate_shape: Floats, stays: Floats, a: float, ahead: Floats) -> Floats:
    """D5: E[(1 − (1 + p·ahead)^−rate_shape) / p], p ~ Beta(a, stays), for extreme parameters."""
    total = np.zeros_like(ahead)
    counts, which = np.unique(stays, return_inverse=True)  # few, and the inverse is slow
    for level in (np.arange(FALLBACK_NODES) + 0.5) / FALLBACK_NODES:
        p = np.maximum(betaincinv(a, counts, level), 1e-12)[which]
        total += -np.expm1(-rate_shape * np.log1p(p * ahead)) / p
    return total / FALLBACK_NODES


def fit(h: Histories, *, first_may_be_last: bool, prior: bool) -> BetaGeometric:
    """BG/NBD, or MBG/NBD when the first purchase may be the last; on equal histories at once."""
    grouped = h.grouped().unique
    scale = time_scale(grouped)
    times = grouped.scaled(scale)
    likelihood = partial(_log_likelihood, int(first_may_be_last))
    starts = [np.zeros(4), np.log([0.3, 1.0, 0.7, 2.0])]
    found = search(times, likelihood, starts, prior=prior)
    r, alpha, a, b = (float(v) for v in np.exp(found.log_parameters))
    in_weeks = found.log_likelihood + float(grouped.weights @ grouped.repeats) * np.log(scale)
    facts = facts_of(
        grouped, prior=prior, log_likelihood=in_weeks, relative_errors=found.relative_errors
    )
    return BetaGeometric(
        r=r, alpha=alpha / scale, a=a, b=b, first_may_be_last=first_may_be_last, facts=facts
    )


def _log_likelihood(o: int, theta: Floats, h: Histories, counts: Counts) -> tuple[float, Floats]:
    """Eq. (6) of Fader, Hardie & Lee, with note 27's rearrangement, and its gradient."""
    r, alpha, a, b = np.exp(theta)
    rising, rising_by_r = counts.rising_factorial(r)
    staying, staying_by_a, staying_by_b = _staying(a, b, counts, o)
    value = rising + staying + h.customers * r * np.log(alpha)
    slope = np.array(
        [
            rising_by_r + h.customers * np.log(alpha),
            h.customers * r / alpha,
            staying_by_a,
            staying_by_b,
        ]
    )
    for start in range(0, len(h), CHUNK):
        part = slice(start, start + CHUNK)
        columns = (h.repeats[part], h.last_seen[part], h.age[part], h.weights[part])
        more, more_slope = _rows(o, (r, alpha, a, b), *columns)
        value, slope = value + more, slope + more_slope
    return float(value), slope * (r, alpha, a, b)


def _rows(
    o: int,
    parameters: tuple[float, float, float, float],
    repeats: Floats,
    last_seen: Floats,
    age: Floats,
    weights: Floats,
) -> tuple[float, Floats]:
    """What some histories add to the log-likelihood, and to its slope by each parameter."""
    r, alpha, a, b = parameters
    by_age, by_seen = alpha + age, alpha + last_seen
    log_age, log_seen = np.log(by_age), np.log(by_seen)
    rate_shape, chances = r + repeats, repeats + o
    one_more = b + np.maximum(chances, 1) - 1
    with np.errstate(divide="ignore"):  # log 0: who had no chance to leave has not left
        log_odds_gone = np.log(np.where(chances > 0, a / one_more, 0.0))
    log_odds_gone += rate_shape * (log_age - log_seen)
    # One exponential for expit and logaddexp together; beyond e^30 both are linear.
    odds_gone = np.exp(np.minimum(log_odds_gone, CERTAIN))
    gone = weights * (odds_gone / (1 + odds_gone))
    alive = weights - gone
    log_either = np.log(1 + odds_gone) + np.maximum(log_odds_gone - CERTAIN, 0)
    slope = [
        -alive @ log_age - gone @ log_seen,
        -alive @ (rate_shape / by_age) - gone @ (rate_shape / by_seen),
        gone.sum() / a,
        -gone @ (1 / one_more),
    ]
    return float(weights @ (log_either - rate_shape * log_age)), np.array(slope)


def _staying(a: float, b: float, counts: Counts, o: int) -> tuple[float, float, float]:
    """Σ log B(a, b+x+o) / B(a, b): having stayed each time, and its derivatives by a and b."""
    stays = b + counts.repeats + o
    value = betaln(a, stays) - betaln(a, b)
    by_a = digamma(a + b) - digamma(a + stays)
    by_b = digamma(stays) - digamma(a + stays) - digamma(b) + digamma(a + b)
    n = counts.customers
    return float(n @ value), float(n @ by_a), float(n @ by_b)
