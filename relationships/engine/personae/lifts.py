"""Lift: how much commoner a trait is in a group than among all, with its likely range."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]

Z80 = 1.2815515655446004
FEWEST = 30  # people of whom the trait is known in the group, and who have it anywhere
FALSE_SHARE = 0.10  # of the traits shown as standing out, at most so many by chance


@dataclass(frozen=True)
class Lift:
    """P(trait | group) / P(trait | all); `stands_out` when chance is a poor explanation."""

    lift: float
    low: float
    high: float
    share: float  # in the group
    overall: float
    people: int  # with the trait, in the group
    stands_out: bool


def lifts(
    has_in: Floats, known_in: Floats, has_all: Floats, known_all: Floats
) -> list[Lift | None]:
    """One lift a trait from counts of people; None where there are fewer than 30.

    The range (80 %) is Katz's log interval (Katz et al. 1978) for a group that is part of the
    whole: with p₁ in the group, p₂ in the rest and w the group's share of those known,
    ln(p₁ / (w p₁ + (1−w) p₂)) by the delta method. Which traits stand out is decided by the
    pooled two-proportion test against the rest, with Benjamini & Hochberg's (1995) procedure.
    """
    enough = (known_in >= FEWEST) & (has_all >= FEWEST) & (known_all > known_in)
    n1, n2 = np.where(enough, known_in, 1.0), np.where(enough, known_all - known_in, 1.0)
    x1, x2 = np.where(enough, has_in, 0.0), np.where(enough, has_all - has_in, 0.0)
    # Half a person more keeps zero counts from having no logarithm.
    p1, p2 = (x1 + 0.5) / (n1 + 1), (x2 + 0.5) / (n2 + 1)
    w = n1 / (n1 + n2)
    p = w * p1 + (1 - w) * p2
    variance = (1 / p1 - w / p) ** 2 * p1 * (1 - p1) / n1
    variance = variance + ((1 - w) / p) ** 2 * p2 * (1 - p2) / n2
    center, spread = np.log(p1 / p), Z80 * np.sqrt(variance)
    out = np.zeros(len(enough), dtype=bool)
    out[enough] = benjamini_hochberg(_chances(x1, n1, x2, n2)[enough], FALSE_SHARE)
    return [
        Lift(
            float(np.exp(center[i])),
            float(np.exp(center[i] - spread[i])),
            float(np.exp(center[i] + spread[i])),
            float(x1[i] / n1[i]),
            float((x1[i] + x2[i]) / (n1[i] + n2[i])),
            int(x1[i]),
            bool(out[i]),
        )
        if enough[i]
        else None
        for i in range(len(enough))
    ]


def benjamini_hochberg(chances: Floats, false_share: float) -> npt.NDArray[np.bool_]:
    """Which hypotheses to reject so that at most `false_share` of the rejections are false."""
    n = len(chances)
    order = np.argsort(chances)
    passed = chances[order] <= false_share * np.arange(1, n + 1) / max(n, 1)
    last = int(np.flatnonzero(passed)[-1]) + 1 if passed.any() else 0
    rejected = np.zeros(n, dtype=bool)
    rejected[order[:last]] = True
    return rejected


def _chances(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """How likely so large a difference would be by chance (two-sided, pooled)."""
    pooled = (x1 + x2) / (n1 + n2)
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12) * (1 / n1 + 1 / n2))
    return np.asarray(2 * ndtr(-np.abs(x1 / n1 - x2 / n2) / error))
