"""The purchase cycle τ: how many weeks usually pass between two purchases of one who comes back."""

import numpy as np
import numpy.typing as npt

DEFAULT_CYCLE_WEEKS = 8.0
FEWEST_REPEATERS = 30
SHORTEST_WEEKS, LONGEST_WEEKS = 0.5, 156.0


def cycle_weeks(tenure_weeks: npt.ArrayLike, repeats: npt.ArrayLike) -> float:
    """Median over repeat buyers of tenure / (repeats + ½), weeks; the default below 30 of them.

    `tenure_weeks` counts from the first purchase, `repeats` the purchases after it. Not the median
    gap, which heavy buyers dominate: on CDNOW that is 3.9 weeks against 14.7.
    """
    tenure, count = np.asarray(tenure_weeks, np.float64), np.asarray(repeats, np.float64)
    came_back = count > 0
    if came_back.sum() < FEWEST_REPEATERS:
        return DEFAULT_CYCLE_WEEKS
    weeks = np.median(tenure[came_back] / (count[came_back] + 0.5))
    return float(np.clip(weeks, SHORTEST_WEEKS, LONGEST_WEEKS))
