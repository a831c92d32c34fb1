"""One line of an evaluation: what was looked at, what came out, what it should be."""

import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "=": operator.eq, ">": operator.gt,
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """`target` as "<= 0.05" or "0.5 ± 0.005"; `reached` is None where no target was set, and where
    there is no figure: `check` then says why."""

    check: str
    figure: float | None
    target: str | None
    reached: bool | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check(name: str, figure: float, target: str | None = None) -> Check:
    """The figure, rounded as it is printed, held against its target."""
    rounded = round(float(figure), 4)
    return Check(name, rounded, target, None if target is None else _reached(rounded, target))


def unmeasured(name: str, why: str, target: str | None = None) -> Check:
    """A line of the design that this run cannot fill, with what would fill it."""
    return Check(f"{name}: {why}", None, target, None)


def _reached(figure: float, target: str) -> bool:
    if "±" in target:
        middle, off = (float(part) for part in target.split("±"))
        return round(abs(figure - middle), 4) <= off
    sign, bound = target.split()
    return COMPARE[sign](figure, float(bound))


def table(checks: list[Check]) -> str:
    """The lines in columns, for people; nothing of nothing."""
    if not checks:
        return ""
    wide = max(len(one.check) for one in checks)
    said = {True: "reached", False: "not reached", None: ""}
    lines = [f"{'check':<{wide}}  {'figure':>9}  {'target':<11}  "]
    lines += [
        f"{one.check:<{wide}}  {_written(one.figure):>9}  {one.target or '':<11}  "
        f"{said[one.reached]}"
        for one in checks
    ]
    return "\n".join(line.rstrip() for line in lines)


def _written(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.4g}"
