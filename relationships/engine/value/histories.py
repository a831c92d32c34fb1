"""Purchase histories as the models read them: how often, how lately, since when."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class BadHistories(ValueError):
    """These histories cannot have happened; the message says which rule they break."""


class LengthsDiffer(BadHistories):
    """The columns do not have one row per customer."""


class NotANumber(BadHistories):
    """A count, time or weight is missing or infinite."""


class SeenAfterNow(BadHistories):
    """A customer was last seen after the end of their history."""


class CountsAndTimesDisagree(BadHistories):
    """A count is negative or broken, or repeats and last purchase contradict each other."""


class Grouped(NamedTuple):
    """Unique histories with their weights, and for each customer the row that is theirs."""

    unique: "Histories"
    inverse: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """One row per customer, or per group of equal customers; times in weeks since the first
    purchase. The letters of the literature are x, t_x and T."""

    repeats: Floats  # days with a purchase after the first such day
    last_seen: Floats  # time of the last purchase; 0 for those who never came back
    age: Floats  # time from the first purchase to now
    weights: Floats  # how many customers the row stands for
    as_of_day: float | None = None  # the day at whose end they stop; fixed dates need it
    # Weeks from one renewal to the next and age in weeks of a running contract; zeros without one.
    plans: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        _refuse_impossible(self)

    @classmethod
    def of(
        cls,
        repeats: ArrayLike,
        last_seen: ArrayLike,
        age: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        as_of_day: float | None = None,
        plans: NDArray[np.float64] | None = None,
    ) -> "Histories":
        """Histories from anything array-like; each row weighs 1 unless told."""
        x = np.atleast_1d(np.asarray(repeats, dtype=np.float64))
        return cls(
            repeats=x,
            last_seen=np.atleast_1d(np.asarray(last_seen, dtype=np.float64)),
            age=np.atleast_1d(np.asarray(age, dtype=np.float64)),
            weights=np.ones(x.shape)
            if weights is None
            else np.atleast_1d(np.asarray(weights, dtype=np.float64)),
            as_of_day=as_of_day,
            plans=plans,
        )

    def __len__(self) -> int:
        return len(self.repeats)

    @property
    def customers(self) -> float:
        """How many customers these rows stand for."""
        return float(self.weights.sum())

    @property
    def repeaters(self) -> float:
        """How many of them came back at least once."""
        return float(self.weights[self.repeats > 0].sum())

    def rows(self, chosen: NDArray[np.bool_] | Integers | slice) -> "Histories":
        """The chosen rows only."""
        return Histories(
            repeats=self.repeats[chosen],
            last_seen=self.last_seen[chosen],
            age=self.age[chosen],
            weights=self.weights[chosen],
            as_of_day=self.as_of_day,
            plans=None if self.plans is None else self.plans[chosen],
        )

    def scaled(self, factor: float) -> "Histories":
        """The same histories with every time multiplied by `factor`."""
        return Histories(
            repeats=self.repeats,
            last_seen=self.last_seen * factor,
            age=self.age * factor,
            weights=self.weights,
        )

    def grouped(self) -> Grouped:
        """Equal histories gathered into one row; `result[inverse]` scatters back."""
        if len(self) == 0:
            return Grouped(self, np.empty(0, dtype=np.int64))
        every = [self.repeats, self.last_seen, self.age]
        if self.plans is None:
            order = _order(*every)
        else:
            every += [self.plans[:, 0], self.plans[:, 1]]
            order = np.lexsort(every[::-1])
        columns = [column[order] for column in every]
        starts_new = np.ones(len(self), dtype=np.bool_)
        starts_new[1:] = np.logical_or.reduce([c[1:] != c[:-1] for c in columns])
        inverse = np.empty(len(self), dtype=np.int64)
        inverse[order] = np.cumsum(starts_new) - 1
        x, t_x, age, *plans = (column[starts_new] for column in columns)
        weights = np.bincount(inverse, weights=self.weights).astype(np.float64)
        unique = Histories(
            repeats=x,
            last_seen=t_x,
            age=age,
            weights=weights,
            as_of_day=self.as_of_day,
            plans=np.column_stack(plans) if plans else None,
        )
        return Grouped(unique, inverse)


def _order(repeats: Floats, last_seen: Floats, age: Floats) -> Integers:
    """Sorts by the three columns; counted days, as histories have them, as one number each."""
    days = [np.rint(column * 7) for column in (last_seen, age)]
    are_days = all(
        np.array_equal(day / 7, column) for day, column in zip(days, (last_seen, age), strict=True)
    )
    bits = [int(column.max()).bit_length() for column in (repeats, *days)]
    if not are_days or sum(bits) > 62:
        return np.lexsort((age, last_seen, repeats))
    key = repeats.astype(np.int64)
    for day, room in zip(days, bits[1:], strict=True):
        key = (key << room) | day.astype(np.int64)
    return np.argsort(key, kind="stable")


def _refuse_impossible(h: Histories) -> None:
    columns = (h.repeats, h.last_seen, h.age, h.weights)
    if h.plans is not None and h.plans.shape != (len(h.repeats), 2):
        raise LengthsDiffer("plans need weeks and an age for each row")
    if any(c.ndim != 1 or len(c) != len(h.repeats) for c in columns):
        raise LengthsDiffer("repeats, last_seen, age and weights must be rows of one length")
    if not all(np.isfinite(c).all() for c in columns):
        raise NotANumber("repeats, last_seen, age and weights must be finite numbers")
    if np.any(h.repeats < 0) or np.any(h.repeats != np.floor(h.repeats)):
        raise CountsAndTimesDisagree("repeats must be whole numbers, zero or more")
    if np.any(h.weights <= 0):
        raise CountsAndTimesDisagree("weights must be above zero")
    if np.any(h.last_seen < 0) or np.any((h.last_seen > 0) != (h.repeats > 0)):
        raise CountsAndTimesDisagree("last_seen is above zero exactly for those who came back")
    if np.any(h.last_seen > h.age):
        raise SeenAfterNow("a customer was last seen after now")
