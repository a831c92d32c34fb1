"""The Pareto/NBD integral over the unseen moment of leaving, by Gauss-Legendre quadrature.

The likelihood of a history is, up to a factor, "alive" plus "gone":

    (α+T)^−(r+x) (β+T)^−s  +  s ∫ from t_x to T of (α+τ)^−(r+x) (β+τ)^−(s+1) dτ

(Fader & Hardie 2005, eq. 9 before its hypergeometric form, which cancels badly). The integral is
taken in v = log(min(α, β) + τ), where it is smooth; its log falls ever faster, so that for heavy
buyers all of it lies near t_x and the rest can be cut off.
"""

from collections.abc import Iterator

import numpy as np

from relationships.engine.value.histories import Floats, Histories

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(24)
# The integrand beyond e^−40 of its start is lost in the rounding of the rest.
NEGLIGIBLE_EXPONENT = 40.0
# As many rows as keep one table of 24 columns within the processor's cache.
CHUNK = 1_024


def log_alive(r: float, alpha: float, s: float, beta: float, h: Histories) -> Floats:
    """Log of the part of those who are still here."""
    return np.asarray(-(r + h.repeats) * np.log(alpha + h.age) - s * np.log(beta + h.age))


def log_gone(r: float, alpha: float, s: float, beta: float, h: Histories) -> Floats:
    """Log of the part of those who have left; −∞ for those who bought today."""
    parts = [_Chunk(r, alpha, s, beta, rows).log_gone for rows in _chunks(h)]
    return np.concatenate(parts) if parts else np.empty(0)


def rows(r: float, alpha: float, s: float, beta: float, h: Histories) -> tuple[float, Floats]:
    """Σ log(alive + gone), and its derivatives by r, alpha, s and beta."""
    value, slope = 0.0, np.zeros(4)
    for part in _chunks(h):
        chunk = _Chunk(r, alpha, s, beta, part)
        alive = log_alive(r, alpha, s, beta, part)
        either = np.logaddexp(alive, chunk.log_gone)
        value += float(part.weights @ either)
        w_alive = part.weights * np.exp(alive - either)
        w_gone = part.weights - w_alive
        shape = r + part.repeats
        slope -= np.array(
            [
                w_alive @ np.log(alpha + part.age) + w_gone @ chunk.mean(chunk.log_pace),
                w_alive @ (shape / (alpha + part.age))
                + w_gone @ (shape * chunk.mean(1 / chunk.pace)),
                w_alive @ np.log(beta + part.age) + w_gone @ chunk.mean(chunk.log_life),
                w_alive @ (s / (beta + part.age)) + w_gone @ ((s + 1) * chunk.mean(1 / chunk.life)),
            ]
        )
        slope[2] += w_gone.sum() / s
    return value, slope


class _Chunk:
    """The integrand at 24 moments of leaving for some thousand histories."""

    def __init__(self, r: float, alpha: float, s: float, beta: float, h: Histories) -> None:
        base = min(alpha, beta)
        start, end = np.log(base + h.last_seen), np.log(base + h.age)
        fall = _fall_at_start(r, alpha, s, beta, h)
        end = np.minimum(end, start + NEGLIGIBLE_EXPONENT / np.maximum(fall, 1e-9))
        half = (end - start)[:, None] / 2
        v = start[:, None] + half * (1 + NODES)
        from_base = np.exp(v)
        self.pace = from_base + (alpha - base)
        self.life = from_base + (beta - base)
        self.log_pace = v if alpha == base else np.log(self.pace)
        self.log_life = v if beta == base else np.log(self.life)
        shape = (r + h.repeats)[:, None]
        log_start = -shape[:, 0] * np.log(alpha + h.last_seen)
        log_start -= (s + 1) * np.log(beta + h.last_seen)
        log_density = v - shape * self.log_pace - (s + 1) * self.log_life
        density = NODE_WEIGHTS * half * np.exp(log_density - log_start[:, None])
        self.total = density.sum(axis=1)
        self.share = density / np.where(self.total > 0, self.total, 1.0)[:, None]
        with np.errstate(divide="ignore"):  # bought today: has had no time to leave
            self.log_gone = np.log(s) + log_start + np.log(self.total)

    def mean(self, quantity: Floats) -> Floats:
        """The quantity averaged over the moments at which one may have left."""
        return np.asarray(np.einsum("ij,ij->i", self.share, quantity))


def _fall_at_start(r: float, alpha: float, s: float, beta: float, h: Histories) -> Floats:
    """How fast the log of the integrand falls at t_x, per unit of v."""
    moment = min(alpha, beta) + h.last_seen
    by_pace = (r + h.repeats) * moment / (alpha + h.last_seen)
    return np.asarray(by_pace + (s + 1) * moment / (beta + h.last_seen) - 1)


def _chunks(h: Histories) -> Iterator[Histories]:
    if len(h) <= CHUNK:
        return iter([h] if len(h) else [])
    return (h.rows(slice(i, i + CHUNK)) for i in range(0, len(h), CHUNK))
