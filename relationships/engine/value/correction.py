"""How far forecasts fell short in the same season before: a factor, shrunk to 1.

No model of buying knows Christmas. But the window of the same length that began a year before
says how far the model was off in that season. Where history is too short for that, and a long
forecast reaches as far ahead as history goes back, the second half of history stands in, forecast
from the first: customers were as old then, in proportion, as they are now.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from relationships.engine.value.backtest import Origin
from relationships.engine.value.purchases import PurchaseDays

YEAR_DAYS = 364  # whole weeks, so that weekends fall on weekends
# So much must be known before a window in which a forecast is checked.
KNOWN_WEEKS = 13.0
# Halves of a shorter history are single seasons, whose errors tell nothing about another.
HALVED_WEEKS = 36.0
# Errors of the log: before any was seen, and what remains after one was (measured, see
# docs/method/value-choice.md): of the same season, and of the other half of history.
BEFORE, AFTER_SEASON, AFTER_HALF = 0.25, 0.08, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the past in which a forecast can be checked, and what it can tell of ours."""

    day: int  # the forecast is made at the end of this day
    weeks: float
    same_season: bool

    @property
    def trust(self) -> float:
        """Part of its error (as a log) that is expected to come again."""
        after = AFTER_SEASON if self.same_season else AFTER_HALF
        return BEFORE**2 / (BEFORE**2 + after**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What forecasts of all purchases and of all spend are multiplied by."""

    purchases: float = 1.0
    spend: float = 1.0
    learnt_from_day: int | None = None  # None: nothing was learnt
    same_season: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Correction":
        """The correction that `to_json` stored; none if an older version stored none."""
        return cls(**stored) if stored else cls()


def window_to_learn_from(first_day: int, as_of_day: int, weeks_ahead: float) -> Window | None:
    """The same season a year before; else, where the forecast reaches as far ahead as at least 36
    weeks of history reach back, the second half of history."""
    year_before = as_of_day - YEAR_DAYS
    if weeks_ahead * 7 <= YEAR_DAYS and year_before - first_day >= 7 * KNOWN_WEEKS:
        return Window(day=year_before, weeks=weeks_ahead, same_season=True)
    known_weeks = (as_of_day - first_day) / 7
    if not HALVED_WEEKS <= known_weeks <= weeks_ahead:
        return None
    days = int((as_of_day - first_day) / 2)
    return Window(day=as_of_day - days, weeks=days / 7, same_season=False)


def learn(
    purchases: PurchaseDays,
    *,
    as_of_day: int,
    weeks_ahead: float,
    model: str,
    look_back: Callable[[PurchaseDays, int, float], Origin | None],
) -> Correction:
    """From what was known at the end of `as_of_day`; `look_back` makes the model's forecast of
    the weeks after a day and says how it turned out."""
    known = purchases.cut(as_of_day)
    if not len(known):
        return Correction()
    window = window_to_learn_from(int(known.day.min()), as_of_day, weeks_ahead)
    origin = None if window is None else look_back(known, window.day, window.weeks)
    return Correction() if window is None or origin is None else of(window, origin, model)


def of(window: Window, origin: Origin, model: str) -> Correction:
    """What the model's record at this origin asks for."""
    line = origin.line(model)
    bought, paid = origin.actual_purchases, origin.actual_spend
    if bought <= 0 or line.purchases <= 0:
        return Correction()
    purchases = bought / line.purchases
    spend = paid / line.spend if paid > 0 and line.spend > 0 else purchases
    return Correction(
        purchases=float(purchases**window.trust),
        spend=float(spend**window.trust),
        learnt_from_day=window.day,
        same_season=window.same_season,
    )
