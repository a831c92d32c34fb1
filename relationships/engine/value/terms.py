"""The company's side of the sum: margin, unit costs, horizon and discount."""

from dataclasses import dataclass

import numpy as np

TEN_PERCENT_A_YEAR = 1.1 ** (4 * 7 / 365.25) - 1


class BadTerms(ValueError):
    """A rate, cost or horizon lies outside what it can mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The company's side of the sum. Money in its currency, times in weeks."""

    margin_rate: float = 0.30
    cost_per_order: float = 0.0
    cost_per_return: float = 0.0
    cost_per_renewal: float = 0.0  # of a contract whose fee is no purchase
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
        if not (np.isfinite(self.cost_per_renewal) and self.cost_per_renewal >= 0):
            raise BadTerms("the cost of a renewal is zero or more")
        if not (self.periods >= 1 and 0 < self.weeks_per_period < np.inf):
            raise BadTerms("the horizon needs at least one period of some weeks")
        if not -1 < self.discount_per_period < np.inf:
            raise BadTerms("the discount rate per period is above −100 %")

    @property
    def horizon_weeks(self) -> float:
        """How far ahead value is counted."""
        return self.periods * self.weeks_per_period
