"""How relationships move together: matrices, their error, a check of memory, a forecast."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PSEUDO_CUSTOMERS = 50.0
"""A month's row is drawn towards the rows of all months with the weight of so many customers."""
INTERVAL = (0.1, 0.9)
MEMORY = 0.05
"""Total variation above which two months are not twice one month: moves depend on the past."""


def soft_counts(then: Floats, now: Floats) -> Floats:
    """Expected moves Σ p_then p_nowᵀ of the same customers, families × families."""
    return np.asarray(then.T @ now)


@dataclass(frozen=True)
class Matrix:
    """Chances of each family a month later, by the family before, with 8-in-10 intervals."""

    weights: Floats  # Dirichlet parameters, families × families

    @classmethod
    def of(cls, counts: Floats, parent: Floats) -> "Matrix":
        """Rows of `counts` drawn towards those of `parent`; who never moved is taken to stay."""
        return cls(counts + PSEUDO_CUSTOMERS * rows_of(parent))

    @property
    def mean(self) -> Floats:
        return np.asarray(self.weights / self.weights.sum(axis=1, keepdims=True))

    @property
    def low(self) -> Floats:
        return self._quantile(INTERVAL[0])

    @property
    def high(self) -> Floats:
        return self._quantile(INTERVAL[1])

    def _quantile(self, share: float) -> Floats:
        from scipy.stats import beta  # slow to load: not at every start

        rest = self.weights.sum(axis=1, keepdims=True) - self.weights
        one = np.maximum(self.weights, 1e-9)
        return np.asarray(beta.ppf(share, one, np.maximum(rest, 1e-9)))


def rows_of(counts: Floats) -> Floats:
    """Each row divided by its sum; an empty row stays where it is."""
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1.0), np.eye(len(counts)))


def memory(monthly: Floats, two_months: Floats) -> float:
    """Total variation between A² and what was seen over two months, by the rows' shares.

    Chapman and Kolmogorov: without memory both are the same.
    """
    shares = two_months.sum(axis=1)
    if not shares.sum():
        return 0.0
    apart = 0.5 * np.abs(monthly @ monthly - rows_of(two_months)).sum(axis=1)
    return float(apart @ shares / shares.sum())


@dataclass(frozen=True)
class Forecast:
    """Shares of the families, months ahead × families, with 8-in-10 ranges."""

    mean: Floats
    low: Floats
    high: Floats


def forecast(
    shares: Floats, matrix: Matrix, months: int, rng: np.random.Generator, draws: int = 400
) -> Forecast:
    """p · A^h; the ranges by drawing every row from its Dirichlet."""
    rows = [rng.dirichlet(np.maximum(row, 1e-9), size=draws) for row in matrix.weights]
    drawn = np.stack(rows, axis=1)  # draws × families × families
    paths = np.empty((months, draws, len(shares)))
    at = np.broadcast_to(shares, (draws, len(shares)))
    for month in range(months):
        at = np.einsum("df,dfg->dg", at, drawn)
        paths[month] = at
    mean = np.empty((months, len(shares)))
    here = shares
    for month in range(months):
        here = here @ matrix.mean
        mean[month] = here
    return Forecast(mean, *(np.quantile(paths, share, axis=1) for share in INTERVAL))
