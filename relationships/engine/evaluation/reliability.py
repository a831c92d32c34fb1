"""Reliability: what was told held against what came true, by family, time with us and country."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.figures import binned_error

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.str_]

BANDS = ((13, "under a quarter"), (26, "a quarter to half a year"), (52, "half a year to a year"),
         (104, "a year to two"), (np.inf, "two years and more"))  # fmt: skip
"""Weeks since somebody came, up to."""
FEWEST = 50
OTHERS = "others"
"""Countries of fewer people together: a share of a handful says nothing."""


@dataclass(frozen=True)
class Reliable:
    """One group: the mean probability told, the share that came true, and the calibration error
    over 15 bins within the group."""

    where: str
    by: str
    group: str
    people: int
    told: float
    was: float
    error: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def to_checks(self) -> list[Check]:
        """No target is set for a single group."""
        name = ", ".join(part for part in (self.where, f"{self.by} {self.group}") if part)
        return [
            check(f"reliability, {name}: {what}", getattr(self, what))
            for what in ("people", "told", "was", "error")
        ]


def group(where: str, by: str, name: str, chance: Floats, was: npt.NDArray[np.bool_]) -> Reliable:
    """The figures of one group, rounded as they are printed."""
    means = (float(chance.mean()), float(was.mean()), binned_error(chance, was))
    return Reliable(where, by, name, len(chance), *(round(one, 4) for one in means))


def groups(
    where: str, by: str, names: Names, chance: Floats, was: npt.NDArray[np.bool_]
) -> list[Reliable]:
    """One for each name that occurs, the largest first."""
    found, counts = np.unique(names, return_counts=True)
    return [
        group(where, by, str(name), chance[names == name], was[names == name])
        for name in found[np.argsort(-counts, kind="stable")]
    ]


def bands(weeks: Floats) -> Names:
    """Each one's band of time with us."""
    at = np.searchsorted([upto for upto, _name in BANDS], weeks, side="right")
    return np.array([name for _upto, name in BANDS])[np.minimum(at, len(BANDS) - 1)]


def large_enough(names: Names) -> Names:
    """Names of fewer than fifty people become "others"."""
    found, place, counts = np.unique(names, return_inverse=True, return_counts=True)
    return np.where(counts[place] >= FEWEST, found[place], OTHERS)


def reliability_table(told: list[Reliable]) -> str:
    """In columns, for people; nothing for nobody."""
    if not told:
        return ""
    names = [", ".join(part for part in (one.where, one.by, one.group) if part) for one in told]
    wide = max(len(name) for name in names)
    lines = [f"{'reliability':<{wide}}  {'people':>8}  {'told':>6}  {'was':>6}  {'error':>6}"]
    lines += [
        f"{name:<{wide}}  {one.people:>8,}  {one.told:>6.3f}  {one.was:>6.3f}  {one.error:>6.3f}"
        for name, one in zip(names, told, strict=True)
    ]
    return "\n".join(lines)
