"""Many people as columns, and which of them share a value."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Places = NDArray[np.int64]  # of people in the columns, 0 … n − 1
NOTHING = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Told:
    """Values of which a person may have several: whose, and which; in `source` where it matters."""

    whose: Places = field(default_factory=lambda: NOTHING)
    value: Sequence[str] = ()
    source: Sequence[str] = ()


@dataclass(frozen=True)
class People:
    """n people, one place each in every column; "" and 0 where nothing is known."""

    name: Sequence[str]
    born_on: NDArray[np.int64]  # day of the proleptic Gregorian calendar, 0: unknown
    born_in: NDArray[np.int64]  # year
    city: Sequence[str]
    country: Sequence[str]
    gender: Sequence[str]
    emails: Told = field(default_factory=Told)
    phones: Told = field(default_factory=Told)
    numbers: Told = field(default_factory=Told)  # in other systems

    @property
    def count(self) -> int:
        return len(self.name)


def coded(values: Sequence[str]) -> NDArray[np.int64]:
    """A number for each value, the same for equal ones; −1 for none."""
    codes = pd.factorize(np.asarray(values, dtype=object))[0].astype(np.int64)
    codes[np.fromiter((not value for value in values), dtype=bool, count=len(values))] = -1
    return codes


def counts(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many have each one's value; 0 for those without."""
    known = codes >= 0
    totals = np.bincount(codes[known], minlength=1)
    return np.where(known, totals[np.where(known, codes, 0)], 0).astype(np.int64)
