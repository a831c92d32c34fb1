"""How likely so many purchases or more are, count after count, from each count's own chance.

A count is negative binomial with the odds z = t / (alpha + T + t) of the time there is: P(N = k) =
P(N = k − 1) · z (shape + k − 1) / k. Where a life may end before the horizon, the time there is
differs and the counts are mixed; where one may leave after a purchase, each purchase has to be
stayed for. Two multiplications a count, where an incomplete beta function costs a hundred; the
last places are lost in the sum, so that chances below 1e−12 are not to be asked here.
"""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value.histories import Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """One leaves after a purchase with p ~ Beta(a, stays)."""

    a: float
    stays: Floats

    def rows(self, chosen: Integers) -> "Staying":
        """The chosen rows only."""
        return Staying(a=self.a, stays=self.stays[chosen])

    def after(self, count: int) -> Floats:
        """Chance of not leaving after the purchase of this number, if not before."""
        return (self.stays + count - 1) / (self.a + self.stays + count - 1)


class Tail:
    """P(Y ≥ k) of those who are alive, one row per customer; begins at k = 1."""

    def __init__(
        self, shape: Floats, odds: Floats, weights: Floats, staying: Staying | None = None
    ) -> None:
        """`odds` and `weights` have a column for each time there may be."""
        self.count = 1
        self._shape, self._odds, self._weights = shape[:, None], odds, weights
        self._staying = staying
        self._stayed = np.ones(len(shape))
        log_none = self._shape * np.log1p(-odds)
        self._chance = np.exp(log_none)  # of the count before
        self._more = -np.expm1(log_none)

    @property
    def chance(self) -> Floats:
        """P(Y ≥ count)."""
        more = np.einsum("ij,ij->i", self._more, self._weights)
        return np.asarray(np.maximum(more, 0.0) * self._stayed)

    def advance_to(self, count: int) -> None:
        """One by one."""
        while self.count < count:
            ways = (self._shape + self.count - 1) / self.count
            self._chance = self._chance * self._odds * ways
            self._more = self._more - self._chance
            if self._staying:
                self._stayed = self._stayed * self._staying.after(self.count)
            self.count += 1

    def keep(self, chosen: Integers) -> None:
        """Only the chosen rows from here on."""
        for name in ("_shape", "_odds", "_weights", "_stayed", "_chance", "_more"):
            setattr(self, name, getattr(self, name)[chosen])
        self._staying = self._staying.rows(chosen) if self._staying else None
