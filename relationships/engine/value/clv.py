"""What customers are worth over a horizon: discounted margin less what they cost.

    value = Σ_k (E[Y(t_k)] − E[Y(t_(k−1))]) / (1+d)^k × (margin × kept spend − costs per purchase)

Fader, Hardie & Lee (2005), "RFM and CLV: Using iso-value curves", JMR 42(4), eq. (3) in discrete
periods; costs after Venkatesan & Kumar (2004). A value may be negative.
"""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value.correction import Correction
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.levels import AS_FORECAST, Levels
from relationships.engine.value.losing import Losing, losing
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.money import CostRates, Money
from relationships.engine.value.parts import Parts, cost_of_purchase, kept_share, parts
from relationships.engine.value.reach import reach
from relationships.engine.value.spread import prospects
from relationships.engine.value.terms import TEN_PERCENT_A_YEAR, BadTerms, Terms

__all__ = ["TEN_PERCENT_A_YEAR", "BadTerms", "Terms", "Values", "purchases_ahead", "values"]

UNCORRECTED = Correction()


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One row per customer, over the horizon of the terms."""

    expected_purchases: Floats
    expected_spend: Floats  # of one purchase, before returns
    low: Floats  # 80 % of customers like this one end between low and high
    expected: Floats
    high: Floats
    parts: Parts  # that add up to `expected`
    years: Floats  # expected over 1, 2, 3 and LIFETIME_YEARS years, a column each
    losing: Losing


def purchases_ahead(model: PurchaseModel, h: Histories, terms: Terms) -> tuple[Floats, Floats]:
    """Expected purchases over the horizon, plain and discounted at the end of each period."""
    ends = terms.weeks_per_period * np.arange(1, terms.periods + 1)
    expected = model.expected_repeats(h, ends)
    in_period = np.diff(expected, axis=1, prepend=0.0)
    factors = (1 + terms.discount_per_period) ** -np.arange(1.0, terms.periods + 1)
    return expected[:, -1], in_period @ factors


def values(
    model: PurchaseModel,
    spend: GammaGamma,
    rates: CostRates,
    h: Histories,
    money: Money,
    terms: Terms,
    *,
    correction: Correction = UNCORRECTED,
    levels: Levels = AS_FORECAST,
    factor: Floats | float = 1.0,
) -> Values:
    """Value of each customer, expected and as an 80 % interval; purchases and spend times what
    the past has shown them to be off by, the ends at the levels that it has shown to hold, and
    purchases times each customer's `factor` for what else is known of them.

    The interval always holds the expectation: of customers who will most likely buy nothing,
    nine in ten are worth nothing while their mean is above it.
    """
    groups = h.grouped()
    more = correction.purchases * np.broadcast_to(factor, len(h))
    dearer = correction.spend / correction.purchases
    ahead = reach(model, groups.unique, terms).rows(groups.inverse)
    plain, discounted = more * ahead.plain, more * ahead.discounted
    bought = h.repeats + 1
    mean = money.spent / bought
    habits = rates.of(bought, money, terms.margin_rate)
    per_purchase = dearer * spend.expected_spend(bought, mean)
    split = parts(plain, discounted, per_purchase, habits, terms)
    gain, cost = kept_share(habits), cost_of_purchase(habits, terms)
    net = gain * per_purchase - cost
    expected = discounted * net
    present = np.divide(discounted, plain, out=np.ones_like(plain), where=plain > 0)
    found, times = prospects(
        model, spend, groups, terms.horizon_weeks, factor,
        bought=bought, mean=mean, gain=gain, cost=cost,
    )  # fmt: skip
    low, high = (
        present * times * np.where(end > 0, correction.spend, correction.purchases) * end
        for end in (found.quantile(levels.low), found.quantile(levels.high))
    )
    return Values(
        expected_purchases=plain,
        expected_spend=per_purchase,
        low=np.minimum(low, expected),
        expected=expected,
        high=np.maximum(high, expected),
        parts=split,
        years=more[:, None] * ahead.years * net[:, None],
        losing=losing(
            discounted, per_purchase, habits, rates.usual(terms.margin_rate), rates.spend, terms
        ),
    )
