"""Days on which customers bought: one flat sorted table that can be cut at any day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relationships.engine.value.discrete.spells import Spells
from relationships.engine.value.histories import (
    BadHistories,
    Floats,
    Histories,
    Integers,
    LengthsDiffer,
    NotANumber,
)

DAYS_PER_WEEK = 7.0


class NegativeSpend(BadHistories):
    """A purchase has a negative amount; what came back belongs to the returns."""


class BoughtAfterNow(BadHistories):
    """A purchase lies after the day as of which we look."""


class NotSorted(BadHistories):
    """Rows must be sorted by customer and day, one row per day with a purchase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseDays:
    """One row per customer and day with at least one purchase, sorted by customer, then day.

    Days count from any fixed day (`date.toordinal()` will do). Customers are whole numbers,
    usually 0 to n − 1; who has no row is not here.
    """

    customer: Integers
    day: Integers
    spend: Floats  # all that was paid that day; zero is allowed
    contracts: Spells | None = None  # of all customers, where contracts are known

    def __post_init__(self) -> None:
        if not len(self.customer) == len(self.day) == len(self.spend):
            raise LengthsDiffer("customer, day and spend must have one row per purchase day")
        if not np.isfinite(self.spend).all():
            raise NotANumber("spend must be finite")
        if np.any(self.spend < 0):
            raise NegativeSpend("a purchase cannot be negative: file it as a return")
        same = self.customer[1:] == self.customer[:-1]
        later = self.day[1:] > self.day[:-1]
        if not np.all((self.customer[1:] > self.customer[:-1]) | (same & later)):
            raise NotSorted("rows must be sorted by customer and day, without doubles")

    @classmethod
    def gather(cls, customer: ArrayLike, day: ArrayLike, spend: ArrayLike) -> "PurchaseDays":
        """From purchases in any order: those of one day become one row, their money summed."""
        who, when = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
        paid = np.asarray(spend, dtype=np.float64)
        if not len(who) == len(when) == len(paid):
            raise LengthsDiffer("customer, day and spend must have one row per purchase")
        if np.any(paid < 0):
            raise NegativeSpend("a purchase cannot be negative: file it as a return")
        order = np.lexsort((when, who))
        who, when, paid = who[order], when[order], paid[order]
        new = np.ones(len(who), dtype=np.bool_)
        new[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
        sums = np.add.reduceat(paid, np.flatnonzero(new)) if len(paid) else paid
        return cls(customer=who[new], day=when[new], spend=sums)

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def starts(self) -> Integers:
        """The row of each customer's first purchase day."""
        new = np.ones(len(self), dtype=np.bool_)
        new[1:] = self.customer[1:] != self.customer[:-1]
        return np.flatnonzero(new).astype(np.int64)

    @property
    def customers(self) -> Integers:
        """Who has a row, in the order of `histories` and `spent`."""
        return self.customer[self.starts]

    def cut(self, day: int) -> "PurchaseDays":
        """What was known at the end of `day`."""
        known = self._rows(self.day <= day)
        return known if self.contracts is None else known.under(self.contracts.known(day))

    def after(self, day: int, through: int) -> "PurchaseDays":
        """What happened after `day`, to the end of `through`."""
        return self._rows((self.day > day) & (self.day <= through))

    def under(self, contracts: Spells) -> "PurchaseDays":
        """The same with contracts."""
        return PurchaseDays(
            customer=self.customer, day=self.day, spend=self.spend, contracts=contracts
        )

    def of(self, customers: Integers) -> "PurchaseDays":
        """Only the rows of these customers."""
        return self._rows(np.isin(self.customer, customers))

    def histories(self, as_of_day: int) -> Histories:
        """Each customer's repeats, last purchase and age in weeks at the end of `as_of_day`."""
        if len(self) == 0:
            return Histories.of([], [], [])
        if self.day.max() > as_of_day:
            raise BoughtAfterNow("cut the purchases at the day as of which you look")
        starts = self.starts
        lengths = np.diff(starts, append=len(self))
        first, last = self.day[starts], self.day[starts + lengths - 1]
        return Histories.of(
            lengths - 1,
            (last - first) / DAYS_PER_WEEK,
            (as_of_day - first) / DAYS_PER_WEEK,
            as_of_day=as_of_day,
            plans=None
            if self.contracts is None
            else self.contracts.plans(self.customers, as_of_day),
        )

    def spent(self) -> Floats:
        """All that each customer has paid."""
        return np.add.reduceat(self.spend, self.starts) if len(self) else self.spend

    def _rows(self, chosen: NDArray[np.bool_]) -> "PurchaseDays":
        return PurchaseDays(
            customer=self.customer[chosen],
            day=self.day[chosen],
            spend=self.spend[chosen],
            contracts=self.contracts,
        )
