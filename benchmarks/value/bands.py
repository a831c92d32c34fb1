"""The band of the whole portfolio over many origins: how often it held what was spent.

At each origin everything is done as `manage.py fit` would have done it that day: backtest, choice,
correction and band know nothing after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.value.shops import Shop
from relationships.engine.value import TooLittleHistory, fit_all
from relationships.engine.value.backtest import of_known

LEVEL = 0.9
WEEKS_AHEAD = (8, 13, 26)
FIRST_ORIGIN_WEEKS, LEAST_ORIGINS = 16, 60
STEP_WEEKS = {"CDNOW sample": 4, "CDNOW master": 24, "Online Retail II": 8}


@dataclass(frozen=True)
class Past:
    shop: str
    weeks: int
    origin_week: int
    model: str
    forecast: float
    corrected: float
    spent: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        return self.low <= self.spent <= self.high


def pasts(shop: Shop, rng: np.random.Generator) -> Iterator[Past]:
    first, last = int(shop.purchases.day.min()), int(shop.purchases.day.max())
    for weeks in WEEKS_AHEAD:
        for week in range(FIRST_ORIGIN_WEEKS, 1000, STEP_WEEKS[shop.name]):
            day = first + 7 * week
            if day + 7 * weeks > last:
                break
            found = _past(shop, day, weeks, week, rng)
            if found is not None:
                yield found


def _past(shop: Shop, day: int, weeks: int, week: int, rng: np.random.Generator) -> Past | None:
    known = shop.purchases.cut(day)
    models = fit_all(known, as_of_day=day, horizon_weeks=weeks, rng=rng)
    if isinstance(models.outcome, TooLittleHistory):
        return None
    h, spent = known.histories(day), known.spent()
    each = models.spend.expected_spend(h.repeats + 1, spent / (h.repeats + 1))
    forecast = float(models.model.expected_repeats(h, weeks) @ each)
    corrected = forecast * models.correction.spend
    low, high = models.spread.interval(corrected, level=LEVEL)
    _, paid = of_known(known, shop.purchases.after(day, day + 7 * weeks))
    return Past(
        shop.name, weeks, week, models.outcome.model, forecast, corrected, float(paid.sum()),
        low, high,
    )  # fmt: skip


def test(shops: list[Shop]) -> int:
    """Prints the share of origins whose band held what was spent; 1 when the goal is missed."""
    found = [past for shop in shops for past in pasts(shop, np.random.default_rng(1))]
    for name in dict.fromkeys(past.shop for past in found):
        print(_said(name, [past for past in found if past.shop == name]))
    print(_said("all", found))
    share = float(np.mean([past.is_inside for past in found]))
    is_reached = len(found) >= LEAST_ORIGINS and 0.85 <= share <= 0.95
    print(f"  {'reached' if is_reached else 'MISSED '}  90 % bands hold 85 to 95 % of ≥ 60 origins")
    return int(not is_reached)


def _said(name: str, found: list[Past]) -> str:
    raw, corrected = (
        float(np.sqrt(np.mean([np.log(past.spent / forecast(past)) ** 2 for past in found])))
        for forecast in (lambda past: past.forecast, lambda past: past.corrected)
    )
    width = float(np.median([np.log(past.high / past.corrected) for past in found]))
    inside = sum(past.is_inside for past in found)
    return (
        f"  {name:<17}{inside} of {len(found)} origins in their band "
        f"({100 * inside / len(found):.0f} %), "
        f"its half width (log) {width:.2f}; error (log) {raw:.3f}, corrected {corrected:.3f}"
    )
