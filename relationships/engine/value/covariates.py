"""What a forecast of purchases is multiplied by for what else is known of a customer.

Trees (boosting.py) say who buys more and who less than the formula expects; together they move
nothing: on the day on which they were learned the forecasts of all customers known then add up to
what they had been, in purchases and in money. The level stays that of the formula and its season.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relationships.engine.value.boosting import Trees
from relationships.engine.value.challenge import TRAITS
from relationships.engine.value.happened import KINDS
from relationships.engine.value.histories import Floats, Histories, Integers

# However sure the trees are, before the level is set.
LEAST, MOST = 0.25, 4.0
# Nearer to 1 nothing is said of it.
WORTH_TELLING = 0.05
# What most moves a forecast. Of what happened (KINDS) each may move it by being there, or not.
TENURE, WHO = "tenure", "traits"
GROUPS = (TENURE, *KINDS, WHO)
BECAUSE = (*GROUPS, *(f"no_{kind}" for kind in KINDS))
FIRST_KIND, FIRST_EVER = GROUPS.index(KINDS[0]), 1 + len(KINDS)
NOBODY, UNKNOWN = -1, -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """One row per customer: what purchases are multiplied by, and the place in BECAUSE of what
    moves them most; −1 where that is not worth telling."""

    factor: Floats
    because: Integers

    @classmethod
    def none(cls, customers: int) -> "Factors":
        """Forecasts as the formula makes them."""
        return cls(factor=np.ones(customers), because=np.full(customers, NOBODY, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariates:
    """Trees in use, their level, and what they read."""

    trees: Trees
    reads: tuple[str, ...]
    level: float = 1.0  # of purchases
    spend: float = 1.0  # what a purchase brings is multiplied by, as other people make them now
    genders: tuple[str, ...] = ()  # as they were numbered

    @property
    def reads_traits(self) -> bool:
        """Whether it looks at who people are."""
        return set(TRAITS) <= set(self.reads)

    def factors(self, x: Floats) -> Factors:
        """Of rows as `columns` makes them."""
        logs = self.trees.logs(x, groups(x.shape[1]))
        factor = self.level * np.exp(np.clip(logs.sum(axis=1), np.log(LEAST), np.log(MOST)))
        told = np.abs(factor - 1) > WORTH_TELLING
        return Factors(factor=factor, because=np.where(told, _because(x, logs, factor), NOBODY))

    def levelled(self, x: Floats, forecast: Floats, each: Floats) -> "Covariates":
        """The same, so that the forecasts of these customers, purchases and what `each` purchase of
        theirs brings, add up to what they were."""
        if not self.trees:  # nothing was found: not even a rounding is moved
            return self
        bent = forecast * self.factors(x).factor
        level = _share(forecast.sum(), bent.sum())
        spend = _share(float(forecast @ each), float(level * bent @ each))
        return replace(self, level=self.level * level, spend=spend)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return {
            "trees": self.trees.to_json(), "level": self.level, "spend": self.spend,
            "reads": list(self.reads), "genders": list(self.genders),
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Covariates | None":
        """What `to_json` stored; None where nothing was admitted."""
        if not stored:
            return None
        return cls(
            trees=Trees.from_json(stored["trees"]), level=float(stored["level"]),
            spend=float(stored["spend"]), reads=tuple(stored["reads"]),
            genders=tuple(stored["genders"]),
        )  # fmt: skip


def columns(h: Histories, beside: Floats) -> Floats:
    """Weeks since the first purchase, and what happened beside (`Happened.beside`); what is not
    known of who they are counts as −1. Of how they buy the formula has been told all."""
    return np.nan_to_num(np.column_stack([h.age, beside]), nan=UNKNOWN)


def groups(width: int) -> Integers:
    """The place in GROUPS of each of so many columns."""
    named: Sequence[str] = (TENURE, *KINDS, *KINDS, *(WHO for _ in TRAITS))
    return np.array([GROUPS.index(name) for name in named[:width]], dtype=np.int64)


def _share(of: float, whole: float) -> float:
    return float(of / whole) if whole > 0 else 1.0


def _because(x: Floats, logs: Floats, factor: Floats) -> Integers:
    """The group that moves most in the direction in which the whole moves."""
    most = (logs * np.where(factor >= 1, 1.0, -1.0)[:, None]).argmax(axis=1)
    kind = most - FIRST_KIND
    happens = (kind >= 0) & (kind < len(KINDS))
    ever = x[np.arange(len(x)), FIRST_EVER + np.clip(kind, 0, len(KINDS) - 1)]
    return np.asarray(np.where(happens & (ever == 0), len(GROUPS) + kind, most), dtype=np.int64)
