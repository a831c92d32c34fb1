"""How well a forecast puts customers in order, whatever its level: the normalised Gini.

Wang, Liu & Miao (2019), "A Deep Probabilistic Model for Customer Lifetime Value Prediction",
arXiv 1912.07753, section 4: the Gini coefficient of what customers did, put in the order of the
forecast, over that in the true order. 1 is the true order, 0 no order.
"""

import numpy as np

from relationships.engine.value.histories import Floats


def normalised_gini(forecast: Floats, actual: Floats) -> float | None:
    """Customers with equal forecasts share what they did; None where all did the same."""
    best = _gini(actual, actual)
    return _gini(forecast, actual) / best if best > 0 else None


def _gini(order: Floats, actual: Floats) -> float:
    total, size = float(actual.sum()), len(actual)
    if total <= 0 or size < 2:
        return 0.0
    _, where, sizes = np.unique(-order, return_inverse=True, return_counts=True)
    shared = (np.bincount(where, actual, len(sizes)) / sizes)[where]
    reached = np.cumsum(shared[np.argsort(where, kind="stable")]) / total
    return float(reached.sum() / size - (size + 1) / (2 * size))
