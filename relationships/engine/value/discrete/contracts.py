"""Contracts that are renewed or cancelled at the end of each period."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relationships.engine.value.histories import (
    BadHistories,
    CountsAndTimesDisagree,
    Floats,
    LengthsDiffer,
    NotANumber,
)


class NoContracts(BadHistories):
    """No contract has come to the end of a period yet, so there is nothing to learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contracts:
    """One row per contract, or per group of equal ones."""

    periods: Floats  # ends of a period that it has come to, the one of its cancellation included
    cancelled: NDArray[np.bool_]  # whether it ended at the last of them
    weights: Floats  # how many contracts the row stands for

    def __post_init__(self) -> None:
        columns = (self.periods, self.cancelled, self.weights)
        if any(c.ndim != 1 or len(c) != len(self.periods) for c in columns):
            raise LengthsDiffer("periods, cancelled and weights must be rows of one length")
        if not (np.isfinite(self.periods).all() and np.isfinite(self.weights).all()):
            raise NotANumber("periods and weights must be finite numbers")
        if np.any(self.periods < 0) or np.any(self.periods != np.floor(self.periods)):
            raise CountsAndTimesDisagree("periods are counted in whole numbers, zero or more")
        if np.any(self.cancelled & (self.periods < 1)):
            raise CountsAndTimesDisagree("a contract ends at the end of its first period at least")
        if np.any(self.weights <= 0):
            raise CountsAndTimesDisagree("weights must be above zero")

    @classmethod
    def of(
        cls, periods: ArrayLike, cancelled: ArrayLike, weights: ArrayLike | None = None
    ) -> "Contracts":
        """From anything array-like; each row weighs 1 unless told."""
        t = np.atleast_1d(np.asarray(periods, dtype=np.float64))
        return cls(
            periods=t,
            cancelled=np.atleast_1d(np.asarray(cancelled, dtype=np.bool_)),
            weights=np.ones(t.shape)
            if weights is None
            else np.atleast_1d(np.asarray(weights, dtype=np.float64)),
        )

    @classmethod
    def dated(
        cls, begun_on: ArrayLike, cancelled_on: ArrayLike, *, as_of_day: int, period_days: float
    ) -> "Contracts":
        """From days as numbers, NaN for what has not been cancelled. A contract cancelled within
        a period runs to that period's end; one that is to end after `as_of_day` runs still."""
        begun = np.atleast_1d(np.asarray(begun_on, dtype=np.float64))
        end = np.atleast_1d(np.asarray(cancelled_on, dtype=np.float64))
        if begun.shape != end.shape:
            raise LengthsDiffer("begun_on and cancelled_on must have one row per contract")
        if not np.isfinite(begun).all() or np.isinf(end).any() or not period_days > 0:
            raise NotANumber("a contract needs the day it began on, and periods of some days")
        if np.any(begun > as_of_day) or np.any(end < begun):
            raise CountsAndTimesDisagree("a contract begins before it ends, and not after now")
        faced = np.floor((as_of_day - begun) / period_days)
        last = np.maximum(np.ceil((end - begun) / period_days), 1)
        over = np.nan_to_num(last, nan=np.inf) <= faced
        return cls.of(np.where(over, np.nan_to_num(last), faced), over)

    def __len__(self) -> int:
        return len(self.periods)

    @property
    def contracts(self) -> float:
        """How many contracts these rows stand for."""
        return float(self.weights.sum())

    @property
    def renewed(self) -> float:
        """How many of them were renewed at least once."""
        return float(self.weights[self.periods - self.cancelled >= 1].sum())

    def grouped(self) -> "Contracts":
        """Equal rows gathered into one."""
        unique, where = np.unique(2 * self.periods + self.cancelled, return_inverse=True)
        weights = np.bincount(where, self.weights, len(unique))
        return Contracts.of(unique // 2, unique % 2, weights)
