"""Contracts as days: whose, when begun, when cancelled, and after how many weeks they renew."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relationships.engine.value.discrete.contracts import Contracts
from relationships.engine.value.histories import (
    CountsAndTimesDisagree,
    Floats,
    Integers,
    LengthsDiffer,
    NotANumber,
)

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """One row per contract, by ascending customer and beginning."""

    customer: Integers
    begun: Floats  # numbers of days
    over: Floats  # the day of its cancellation; NaN where there is none
    weeks: Floats  # from one renewal to the next

    @classmethod
    def of(
        cls, customer: ArrayLike, begun: ArrayLike, over: ArrayLike, weeks: ArrayLike
    ) -> "Spells":
        """In any order."""
        who = np.atleast_1d(np.asarray(customer, dtype=np.int64))
        columns = [np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in (begun, over, weeks)]
        if any(len(column) != len(who) for column in columns):
            raise LengthsDiffer("customer, begun, over and weeks need one row per contract")
        if not (np.isfinite(columns[0]).all() and np.isfinite(columns[2]).all()):
            raise NotANumber("a contract needs the day it began on and its weeks")
        if np.any(columns[2] <= 0) or np.any(columns[1] < columns[0]):
            raise CountsAndTimesDisagree("a contract has a length, and begins before it ends")
        order = np.lexsort((columns[0], who))
        return cls(
            customer=who[order], **dict(zip(_COLUMNS, (c[order] for c in columns), strict=True))
        )

    def __len__(self) -> int:
        return len(self.customer)

    def known(self, day: float) -> "Spells":
        """What was known at the end of `day`."""
        kept = self.begun <= day
        over = np.where(self.over <= day, self.over, np.nan)
        return Spells.of(self.customer[kept], self.begun[kept], over[kept], self.weeks[kept])

    def contracts(self, day: float, *, weeks: float | None = None) -> Contracts:
        """What each has come to by the end of `day`; of one length of period only if told."""
        kept = (self.begun <= day) & (True if weeks is None else self.weeks == weeks)
        faced = np.floor((day - self.begun[kept]) / (DAYS_PER_WEEK * self.weeks[kept]))
        ran = (self.over[kept] - self.begun[kept]) / (DAYS_PER_WEEK * self.weeks[kept])
        last = np.maximum(np.ceil(ran), 1.0)
        ended = np.nan_to_num(last, nan=np.inf) <= faced
        return Contracts.of(np.where(ended, np.nan_to_num(last), faced), ended)

    def plans(self, customers: Integers, day: float) -> NDArray[np.float64]:
        """Weeks and age in weeks of the contract under which each of these ascending customers is,
        of several the last begun; minus its weeks and the weeks since its end where none runs any
        more; zeros where there was none."""
        found = np.zeros((len(customers), 2))
        at = np.searchsorted(customers, self.customer)
        theirs = (self.begun <= day) & (at < len(customers))
        theirs[theirs] = customers[at[theirs]] == self.customer[theirs]
        ended = self.over <= day
        for chosen, sign, since in (
            (theirs & ended, -1.0, self.over),
            (theirs & ~ended, 1.0, self.begun),
        ):
            found[at[chosen], 0] = sign * self.weeks[chosen]
            found[at[chosen], 1] = (day - since[chosen]) / DAYS_PER_WEEK
        return found


_COLUMNS = ("begun", "over", "weeks")
NONE = Spells.of([], [], [], [])
