"""Traits: what can be said of a person with yes or no, and of whom we know."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.personae.encoding import indicators, levels_of

Bools = npt.NDArray[np.bool_]

# Numbers in bands: [least, below). The ends are open.
BANDS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "age": (
        ("-24", -np.inf, 25), ("25-34", 25, 35), ("35-44", 35, 45), ("45-54", 45, 55),
        ("55-64", 55, 65), ("65-", 65, np.inf),
    ),
    "household_size": (("1", 0, 2), ("2", 2, 3), ("3-", 3, np.inf)),
    "online_share": (("online", 0.8, np.inf), ("shop", -np.inf, 0.2)),
    "discount_share": (("deals", 0.5, np.inf), ("full", -np.inf, 0.05)),
    "weekend_share": (("weekend", 0.5, np.inf), ("weekday", -np.inf, 0.15)),
}  # fmt: skip
WORDS = ("gender", "education", "country", "region", "category", "interests")


@dataclass(frozen=True)
class Trait:
    """One level of one attribute, such as ("age", "35-44") or ("interests", "running")."""

    attribute: str
    level: str


@dataclass(frozen=True)
class Marks:
    """Who has which trait and of whom it is known; both people × traits."""

    has: Bools
    known: Bools


def traits(people: pd.DataFrame) -> list[Trait]:
    """Every trait worth counting, learnt from a sample."""
    bands = [Trait(name, level) for name, some in BANDS.items() for level, _, _ in some]
    words = [Trait(name, level) for name in WORDS for level in levels_of(people[name])]
    return [*bands, *words]


def marks(people: pd.DataFrame, some: list[Trait]) -> Marks:
    """Look these traits up in these people."""
    has = np.zeros((len(people), len(some)), dtype=bool)
    known = np.zeros_like(has)
    for attribute in dict.fromkeys(trait.attribute for trait in some):
        columns = [i for i, trait in enumerate(some) if trait.attribute == attribute]
        levels = [some[i].level for i in columns]
        if attribute in BANDS:
            mine, of = _banded(people[attribute], attribute, levels)
        else:
            counted, of = indicators(people[attribute], tuple(levels))
            mine = counted > 0
        has[:, columns], known[:, columns] = mine & of[:, None], of[:, None]
    return Marks(has, known)


def _banded(column: "pd.Series[float]", attribute: str, levels: list[str]) -> tuple[Bools, Bools]:
    values = column.to_numpy(float, na_value=np.nan)
    limits = {level: (least, below) for level, least, below in BANDS[attribute]}
    with np.errstate(invalid="ignore"):
        mine = [(values >= limits[level][0]) & (values < limits[level][1]) for level in levels]
    return np.column_stack(mine), ~np.isnan(values)
