"""How far a customer's value may fall from its expectation: a low and a high, fast.

The number of purchases has a known distribution under every model (`at_least`); the money of k
purchases is close to log-normal (Gamma-Gamma). The number is put on eight steps of equal chance
among those who buy at all, and the two are joined into one distribution, whose quantiles are
found by bisection. A test checks it against simulated futures.
"""

import numpy as np
from scipy.special import ndtr

from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel

STEPS = 8
# Every count to 16, then a tenth apart: nobody's 41st purchase moves an interval.
COUNTS = np.unique(np.concatenate([np.arange(1, 17), np.floor(16 * 1.1 ** np.arange(1, 120))]))
BISECTIONS = 18
BUYS_NEVER = 1e-9
NO_GAIN = 1e-12


def purchase_steps(model: PurchaseModel, h: Histories, weeks: float) -> tuple[Floats, Floats]:
    """Chance of any purchase in the next `weeks`, and eight equally likely counts if any."""
    any_purchase = model.at_least(1.0, h, weeks)
    steps = np.ones((len(h), STEPS))
    levels = 1 - (np.arange(STEPS) + 0.5) / STEPS
    active = np.flatnonzero(any_purchase > BUYS_NEVER)
    for count, following in zip(COUNTS[1:-1], COUNTS[2:], strict=True):
        if not len(active):
            break
        reached = model.at_least(count, h.rows(active), weeks)
        beyond = reached[:, None] > any_purchase[active, None] * levels
        steps[active] = np.where(beyond, (count + following - 1) / 2, steps[active])
        active = active[beyond[:, -1]]
    return any_purchase, steps


def quantiles(
    level: float,
    any_purchase: Floats,
    steps: Floats,
    log_centre: Floats,
    log_variance: Floats,
    gain: Floats,
    cost: Floats,
) -> Floats:
    """The value below which a customer falls with probability `level`.

    Value is gain · (money of k purchases) − cost · k, and zero without a purchase; all arrays
    have a row per customer, the three in the middle a column per step.
    """
    spread = np.sqrt(log_variance)
    costs = cost[:, None] * steps
    below_zero = any_purchase * _share_below(np.zeros(len(gain)), log_centre, spread, gain, costs)
    nobody_buys = 1 - any_purchase
    result = np.zeros(len(gain))
    left, right = level <= below_zero, level > below_zero + nobody_buys
    for rows, target in ((left, level * np.ones(len(gain))), (right, level - nobody_buys)):
        chosen = np.flatnonzero(rows)
        result[chosen] = _bisect(
            target[chosen] / any_purchase[chosen],
            log_centre[chosen],
            spread[chosen],
            gain[chosen],
            costs[chosen],
        )
    return result


def _share_below(
    value: Floats, log_centre: Floats, spread: Floats, gain: Floats, costs: Floats
) -> Floats:
    """P(value of those who buy ≤ `value`), over the steps."""
    money = (value[:, None] + costs) / np.maximum(gain, NO_GAIN)[:, None]
    with np.errstate(divide="ignore", over="ignore"):
        standard = (np.log(np.maximum(money, 0.0)) - log_centre) / spread
    return np.asarray(ndtr(standard).mean(axis=1))


def _bisect(
    wanted: Floats, log_centre: Floats, spread: Floats, gain: Floats, costs: Floats
) -> Floats:
    low = -costs.max(axis=1)
    most = gain[:, None] * np.exp(log_centre + 5 * spread) - costs
    high = np.maximum(most.max(axis=1), low)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = _share_below(middle, log_centre, spread, gain, costs) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)
