"""Likelihoods in closed form, n customers × K types; terms that are the same for all types drop."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, log_ndtr

Floats = npt.NDArray[np.float64]


def gamma_poisson(counts: Floats, rates: Floats, expected: Floats, shape: float) -> Floats:
    """Counts over W windows with one Gamma(shape) rate a customer: negative multinomial.

    `counts` (n, W), `rates` (K, W) per unit of exposure, `expected` (n, K) summed over windows.
    """
    total = counts.sum(axis=1)[:, None]
    return np.asarray(counts @ np.log(rates).T - (shape + total) * np.log(shape + expected))


def beta_binomial(successes: Floats, trials: Floats, share: Floats, precision: float) -> Floats:
    """Successes in trials, the customer's own share Beta-distributed around the type's."""

    def table(pairs: Floats) -> Floats:
        hit, of = pairs[:, :1], pairs[:, 1:]
        a, b = share * precision, (1.0 - share) * precision
        return np.asarray(gammaln(a + hit) - gammaln(a) + gammaln(b + of - hit) - gammaln(b))

    return by_unique(np.column_stack([successes, trials]), table)


def dirichlet_multinomial(counts: Floats, alpha: Floats) -> Floats:
    """Counts over J classes (n, J), concentrations (K, J)."""
    whole = alpha.sum(axis=1)

    def table(rows: Floats) -> Floats:
        result = gammaln(whole) - gammaln(whole + rows.sum(axis=1)[:, None])
        for at in range(rows.shape[1]):
            result = result + gammaln(alpha[:, at] + rows[:, at, None]) - gammaln(alpha[:, at])
        return np.asarray(result)

    return by_unique(counts, table)


def normal(value: Floats, mean: Floats, variance: Floats) -> Floats:
    """Log density up to terms without the mean; `value` (n,), `mean` (K,), `variance` (n,)."""
    return np.asarray(-0.5 * (value[:, None] - mean) ** 2 / variance[:, None])


def bounded_normal(
    total: Floats, count: Floats, mean: Floats, sd: float, low: float, high: float
) -> Floats:
    """`count` answers of sum `total` from a normal cut to low … high; means may lie outside."""
    average = np.divide(total, count, out=np.zeros_like(total), where=count > 0)[:, None]
    inside = _log_mass((low - mean) / sd, (high - mean) / sd)
    return np.asarray(count[:, None] * (-0.5 * ((average - mean) / sd) ** 2 - inside))


def _log_mass(low: Floats, high: Floats) -> Floats:
    """log(Φ(high) − Φ(low)), mirrored where both are positive, so that nothing cancels."""
    mirrored = low > 0
    a, b = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    top, bottom = log_ndtr(b), log_ndtr(a)
    return np.asarray(top + np.log1p(-np.exp(bottom - top)))


def by_unique(rows: Floats, table: Callable[[Floats], Floats]) -> Floats:
    """The table evaluated once per distinct row: counts are small, customers are many."""
    base = int(rows.max(initial=0.0)) + 1
    if float(base) ** rows.shape[1] >= 2**62:
        return table(rows)
    key = rows.astype(np.int64) @ (base ** np.arange(rows.shape[1], dtype=np.int64))
    _, first, at = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(table(rows[first])[at])
