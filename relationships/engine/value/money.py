"""What customers paid, sent back and cost so far, and what each purchase is likely to cost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from relationships.engine.value.histories import BadHistories, Floats, LengthsDiffer, NotANumber

# A customer's own rate counts in full only after many purchases: five of the company's average
# are added to theirs.
BORROWED_PURCHASES = 5.0


class NegativeMoney(BadHistories):
    """Sums of money and counts of returns are zero or more; what they do is in their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """One row per customer: totals through the as-of day, in the company's currency."""

    spent: Floats  # all purchases, before returns
    returned: Floats  # worth of what came back
    returns: Floats  # how many times something came back
    service: Floats  # cost of serving them: support minutes, remedies, messages

    def __post_init__(self) -> None:
        columns = (self.spent, self.returned, self.returns, self.service)
        if any(c.ndim != 1 or len(c) != len(self.spent) for c in columns):
            raise LengthsDiffer("spent, returned, returns and service must be rows of one length")
        if not all(np.isfinite(c).all() for c in columns):
            raise NotANumber("sums of money must be finite numbers")
        if any(np.any(c < 0) for c in columns):
            raise NegativeMoney("spent, returned, returns and service are each zero or more")

    @classmethod
    def of(
        cls,
        spent: ArrayLike,
        returned: ArrayLike = 0.0,
        returns: ArrayLike = 0.0,
        service: ArrayLike = 0.0,
    ) -> "Money":
        """From anything array-like; what is not given is zero for everybody."""
        paid = np.atleast_1d(np.asarray(spent, dtype=np.float64))
        rest = (np.asarray(c, dtype=np.float64) for c in (returned, returns, service))
        full = [np.array(np.broadcast_to(c, paid.shape)) if c.ndim == 0 else c for c in rest]
        return cls(spent=paid, returned=full[0], returns=full[1], service=full[2])

    def rows(self, chosen: slice) -> "Money":
        """The chosen rows only."""
        return Money(
            spent=self.spent[chosen],
            returned=self.returned[chosen],
            returns=self.returns[chosen],
            service=self.service[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRates:
    """The company's averages per purchase, and what they make of one customer's record."""

    spend: float  # mean of a purchase
    return_share: float  # part of the money that goes back
    returns: float  # returns per purchase
    service: float  # cost of serving per purchase

    @classmethod
    def fit(cls, purchases: Floats, money: Money) -> "CostRates":
        """Averages over all purchases of all customers; zeros where there are none."""
        count, spent = float(purchases.sum()), float(money.spent.sum())
        if count == 0:
            return cls(spend=0.0, return_share=0.0, returns=0.0, service=0.0)
        returned = float(_plausible(money).sum())
        return cls(
            spend=spent / count,
            return_share=returned / spent if spent > 0 else 0.0,
            returns=float(money.returns.sum()) / count,
            service=float(money.service.sum()) / count,
        )

    def of(self, purchases: Floats, money: Money) -> tuple[Floats, Floats, Floats]:
        """Return share, returns and service cost per purchase of each customer, shrunk towards
        the company's by five purchases' worth."""
        k = BORROWED_PURCHASES
        borrowed = k * self.spend
        paid = np.maximum(money.spent + borrowed, 1e-12)
        share = (_plausible(money) + self.return_share * borrowed) / paid
        returns = (money.returns + k * self.returns) / (purchases + k)
        service = (money.service + k * self.service) / (purchases + k)
        return np.clip(share, 0.0, 1.0), returns, service

    def to_json(self) -> dict[str, float]:
        """Plain numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CostRates":
        """The rates that `to_json` stored."""
        return cls(**{key: float(value) for key, value in stored.items()})


def _plausible(money: Money) -> Floats:
    """Nobody can send back more than they bought; the excess is from before our records."""
    return np.minimum(money.returned, money.spent)
