"""Occasions to buy that come at fixed dates, and which of them were taken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from relationships.engine.value.histories import (
    BadHistories,
    CountsAndTimesDisagree,
    Floats,
    LengthsDiffer,
    NotANumber,
    SeenAfterNow,
)


class NoOccasions(BadHistories):
    """Nobody had an occasion yet, so there is nothing to learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """One row per customer, or per group of equal ones; all counted in occasions after the first
    purchase. The letters of the literature are x, t_x and n."""

    taken: Floats  # occasions on which they bought
    last_taken: Floats  # number of the last of them; 0 for those who took none
    offered: Floats  # occasions that there have been
    weights: Floats  # how many customers the row stands for

    def __post_init__(self) -> None:
        columns = (self.taken, self.last_taken, self.offered, self.weights)
        if any(c.ndim != 1 or len(c) != len(self.taken) for c in columns):
            raise LengthsDiffer("taken, last_taken, offered and weights must be of one length")
        if not all(np.isfinite(c).all() for c in columns):
            raise NotANumber("taken, last_taken, offered and weights must be finite numbers")
        if any(np.any((c < 0) | (c != np.floor(c))) for c in columns[:3]):
            raise CountsAndTimesDisagree("occasions are counted in whole numbers, zero or more")
        if np.any(self.weights <= 0):
            raise CountsAndTimesDisagree("weights must be above zero")
        if np.any(self.last_taken > self.offered):
            raise SeenAfterNow("an occasion was taken that has not been offered yet")
        if np.any(self.taken > self.last_taken) or np.any(
            (self.taken == 0) & (self.last_taken > 0)
        ):
            raise CountsAndTimesDisagree("taken cannot be more than the number of the last taken")

    @classmethod
    def of(
        cls,
        taken: ArrayLike,
        last_taken: ArrayLike,
        offered: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> "Occasions":
        """From anything array-like; each row weighs 1 unless told."""
        x = np.atleast_1d(np.asarray(taken, dtype=np.float64))
        return cls(
            taken=x,
            last_taken=np.atleast_1d(np.asarray(last_taken, dtype=np.float64)),
            offered=np.atleast_1d(np.asarray(offered, dtype=np.float64)),
            weights=np.ones(x.shape)
            if weights is None
            else np.atleast_1d(np.asarray(weights, dtype=np.float64)),
        )

    def __len__(self) -> int:
        return len(self.taken)

    @property
    def customers(self) -> float:
        """How many customers these rows stand for."""
        return float(self.weights.sum())

    @property
    def takers(self) -> float:
        """How many of them took at least one occasion."""
        return float(self.weights[self.taken > 0].sum())

    def grouped(self) -> "Occasions":
        """Equal rows gathered into one."""
        rows = np.column_stack([self.taken, self.last_taken, self.offered])
        unique, where = np.unique(rows, axis=0, return_inverse=True)
        weights = np.bincount(where.ravel(), self.weights, len(unique))
        return Occasions.of(unique[:, 0], unique[:, 1], unique[:, 2], weights)

    def later(self, occasions: int) -> "Occasions":
        """The same customers after so many more occasions, none of them taken."""
        return Occasions.of(self.taken, self.last_taken, self.offered + occasions, self.weights)
