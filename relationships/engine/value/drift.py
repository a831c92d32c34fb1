"""Whether customers still buy as forecast: the weeks since the model was fitted, and their band.

Four weeks at a time are set against what was expected of the customers known then. They stray
when they lie outside the band in which sums of this forecast have held (the spread of its own
backtest, joined with the chance that lies in counting); the forecast has drifted when so they did
at three weekly ends in a row, the last of them now. Where a year of history lies before, the same
weeks a year ago say how much of it is the season.
"""

from dataclasses import asdict, dataclass
from typing import Any

from relationships.engine.value.correction import KNOWN_WEEKS, YEAR_DAYS, Window
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.weekly import Weeks, week_by_week

AT_A_TIME = 4  # weeks: long enough for a shop's usual ups and downs
IN_A_ROW = 3
# Of fewer purchases chance leaves too little to be told.
LEAST_EXPECTED = 20.0
# Wider than what pages call likely: a false alarm costs a fit.
BAND = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Four weeks: what was expected and likely, and what came."""

    end: int  # weeks since the model was fitted
    expected: float
    low: float
    high: float
    bought: float

    @property
    def strays(self) -> bool:
        """Whether what came lies outside."""
        return not self.low <= self.bought <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What came since the model was fitted; empty while that is too short or too little."""

    since_day: int
    stretches: tuple[Stretch, ...]
    with_season: bool = False

    @property
    def has_drifted(self) -> bool:
        """Outside at three weekly ends in a row, now the last of them."""
        last = self.stretches[-IN_A_ROW:]
        return len(last) == IN_A_ROW and all(one.strays for one in last)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {
            "since_day": self.since_day,
            "with_season": self.with_season,
            "has_drifted": self.has_drifted,
            "stretches": [asdict(one) | {"strays": one.strays} for one in self.stretches],
        }


def watch(models: ModelSet, purchases: PurchaseDays, as_of_day: int) -> Watched:
    """What was bought since these models were fitted, through `as_of_day`."""
    since = models.as_of_day
    weeks = (as_of_day - since) // 7
    nothing = Watched(since_day=since, stretches=())
    if weeks < AT_A_TIME or not len(purchases):
        return nothing
    seen = week_by_week(models.model, purchases, day=since, weeks=weeks)
    season = _season(models, purchases, weeks)
    if season is None:
        seen = seen.times(models.correction.purchases)
    ends = range(AT_A_TIME, weeks + 1)
    found = [_stretch(models, seen, season, end) for end in ends]
    return Watched(
        since_day=since,
        stretches=tuple(one for one in found if one.expected >= LEAST_EXPECTED),
        with_season=season is not None,
    )


def _season(models: ModelSet, purchases: PurchaseDays, weeks: int) -> Weeks | None:
    """The same weeks a year before, by the same model; None where nothing is known of them."""
    then = models.as_of_day - YEAR_DAYS
    if then - int(purchases.day.min()) < 7 * KNOWN_WEEKS:
        return None
    return week_by_week(models.model, purchases, day=then, weeks=weeks)


def _stretch(models: ModelSet, seen: Weeks, season: Weeks | None, end: int) -> Stretch:
    expected, bought = seen.of_last(AT_A_TIME, end)
    if season is not None:
        usual, came = season.of_last(AT_A_TIME, end)
        if usual >= LEAST_EXPECTED and came > 0:
            trust = Window(day=0, weeks=AT_A_TIME, same_season=True).trust
            expected *= (came / usual) ** trust
    low, high = models.spread.of_count(expected, level=BAND)
    return Stretch(end=end, expected=expected, low=low, high=high, bought=bought)
