"""What beside purchases may bend a forecast: complaints, promises and, where allowed, who it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relationships.engine.value.challenge import TRAITS
from relationships.engine.value.histories import Floats, Integers

KINDS = ("complaint", "promise_broken", "promise_kept")
LATELY_DAYS = 364


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Who people are, where that may be read: of ascending customers the day of birth, a number
    for the gender as it is written (its place in `genders`), and the size of the household; NaN
    for what is not known."""

    customer: Integers
    born_day: Floats
    gender: Floats
    household_size: Floats
    genders: tuple[str, ...] = ()

    def of(self, customers: Integers, day: int) -> Floats:
        """Age in years on that day, gender and household of each of these ascending customers."""
        found = np.full((len(customers), len(TRAITS)), np.nan)
        at = np.searchsorted(customers, self.customer)
        known = at < len(customers)
        known[known] = customers[at[known]] == self.customer[known]
        age = (day - self.born_day) / 365.25
        columns = (np.where(age >= 0, age, np.nan), self.gender, self.household_size)
        found[at[known]] = np.column_stack(columns)[known]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What else is known: a customer, a day, and which of KINDS; and who people are, if told."""

    customer: Integers
    day: Integers
    kind: Integers
    traits: Traits | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """What is read beside purchases."""
        return KINDS if self.traits is None else (*KINDS, *TRAITS)

    def beside(self, customers: Integers, day: int) -> Floats:
        """Counts of each of these ascending customers, and their traits where there are any."""
        counts = self.counts(customers, day)
        if self.traits is None:
            return counts
        return np.column_stack([counts, self.traits.of(customers, day)])

    @classmethod
    def of(cls, customer: ArrayLike, day: ArrayLike, kind: ArrayLike) -> "Happened":
        """In any order."""
        who, when, what = (np.asarray(c, dtype=np.int64) for c in (customer, day, kind))
        return cls(customer=who, day=when, kind=what)

    def counts(self, customers: Integers, day: int) -> Floats:
        """Of each of these ascending customers: each kind in the year before `day`, and ever."""
        found = np.zeros((len(customers), 2 * len(KINDS)))
        at = np.searchsorted(customers, self.customer)
        known = (self.day <= day) & (at < len(customers))
        known[known] = customers[at[known]] == self.customer[known]
        np.add.at(found, (at[known], len(KINDS) + self.kind[known]), 1.0)
        lately = known & (self.day > day - LATELY_DAYS)
        np.add.at(found, (at[lately], self.kind[lately]), 1.0)
        return found


NOTHING = Happened.of([], [], [])
