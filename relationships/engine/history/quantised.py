"""Probabilities in one byte each: small enough to keep for every customer and month."""

import numpy as np
import numpy.typing as npt

STEPS_PER_NAT = 18.0
"""A step is 5.6 % of the odds, so a stored probability is within 2.8 % of the true one; the least
that smoothing tells apart, one in a million, still fits."""
IMPOSSIBLE = 255


def quantised(chances: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """n × K probabilities as n × K bytes: minus their logarithm in steps; zero stands alone."""
    with np.errstate(divide="ignore"):
        steps = np.rint(-STEPS_PER_NAT * np.log(np.asarray(chances, dtype=np.float64)))
    steps = np.minimum(steps, IMPOSSIBLE - 1)
    return np.where(np.asarray(chances) > 0, steps, IMPOSSIBLE).astype(np.uint8)


def chances(stored: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """n × K bytes as probabilities that add up to one; a row of impossible types is NaN."""
    table = np.exp(-np.arange(256.0) / STEPS_PER_NAT)
    table[IMPOSSIBLE] = 0.0
    found = table[stored]
    total = found.sum(axis=-1, keepdims=True)
    return np.asarray(found / np.where(total > 0, total, np.nan))
