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
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.money import CostRates, Money
from relationships.engine.value.spread import prospect, purchase_steps

LOW, HIGH = 0.1, 0.9
UNCORRECTED = Correction()
TEN_PERCENT_A_YEAR = 1.1 ** (4 * 7 / 365.25) - 1


class BadTerms(ValueError):
    """A rate, cost or horizon lies outside what it can mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The company's side of the sum. Money in its currency, times in weeks."""

    margin_rate: float = 0.30
    cost_per_order: float = 0.0
    cost_per_return: float = 0.0
    periods: int = 13
    weeks_per_period: float = 4.0
    discount_per_period: float = TEN_PERCENT_A_YEAR

    def __post_init__(self) -> None:
        if not 0 <= self.margin_rate <= 1:
            raise BadTerms("the margin rate lies between 0 and 1")
        if not (np.isfinite(self.cost_per_order) and self.cost_per_order >= 0):
            raise BadTerms("the cost of an order is zero or more")
        if not (np.isfinite(self.cost_per_return) and self.cost_per_return >= 0):
            raise BadTerms("the cost of a return is zero or more")
        if not (self.periods >= 1 and 0 < self.weeks_per_period < np.inf):
            raise BadTerms("the horizon needs at least one period of some weeks")
        if not -1 < self.discount_per_period < np.inf:
            raise BadTerms("the discount rate per period is above −100 %")

    @property
    def horizon_weeks(self) -> float:
        """How far ahead value is counted."""
        return self.periods * self.weeks_per_period


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One row per customer, over the horizon of the terms."""

    expected_purchases: Floats
    expected_spend: Floats  # of one purchase, before returns
    low: Floats  # 80 % of customers like this one end between low and high
    expected: Floats
    high: Floats


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
) -> Values:
    """Value of each customer, expected and as an 80 % interval; purchases and spend times what
    the past has shown them to be off by.

    The interval always holds the expectation: of customers who will most likely buy nothing,
    nine in ten are worth nothing while their mean is above it.
    """
    unique, inverse = h.grouped()
    more, dearer = correction.purchases, correction.spend / correction.purchases
    ahead_of_all = purchases_ahead(model, unique, terms)
    plain, discounted = (more * part[inverse] for part in ahead_of_all)
    any_purchase, steps = purchase_steps(model, unique, terms.horizon_weeks)
    bought = h.repeats + 1
    mean = money.spent / bought
    return_share, returns, service = rates.of(bought, money)
    gain = terms.margin_rate * (1 - return_share)
    cost = terms.cost_per_order + terms.cost_per_return * returns + service
    per_purchase = dearer * spend.expected_spend(bought, mean)
    expected = discounted * (gain * per_purchase - cost)
    present = np.divide(discounted, plain, out=np.ones_like(plain), where=plain > 0)
    ahead = prospect(
        spend,
        any_purchase[inverse],
        steps[inverse],
        bought=bought,
        mean=mean,
        gain=gain,
        cost=cost,
    )
    low, high = (
        present * np.where(end > 0, correction.spend, more) * end
        for end in (ahead.quantile(LOW), ahead.quantile(HIGH))
    )
    return Values(
        expected_purchases=plain,
        expected_spend=per_purchase,
        low=np.minimum(low, expected),
        expected=expected,
        high=np.maximum(high, expected),
    )
