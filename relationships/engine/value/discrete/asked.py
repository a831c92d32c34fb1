"""Chances of counts to come where each has to be asked for."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from relationships.engine.value.histories import Floats, Histories, Integers
from relationships.engine.value.tails import Tail

SURELY_GONE = 1e-300


class Counting(Protocol):
    """What is asked."""

    def probability_alive(self, h: Histories) -> Floats: ...

    def at_least(self, count: ArrayLike, h: Histories, weeks: float) -> Floats: ...


class Asked(Tail):
    """P(Y ≥ k) of those who are alive, by the model's own `at_least`."""

    def __init__(self, model: Counting, h: Histories, weeks: float) -> None:
        self.count = 1
        self._model, self._h, self._weeks = model, h, weeks
        self._alive = np.maximum(model.probability_alive(h), SURELY_GONE)

    @property
    def chance(self) -> Floats:
        """P(Y ≥ count)."""
        return np.minimum(self._model.at_least(self.count, self._h, self._weeks) / self._alive, 1.0)

    def advance_to(self, count: int) -> None:
        """At once."""
        self.count = int(count)

    def keep(self, chosen: Integers) -> None:
        """Only the chosen rows from here on."""
        self._h, self._alive = self._h.rows(chosen), self._alive[chosen]
