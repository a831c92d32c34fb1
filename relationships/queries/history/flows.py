"""Who went from what to what between two days, counted by label and by probability."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.history.transitions import soft_counts
from relationships.engine.typology import typology
from relationships.queries.history.standings import FAMILIES, Standing

NEW, GONE = "new", "gone"


@dataclass(frozen=True)
class Flow:
    """Moves between two days; customers without a place on one of them are new or gone."""

    hard: NDArray[np.float64]  # FAMILIES × FAMILIES
    soft: NDArray[np.float64]  # families × families, expected
    new: NDArray[np.float64]  # by FAMILIES now
    gone: NDArray[np.float64]  # by FAMILIES then
    types: list[tuple[str, str, int]]  # from label, to label, customers; labels are type or family

    @property
    def moved(self) -> int:
        """Those whose family is another."""
        return int(self.hard.sum() - self.hard.trace())

    def to_json(self) -> dict[str, Any]:
        return {
            "hard": self.hard.tolist(),
            "soft": np.round(self.soft, 3).tolist(),
            "new": self.new.tolist(),
            "gone": self.gone.tolist(),
            "types": [list(one) for one in self.types],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Flow":
        return cls(
            np.array(told["hard"]), np.array(told["soft"]), np.array(told["new"]),
            np.array(told["gone"]), [(old, new, n) for old, new, n in told["types"]],
        )  # fmt: skip


def flow(then: Standing, now: Standing) -> Flow:
    """Moves of those on record on both days, and who is on record on one only."""
    here, there = now.among(then.customer), then.among(now.customer)
    size = len(FAMILIES)
    hard = np.bincount(there.family * size + here.family, minlength=size * size)
    return Flow(
        hard=hard.reshape(size, size).astype(np.float64),
        soft=soft_counts(there.families, here.families),
        new=_others(now, here),
        gone=_others(then, there),
        types=_types(there, here),
    )


def summed(parts: Sequence[Flow]) -> Flow:
    """Of all customers together, where each was looked at in one of the parts."""
    types: Counter[tuple[str, str]] = Counter()
    for part in parts:
        types.update({(old, new): n for old, new, n in part.types})
    place = {word: at for at, word in enumerate([*typology().keys, *FAMILIES])}
    largest = sorted(types.items(), key=lambda one: (-one[1], place[one[0][0]], place[one[0][1]]))
    return Flow(
        hard=np.sum([part.hard for part in parts], axis=0),
        soft=np.sum([part.soft for part in parts], axis=0),
        new=np.sum([part.new for part in parts], axis=0),
        gone=np.sum([part.gone for part in parts], axis=0),
        types=[(old, new, n) for (old, new), n in largest],
    )


def _others(all_: Standing, some: Standing) -> NDArray[np.float64]:
    size = len(FAMILIES)
    counts = np.bincount(all_.family, minlength=size) - np.bincount(some.family, minlength=size)
    return counts.astype(np.float64)


def _types(there: Standing, here: Standing) -> list[tuple[str, str, int]]:
    """Pairs of labels that differ, the most frequent first."""
    words = [*typology().keys, *FAMILIES]
    kinds = len(typology().keys)
    old = np.where(there.type >= 0, there.type, kinds + there.family)
    new = np.where(here.type >= 0, here.type, kinds + here.family)
    moved = old != new
    pairs, counts = np.unique(old[moved] * len(words) + new[moved], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [
        (words[pair // len(words)], words[pair % len(words)], int(n))
        for pair, n in zip(pairs[order].tolist(), counts[order].tolist(), strict=True)
    ]
