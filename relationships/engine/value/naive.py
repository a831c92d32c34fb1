"""The formulas that people use without a model; they stand beside every forecast.

Each takes histories and a horizon in weeks and gives expected purchases. As in Wuebben & von
Wangenheim (2008), "Instant customer base analysis", Journal of Marketing 72(3).
"""

from collections.abc import Callable

import numpy as np

from relationships.engine.value.histories import Floats, Histories

# Who first bought this week has no rate yet; a week is the least that we divide by.
LEAST_WEEKS = 1.0


def past_rate(h: Histories, weeks: float) -> Floats:
    """All purchases so far, the first included, as a weekly rate."""
    return np.asarray((h.repeats + 1) / np.maximum(h.age, LEAST_WEEKS) * weeks)


def repeat_rate(h: Histories, weeks: float) -> Floats:
    """Repeat purchases as a weekly rate: the first made the customer, it is no habit."""
    return np.asarray(h.repeats / np.maximum(h.age, LEAST_WEEKS) * weeks)


def hiatus_rule(h: Histories, weeks: float) -> Floats:
    """Past rate for who bought within the company's usual time, nothing for the rest."""
    return np.where(h.age - h.last_seen <= usual_hiatus(h), past_rate(h, weeks), 0.0)


def usual_hiatus(h: Histories) -> float:
    """Weeks of silence after which nine in ten who came back had done so (from mean gaps)."""
    back = h.repeats > 0
    if not back.any():
        return 0.0
    gaps, weights = h.last_seen[back] / h.repeats[back], h.weights[back]
    order = np.argsort(gaps)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(gaps[order][np.searchsorted(reached, 0.9)])


FORMULAS: dict[str, Callable[[Histories, float], Floats]] = {
    "Past rate": past_rate,
    "Repeat rate": repeat_rate,
    "Hiatus rule": hiatus_rule,
}
