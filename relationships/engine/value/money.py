"""What customers paid, sent back and cost so far, and what each purchase is likely to cost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from relationships.engine.value.histories import BadHistories, Floats, LengthsDiffer, NotANumber

# A customer's own rate counts in full only after many purchases: five of the company's average
# are added to theirs.
BORROWED_PURCHASES = 5.0
LEAST_MONEY, LEAST_SHARE = 1e-12, 0.05


class NegativeMoney(BadHistories):
    """Sums of money and counts of returns are zero or more; what they do is in their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """One row per customer: totals through the as-of day, in the company's currency."""

    spent: Floats  # all purchases, before returns
    returned: Floats  # worth of what came back
    returns: Floats  # how many times something came back
    service: Floats  # cost of answering them
    remedies: Floats  # cost of putting their complaints right
    messages: Floats  # cost of writing to them
    discounts: Floats  # what was taken off their prices
    # The part of `spent` whose margin is known by itself, and that margin (which may be a loss).
    told: Floats
    earned: Floats

    def __post_init__(self) -> None:
        columns = self._columns()
        if any(c.ndim != 1 or len(c) != len(self.spent) for c in columns.values()):
            raise LengthsDiffer(f"{', '.join(columns)} must be rows of one length")
        if not all(np.isfinite(c).all() for c in columns.values()):
            raise NotANumber("sums of money must be finite numbers")
        if any(np.any(c < 0) for name, c in columns.items() if name != "earned"):
            raise NegativeMoney("sums and counts are zero or more; only a margin may be a loss")

    @classmethod
    def of(
        cls,
        spent: ArrayLike,
        returned: ArrayLike = 0.0,
        returns: ArrayLike = 0.0,
        service: ArrayLike = 0.0,
        **more: ArrayLike,
    ) -> "Money":
        """From anything array-like; what is not given is zero for everybody."""
        paid = np.atleast_1d(np.asarray(spent, dtype=np.float64))
        given = {"returned": returned, "returns": returns, "service": service} | more
        rest = {field.name: np.zeros_like(paid) for field in fields(cls)}
        for name, column in given.items():
            row = np.asarray(column, dtype=np.float64)
            rest[name] = np.array(np.broadcast_to(row, paid.shape)) if row.ndim == 0 else row
        return cls(**rest | {"spent": paid})

    def rows(self, chosen: slice) -> "Money":
        """The chosen rows only."""
        return Money(**{name: column[chosen] for name, column in self._columns().items()})

    def _columns(self) -> dict[str, Floats]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a purchase of each customer is likely to cost, a row each (or one for all)."""

    margin: Floats  # part of the money that is left after cost of goods
    return_share: Floats  # part of the money that goes back
    returns: Floats  # returns per purchase
    service: Floats  # cost per purchase of answering, of remedies, of messages
    remedies: Floats
    messages: Floats
    discount_share: Floats  # part of the full price that is taken off


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRates:
    """The company's averages per purchase, and what they make of one customer's record."""

    spend: float  # mean of a purchase
    return_share: float  # part of the money that goes back
    returns: float  # returns per purchase
    service: float  # cost per purchase of answering, of remedies, of messages
    remedies: float = 0.0
    messages: float = 0.0
    discount_share: float = 0.0  # part of the full price that is taken off
    told_share: float = 0.0  # part of the money whose margin is known by itself
    told_margin: float = 0.0  # and what is left of it

    @classmethod
    def fit(cls, purchases: Floats, money: Money) -> "CostRates":
        """Averages over all purchases of all customers; zeros where there are none."""
        count, spent = float(purchases.sum()), float(money.spent.sum())
        if count == 0:
            return cls(spend=0.0, return_share=0.0, returns=0.0, service=0.0)
        told, off = float(money.told.sum()), float(money.discounts.sum())
        each = ("returns", "service", "remedies", "messages")
        return cls(
            spend=spent / count,
            return_share=_part(float(_plausible(money).sum()), spent),
            discount_share=_part(off, spent + off),
            told_share=_part(told, spent),
            told_margin=_part(float(money.earned.sum()), told),
            **{name: float(getattr(money, name).sum()) / count for name in each},
        )

    def margin(self, rate: float) -> float:
        """What is left of the company's money, where `rate` is left of what nothing is told of."""
        return self.told_share * self.told_margin + (1 - self.told_share) * rate

    def usual(self, rate: float) -> Habits:
        """The company's average as one row."""
        names = [field.name for field in fields(Habits) if field.name != "margin"]
        own = {name: np.array([getattr(self, name)]) for name in names}
        return Habits(margin=np.array([self.margin(rate)]), **own)

    def of(self, purchases: Floats, money: Money, rate: float = 0.0) -> Habits:
        """Of each customer, shrunk towards the company's by five purchases' worth. `rate` is the
        margin of what nothing is told of, with as much taken off as usual in the company."""
        k = BORROWED_PURCHASES
        borrowed = k * self.spend
        paid = np.maximum(money.spent + borrowed, LEAST_MONEY)
        left = money.earned + self._left_of_untold(money, rate) + self.margin(rate) * borrowed
        each = {
            name: (getattr(money, name) + k * getattr(self, name)) / (purchases + k)
            for name in ("returns", "service", "remedies", "messages")
        }
        share = (_plausible(money) + self.return_share * borrowed) / paid
        return Habits(
            margin=np.clip(np.where(money.spent + borrowed > 0, left / paid, rate), -1.0, 1.0),
            return_share=np.clip(share, 0.0, 1.0),
            discount_share=self._taken_off(money),
            **each,
        )

    def _taken_off(self, money: Money) -> Floats:
        """The part of each one's full prices that is taken off."""
        borrowed = BORROWED_PURCHASES * self.spend
        off = borrowed * self.discount_share / max(1 - self.discount_share, LEAST_SHARE)
        full = np.maximum(money.spent + money.discounts + borrowed + off, LEAST_MONEY)
        return np.asarray(np.clip((money.discounts + off) / full, 0.0, 1.0))

    def _left_of_untold(self, money: Money, rate: float) -> Floats:
        """What is left of the purchases of which nothing is told. `rate` is left where as much is
        taken off as usual; goods cost the same at any price, so whoever has more taken off leaves
        less, and the company's whole stays `rate`."""
        untold = np.maximum(money.spent - money.told, 0.0)
        part = np.divide(untold, money.spent, out=np.ones_like(untold), where=money.spent > 0)
        full_price = untold + money.discounts * part
        return np.asarray(untold - (1 - rate) * (1 - self.discount_share) * full_price)

    def to_json(self) -> dict[str, float]:
        """Plain numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CostRates":
        """The rates that `to_json` stored; what an older version did not know is zero."""
        return cls(**{key: float(value) for key, value in stored.items()})


def _part(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _plausible(money: Money) -> Floats:
    """Nobody can send back more than they bought; the excess is from before our records."""
    return np.minimum(money.returned, money.spent)
