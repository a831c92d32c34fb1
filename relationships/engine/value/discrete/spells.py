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
    fee: Floats  # what it has brought per period; zero where nothing was told
    margin: Floats  # the part of its fee that is left; NaN where nothing says so

    @classmethod
    def of(
        cls,
        customer: ArrayLike,
        begun: ArrayLike,
        over: ArrayLike,
        weeks: ArrayLike,
        fee: ArrayLike | None = None,
        margin: ArrayLike | None = None,
    ) -> "Spells":
        """In any order."""
        who = np.atleast_1d(np.asarray(customer, dtype=np.int64))
        paid = np.zeros(len(who)) if fee is None else fee
        left = np.full(len(who), np.nan) if margin is None else margin
        told = (begun, over, weeks, paid, left)
        columns = [np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in told]
        if any(len(column) != len(who) for column in columns):
            raise LengthsDiffer("customer, begun, over and weeks need one row per contract")
        if not all(np.isfinite(columns[place]).all() for place in (0, 2, 3)):
            raise NotANumber("a contract needs the day it began on, its weeks and its fee")
        if np.any(columns[3] < 0):
            raise CountsAndTimesDisagree("what a contract brings is zero or more")
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
        told = (self.customer, self.begun, over, self.weeks, self.fee, self.margin)
        return Spells.of(*(column[kept] for column in told))

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
        at, theirs = self._whose(customers, day)
        ended = self.over <= day
        for chosen, sign, since in (
            (theirs & ended, -1.0, self.over),
            (theirs & ~ended, 1.0, self.begun),
        ):
            found[at[chosen], 0] = sign * self.weeks[chosen]
            found[at[chosen], 1] = (day - since[chosen]) / DAYS_PER_WEEK
        return found

    def fees(self, customers: Integers, day: float) -> Floats:
        """Of the running contract that `plans` names, what it brings per period."""
        return self._of_running(self.fee, customers, day, 0.0)

    def margins(self, customers: Integers, day: float) -> Floats:
        """The part of those fees that is left; NaN where nothing says so, or nothing runs."""
        return self._of_running(self.margin, customers, day, np.nan)

    def _of_running(
        self, column: Floats, customers: Integers, day: float, otherwise: float
    ) -> Floats:
        found = np.full(len(customers), otherwise)
        at, theirs = self._whose(customers, day)
        runs = theirs & ~(self.over <= day)
        found[at[runs]] = column[runs]
        return found

    def _whose(self, customers: Integers, day: float) -> tuple[Integers, NDArray[np.bool_]]:
        """Where the customer of each contract stands among these, and whether they are there and
        it has begun."""
        at = np.searchsorted(customers, self.customer)
        theirs = (self.begun <= day) & (at < len(customers))
        theirs[theirs] = customers[at[theirs]] == self.customer[theirs]
        return at, theirs


_COLUMNS = ("begun", "over", "weeks", "fee", "margin")
NONE = Spells.of([], [], [], [])
