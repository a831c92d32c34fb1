"""Mixed attributes as numbers: each attribute weighs the same, the unknown weighs nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

# What people need and live in. Never value, order count or basket: those are what we want to
# understand by the groups. Never gender: groups are described by it, not made of it.
NUMBERS = ("age", "household_size", "online_share", "discount_share", "weekend_share")
WORDS = ("education", "region", "category")
LISTS = ("interests",)
KNOWN_LEAST = 0.3  # of the people, for an attribute to count
LEVEL_LEAST = 0.03  # of the people, for a word to be a level of its own
LEVELS_MOST = 12
CLIP = 3.0  # standard deviations
INTERESTS_WEIGHT = 2.0  # what people like says more about their needs than any other attribute


@dataclass(frozen=True)
class Encoder:
    """Means, scales and levels learnt from a sample; turns people into rows of numbers."""

    numbers: dict[str, tuple[float, float]]  # mean, standard deviation
    levels: dict[str, tuple[str, ...]]
    shares: dict[str, Floats]  # of each level among those known

    @property
    def attributes(self) -> tuple[str, ...]:
        return (*self.numbers, *self.levels)

    def blocks(self, people: pd.DataFrame) -> dict[str, Floats]:
        """One block of columns an attribute, each of variance about 1 in all; 0 where unknown."""
        found = {
            name: _scaled(people[name].to_numpy(float, na_value=np.nan), mean, spread)[:, None]
            for name, (mean, spread) in self.numbers.items()
        }
        for name, levels in self.levels.items():
            has, known = indicators(people[name], levels)
            shares = self.shares[name]
            scale = np.sqrt((shares * (1 - shares)).sum() / _weight(name))
            found[name] = np.where(known[:, None], has - shares, 0.0) / scale
        return found

    def rows(self, people: pd.DataFrame) -> Floats:
        return np.hstack(list(self.blocks(people).values()))


def usable(people: pd.DataFrame) -> list[str]:
    """Attributes that are known of enough people and differ between them."""
    numbers = [name for name in NUMBERS if _differs(people, name)]
    words = [name for name in (*WORDS, *LISTS) if len(levels_of(people[name])) > 1]
    return [*numbers, *words]


def encoder(people: pd.DataFrame) -> Encoder:
    """Learn means, scales and levels from these people."""
    names = usable(people)
    numbers = {
        name: (float(people[name].astype(float).mean()), float(people[name].astype(float).std()))
        for name in names
        if name in NUMBERS
    }
    levels = {name: levels_of(people[name]) for name in names if name not in NUMBERS}
    shares = {}
    for name, some in levels.items():
        has, known = indicators(people[name], some)
        shares[name] = has[known].mean(axis=0)
    return Encoder(numbers, levels, shares)


def levels_of(column: "pd.Series[Any]") -> tuple[str, ...]:
    """The commonest words of an attribute, none when it is known of too few."""
    known = column[[_is_known(value) for value in column]]
    if len(known) < KNOWN_LEAST * max(len(column), 1):
        return ()
    counts = known.explode().value_counts() / len(known)
    common = counts[(counts >= LEVEL_LEAST) & (counts <= 1 - LEVEL_LEAST)].index[:LEVELS_MOST]
    return tuple(sorted(str(word) for word in common))


def indicators(
    column: "pd.Series[Any]", levels: tuple[str, ...]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Which levels each person has (n × levels), and of whom the attribute is known."""
    place = {level: i for i, level in enumerate(levels)}
    has = np.zeros((len(column), len(levels)))
    known = np.zeros(len(column), dtype=bool)
    for row, value in enumerate(column):
        known[row] = _is_known(value)
        for word in value if isinstance(value, list) else [value]:
            if known[row] and word in place:
                has[row, place[word]] = 1.0
    return has, known


def _is_known(value: object) -> bool:
    return bool(value) and value == value  # neither empty nor NaN


def _differs(people: pd.DataFrame, name: str) -> bool:
    known = people[name].astype(float).dropna()
    return len(known) >= KNOWN_LEAST * max(len(people), 1) and float(known.std()) > 1e-9


def _scaled(values: Floats, mean: float, spread: float) -> Floats:
    return np.nan_to_num(np.clip((values - mean) / spread, -CLIP, CLIP))


def _weight(name: str) -> float:
    return INTERESTS_WEIGHT if name in LISTS else 1.0
