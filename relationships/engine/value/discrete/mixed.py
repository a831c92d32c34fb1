"""Chances of counts to come where some customers follow one law and some another."""

from collections.abc import Sequence

import numpy as np

from relationships.engine.value.histories import Floats, Integers
from relationships.engine.value.tails import Tail


class Mixed(Tail):
    """P(Y ≥ k) of those who are alive, each by the tail of their own part."""

    def __init__(self, parts: Sequence[tuple[Integers, Tail]], rows: int) -> None:
        """Each part's ascending rows, and the tail of these rows in that order."""
        self.count = 1
        self._tails = [tail for _, tail in parts]
        self._part = np.zeros(rows, dtype=np.int64)
        for number, (own, _) in enumerate(parts):
            self._part[own] = number

    @property
    def chance(self) -> Floats:
        """P(Y ≥ count)."""
        found = np.zeros(len(self._part))
        for number, tail in enumerate(self._tails):
            found[self._part == number] = tail.chance
        return found

    def advance_to(self, count: int) -> None:
        """Every part."""
        for tail in self._tails:
            tail.advance_to(count)
        self.count = count

    def keep(self, chosen: Integers) -> None:
        """Only the chosen rows from here on."""
        place = np.zeros(len(self._part), dtype=np.int64)
        parts = self._part[chosen]
        for number, tail in enumerate(self._tails):
            own = np.flatnonzero(self._part == number)
            place[own] = np.arange(len(own))
            tail.keep(place[chosen[parts == number]])
        self._part = parts
