"""One line of an evaluation: what was looked at, what came out, what it should be."""

import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """`target` as "<= 0.05"; `reached` is None where no target was set."""

    check: str
    figure: float
    target: str | None
    reached: bool | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check(name: str, figure: float, target: str | None = None) -> Check:
    """The figure, rounded as it is printed, held against its target."""
    rounded = round(float(figure), 4)
    if target is None:
        return Check(name, rounded, None, None)
    sign, bound = target.split()
    return Check(name, rounded, target, COMPARE[sign](rounded, float(bound)))


def table(checks: list[Check]) -> str:
    """The lines in columns, for people."""
    wide = max((len(one.check) for one in checks), default=0)
    said = {True: "reached", False: "not reached", None: ""}
    lines = [f"{'check':<{wide}}  {'figure':>9}  {'target':<9}  "]
    lines += [
        f"{one.check:<{wide}}  {one.figure:>9.4g}  {one.target or '':<9}  {said[one.reached]}"
        for one in checks
    ]
    return "\n".join(line.rstrip() for line in lines)
