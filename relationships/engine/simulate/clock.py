"""Time in the invented world: seasons, bad weeks, plausible hours, and local time to UTC.

Inside the simulator an instant is a float: days of UTC since midnight of the first day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.simulate.parameters import Floats

Ints = NDArray[np.int64]

# A year of demand at the first of each month, January first; December is the peak. Mean 1.
MONTHS = np.array([0.86, 0.72, 0.88, 1.02, 1.06, 0.96, 0.9, 0.84, 0.96, 0.98, 1.14, 1.68])
# The weeks of the year in which the shop holds a sale, as first and last day of the year.
SALES = ((2, 24), (182, 203), (326, 334))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The window that is simulated and what each of its days is like."""

    first: date
    days: int
    cutoff: float  # end of the last day in the company's zone
    season: Floats  # demand on each day relative to the mean day
    day_of_year: Ints
    on_sale: NDArray[np.bool_]
    bad: NDArray[np.bool_]  # days on which parcels are late
    summer: NDArray[np.bool_]  # days of European summer time

    def at(self, day: Floats) -> NDArray[np.datetime64]:
        """Instants as UTC datetime64[s]."""
        seconds = np.floor(np.where(np.isnan(day), 0, day) * 86_400).astype("timedelta64[s]")
        at = np.datetime64(self.first, "s") + seconds
        return np.where(np.isnan(day), np.datetime64("NaT", "s"), at)

    def index(self, day: Floats) -> Ints:
        """The row of the calendar for an instant."""
        return np.clip(day.astype(np.int64), 0, self.days - 1)

    def at_work(self, day: Floats) -> Floats:
        """The same instant if the shop's staff are there, else early in their next shift."""
        hour = (day % 1) * 24 + self.summer[self.index(np.nan_to_num(day))]
        early = np.where(hour < 9, 9 + hour / 6 - hour, 0.0)
        late = np.where(hour > 18, 33 + (hour - 18) / 4 - hour, 0.0)
        return day + (early + late) / 24

    def local(self, day: Floats, hour: Floats, hours_ahead: Floats) -> Floats:
        """The instant at a local hour of the day that `day` lies in."""
        offset = hours_ahead + self.summer[self.index(day)]
        return np.floor(day) + (hour - offset) / 24


def clock(first: date, last: date, firm: dict[str, Any]) -> Clock:
    """The calendar from `first` to `last`, both inclusive."""
    days = (last - first).days + 1
    dates = [first + timedelta(days=n) for n in range(days)]
    of_year = np.array([d.timetuple().tm_yday for d in dates])
    # Months are centred on their 15th, so that the curve glides; then the mean is set to 1.
    knots = np.arange(-1, 13) * 30.44 + 15
    season = np.interp(of_year, knots, MONTHS[np.arange(-1, 13) % 12])
    weekday = np.array([d.weekday() for d in dates])
    season = season * np.array([0.97, 0.92, 0.94, 0.98, 1.02, 1.17, 1.0])[weekday]
    from_end = days - 1 - np.arange(days)
    early, late = (7 * weeks for weeks in firm["bad_weeks_before_end"])
    summer = np.array([_is_summer(d) for d in dates])
    return Clock(
        first=first,
        days=days,
        cutoff=days - float(summer[-1]) / 24,
        season=season / MONTHS.mean(),
        day_of_year=of_year,
        on_sale=np.any([(of_year >= a) & (of_year <= b) for a, b in SALES], axis=0),
        bad=(from_end <= early) & (from_end > late),
        summer=summer,
    )


def _is_summer(day: date) -> bool:
    """Summer time in Europe: last Sunday of March to the day before that of October."""
    return _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def hours(
    rng: np.random.Generator, preferred: Floats, *, opens: float = 6.5, closes: float = 23.4
) -> Floats:
    """Local hours: three in five near the preferred one, the others spread over the day."""
    near = rng.normal(preferred, 1.4)
    spread = opens + (closes - opens) * rng.beta(2.2, 2.0, len(preferred))
    hour = np.where(rng.random(len(preferred)) < 0.6, near, spread)
    outside = (hour < opens) | (hour > closes)
    return np.where(outside, spread, hour)
