"""How far a customer's value may fall from its expectation: a low and a high, fast.

The number of purchases has a known distribution under every model (`at_least`); the money of k
purchases is close to log-normal (Gamma-Gamma). The number is put on twelve steps among
those who buy at all, and the two are joined into one distribution, whose quantiles are
found by bisection. A test checks it against simulated futures.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Floats, Grouped, Histories, Integers
from relationships.engine.value.models import PurchaseModel

# The steps are narrower where a low and a high are looked for.
CHANCES = np.array([0.04, 0.04, 0.04, 0.08, 0.15, 0.15, 0.15, 0.15, 0.08, 0.04, 0.04, 0.04])
LEVELS = 1 - (np.cumsum(CHANCES) - CHANCES / 2)
# Every count to 24, then a twenty-fifth apart: nobody's 51st purchase moves an interval.
STRETCHES = np.unique(np.concatenate([np.arange(1, 25), np.floor(24 * 1.04 ** np.arange(1, 200))]))
# What stands for the counts from one stretch's beginning to the next.
COUNTS = (STRETCHES[:-1] + STRETCHES[1:] - 1) / 2
FAR = 200  # beyond, one count at a time takes longer than asking for it
BUYS_NEVER, NO_GAIN = 1e-9, 1e-12
BISECTIONS, CLOSE_ENOUGH = 14, 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """One row per customer: what the money of their next purchases may be, in twelve steps."""

    any_purchase: Floats  # chance of at least one
    costs: Floats  # of each step's purchases
    gain: Floats  # part of the money that is kept
    centre: Floats  # mean of the log of each step's money
    spread: Floats  # and its standard deviation

    def rows(self, chosen: Integers) -> "Prospect":
        """The chosen rows only."""
        return Prospect(
            any_purchase=self.any_purchase[chosen],
            costs=self.costs[chosen],
            gain=self.gain[chosen],
            centre=self.centre[chosen],
            spread=self.spread[chosen],
        )

    def share_below(self, value: Floats) -> Floats:
        """P(worth ≤ value) among those who buy."""
        with np.errstate(divide="ignore"):
            money = np.log(np.maximum(value[:, None] + self.costs, 0) / self.gain[:, None])
        return np.asarray(ndtr((money - self.centre) / self.spread) @ CHANCES)

    def quantile(self, level: float) -> Floats:
        """The worth below which a customer falls with probability `level`; nothing without a
        purchase."""
        below_zero = self.any_purchase * self.share_below(np.zeros(len(self.gain)))
        nobody_buys = 1 - self.any_purchase
        result = np.zeros(len(self.gain))
        for chosen, before in (
            (np.flatnonzero(level <= below_zero), np.zeros(len(self.gain))),
            (np.flatnonzero(level > below_zero + nobody_buys), nobody_buys),
        ):
            wanted = (level - before[chosen]) / self.any_purchase[chosen]
            result[chosen] = _bisect(self.rows(chosen), wanted)
        return result


def prospect(
    spend: GammaGamma,
    any_purchase: Floats,
    steps: Integers,
    *,
    bought: Floats,
    mean: Floats,
    gain: Floats,
    cost: Floats,
) -> Prospect:
    """Join counts and money; `cost` is per purchase, `steps` as `purchase_steps` gives them."""
    money, of_counts = spend.log_money(bought, mean), spend.log_of_counts(COUNTS)
    return Prospect(
        any_purchase=any_purchase,
        costs=cost[:, None] * COUNTS[steps],
        gain=np.maximum(gain, NO_GAIN),
        centre=money.mean[:, None] + of_counts.mean[steps],
        spread=np.sqrt(money.variance[:, None] + of_counts.variance[steps]),
    )


def prospects(
    model: PurchaseModel,
    spend: GammaGamma,
    groups: Grouped,
    weeks: float,
    factor: Floats | float,
    **habits: Floats,
) -> tuple[Prospect, Floats]:
    """Of each customer of these groups, who buys `factor` times as often: what the money of
    purchases may be, and by what it is still to be multiplied. `habits` as for `prospect`."""
    any_purchase, steps = purchase_steps(model, groups.unique, weeks)
    chance, times = bent(any_purchase[groups.inverse], factor)
    return prospect(spend, chance, steps[groups.inverse], **habits), times


def purchase_steps(model: PurchaseModel, h: Histories, weeks: float) -> tuple[Floats, Integers]:
    """Chance of any purchase in the next `weeks`; if any, the counts that stand for twelve
    steps, as rows of COUNTS."""
    tail, alive = model.tail(h, weeks), model.probability_alive(h)
    any_purchase = alive * tail.chance
    steps = np.zeros((len(h), len(LEVELS)), dtype=np.int64)
    active = np.flatnonzero(any_purchase > BUYS_NEVER)
    tail.keep(active)
    for begins in STRETCHES[1:-1]:
        if not len(active):
            break
        if begins > FAR:
            reached = model.at_least(begins, h.rows(active), weeks)
        else:
            tail.advance_to(begins)
            reached = alive[active] * tail.chance
        beyond = reached[:, None] > any_purchase[active, None] * LEVELS
        steps[active] += beyond
        going_on = np.flatnonzero(beyond[:, -1])
        active = active[going_on]
        tail.keep(going_on)
    return any_purchase, steps


def bent(any_purchase: Floats, factor: Floats | float) -> tuple[Floats, Floats]:
    """Chance of any purchase, and how many times as many are made if any, of those who buy
    `factor` times as often: of purchases at a steady rate none are made with chance (1 − p)^f, and
    the mean of all is f times what it was."""
    if np.ndim(factor) == 0 and factor == 1:
        return any_purchase, np.ones_like(any_purchase)
    chance = 1 - (1 - any_purchase) ** factor
    times = np.divide(factor * any_purchase, chance, out=np.ones_like(chance), where=chance > 0)
    return chance, times


def _bisect(p: Prospect, wanted: Floats) -> Floats:
    """The quantile of the mixture lies between the quantiles of its steps."""
    ends = p.gain[:, None] * np.exp(p.centre + p.spread * ndtri(wanted)[:, None]) - p.costs
    low, high = ends.min(axis=1, initial=np.inf), ends.max(axis=1, initial=-np.inf)
    for _ in range(BISECTIONS):
        open_still = np.flatnonzero(high - low > CLOSE_ENOUGH * np.maximum(abs(low), abs(high)))
        if not len(open_still):
            break
        middle = (low[open_still] + high[open_still]) / 2
        below = p.rows(open_still).share_below(middle) < wanted[open_still]
        low[open_still] = np.where(below, middle, low[open_still])
        high[open_still] = np.where(below, high[open_still], middle)
    return np.asarray((low + high) / 2)
