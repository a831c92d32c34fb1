"""What we expect everybody to buy from today to the horizon, drawn with its likely range."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from relationships.models import Portfolio
from relcrm.lib import charts


@dataclass(frozen=True, slots=True)
class Ahead:
    """Purchases added up, in a box of 100 by 100, with the table behind it."""

    band: str
    line: str
    weeks: int
    until_on: date
    expected: float
    low: float
    high: float
    rows: list[tuple[int, float, float, float]]  # week, expected, low, high


def ahead(picture: Portfolio) -> Ahead | None:
    """None where the last scoring kept none, or nothing is expected."""
    kept = picture.breakdown.get("ahead") or {}
    if not kept.get("expected") or kept["expected"][-1] <= 0:
        return None
    expected, low, high = ([0.0, *kept[name]] for name in ("expected", "low", "high"))
    low, high = _rising(low), _rising(high[::-1], min)[::-1]
    top = max(high) * 1.04
    back = charts.path(low, top=top, backwards=True).replace("M", "L", 1)
    weeks = [round(n * kept["weeks_per_period"]) for n in range(len(expected))]
    rows = list(zip(weeks, expected, low, high, strict=True))[1:]
    return Ahead(
        band=f"{charts.path(high, top=top)}{back}Z",
        line=charts.path(expected, top=top),
        weeks=weeks[-1],
        until_on=picture.as_of + timedelta(weeks=weeks[-1]),
        expected=expected[-1],
        low=low[-1],
        high=high[-1],
        rows=rows,
    )


def _rising(ends: list[float], bound: Callable[[float, float], float] = max) -> list[float]:
    """A sum cannot fall, however unsure its beginning is: below it holds what it reached before,
    above (from the end back) what it will reach later."""
    return list(accumulate(ends, bound))
