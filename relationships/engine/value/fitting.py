"""From histories to parameters: what the fits of all models of repeat buying share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from relationships.engine.value.estimation import Estimate, Likelihood, maximise
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import MAXIMUM_A_POSTERIORI, MAXIMUM_LIKELIHOOD, Facts

# Times are rescaled so that the oldest customer is 10 units old (lifetime-value page, 1.2).
SCALED_AGE = 10.0
ROWS_TO_THIN, THINNING = 5_000, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many customers have each number of repeats: terms in x alone need no more rows."""

    repeats: Floats
    customers: Floats

    @classmethod
    def of(cls, h: Histories) -> "Counts":
        repeats, where = np.unique(h.repeats, return_inverse=True)
        return cls(repeats=repeats, customers=np.bincount(where, h.weights).astype(np.float64))

    def rising_factorial(self, r: float) -> tuple[float, float]:
        """Σ log Γ(r+x)/Γ(r), and its derivative by r."""
        value = gammaln(r + self.repeats) - gammaln(r)
        slope = digamma(r + self.repeats) - digamma(r)
        return float(self.customers @ value), float(self.customers @ slope)


def search(
    h: Histories,
    likelihood: Callable[[Floats, Histories, Counts], tuple[float, Floats]],
    starts: Sequence[Floats],
    *,
    prior: bool,
) -> Estimate:
    """The best parameters for grouped histories with rescaled times.

    Many rows are first thinned (evenly, as they are sorted) to find where to start."""

    def of(rows: Histories) -> Likelihood:
        counts = Counts.of(rows)
        return lambda theta: likelihood(theta, rows, counts)

    if len(h) >= ROWS_TO_THIN:
        thin = h.rows(slice(None, None, THINNING))
        rough = maximise(of(thin), starts, weight=thin.customers, prior=prior)
        starts = [rough.log_parameters]
    return maximise(of(h), starts, weight=max(h.customers, 1.0), prior=prior)


def time_scale(h: Histories) -> float:
    """What to multiply times by before a search."""
    oldest = float(h.age.max()) if len(h) else 0.0
    return SCALED_AGE / oldest if oldest > 0 else 1.0


def facts_of(h: Histories, *, prior: bool, log_likelihood: float, relative_errors: Floats) -> Facts:
    """The facts of a fit on these histories."""
    return Facts(
        method=MAXIMUM_A_POSTERIORI if prior else MAXIMUM_LIKELIHOOD,
        log_likelihood=float(log_likelihood),
        customers=round(h.customers),
        repeaters=round(h.repeaters),
        relative_errors=tuple(float(e) if np.isfinite(e) else None for e in relative_errors),
    )
