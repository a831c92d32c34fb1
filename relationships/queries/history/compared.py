"""Moves between two days: of few customers counted at once, of many looked up or to be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from relationships.models import Comparison, Month
from relationships.queries.history.flows import Flow, flow
from relationships.queries.history.standings import standing
from relcrm.base.models import Job

MOST_INLINE = 30_000
"""So many customers are looked through while the page waits; of more, a worker counts."""
A_YEAR = timedelta(days=365)
FRESH = timedelta(hours=1)
"""So long a count serves whose last day was not over yet."""
Days = tuple[date, date]


@dataclass(frozen=True)
class Compared:
    """What is known of the moves between two days that somebody asked for."""

    asked: Days  # no earlier than anything is known
    of: Days  # of which the moves are; others while these are still to be counted
    moves: Flow | None  # None: nothing near was counted either
    counted_at: datetime | None  # None: just now, or when the month was closed
    is_due: bool  # still to be counted, or again
    is_kept: bool = True  # else counted just now

    @property
    def is_as_asked(self) -> bool:
        return self.moves is not None and self.of == self.asked


def days_known(then: date, now: date, months: Sequence[Month]) -> Days | None:
    """The two days as far as something is known of both; None where there is nothing between."""
    then = max(then, months[0].on) if months else then
    return (then, now) if months and then < now else None


def why_nothing(then: date, now: date) -> str:
    """What is missing where nothing is known between two days, and what to do about it."""
    if then >= now:
        return _("The later day comes second.")
    first = Month.objects.exclude(closed_at=None).order_by("on").values_list("on", flat=True)[:1]
    if first:
        words = _("Nothing is on record before %(day)s, the first month's end; choose later days.")
        return words % {"day": date_format(first[0], "j F Y")}
    if job := Job.objects.active().filter(kind="history").first():
        words = _("No month is on record yet; job %(job)d looks back on them just now. Follow it.")
        return words % {"job": job.pk}
    return _(
        "No month is on record yet. Once everyone was scored (a job of the kind score), a job of "
        "the kind history looks back on all whole months since the first event."
    )


def closes_of(days: Days, months: Sequence[Month]) -> list[Month]:
    """The last month closed by each of the two days."""
    return [[month for month in months if month.on <= day][-1] for day in days]


def between(then: date, now: date, months: Sequence[Month], *, at: datetime) -> Compared | None:
    """Moves between two days, or the nearest that are kept; None where nothing is known."""
    days = days_known(then, now, months)
    if days is None:
        return None
    if months[-1].customers <= MOST_INLINE:
        start, end = closes_of(days, months)
        moves = flow(standing(days[0], start.on), standing(days[1], end.on))
        return Compared(days, days, moves, None, is_due=False, is_kept=False)
    kept = Comparison.objects.filter(then=days[0], now=days[1]).first()
    if kept:
        is_due = not _holds(kept, months, at)
        return Compared(days, days, Flow.from_json(kept.moves), kept.counted_at, is_due)
    near = _nearest(days, months)
    if near is None:
        return Compared(days, days, None, None, is_due=True)
    of, month = near
    told = Flow.from_json(month.moves["since"][of[0].isoformat()])
    return Compared(days, of, told, None, is_due=of != days)


def a_year_before(day: date) -> date:
    """Or the first day there is."""
    return day - A_YEAR if day - date.min >= A_YEAR else date.min


def last_year(as_of: date, months: Sequence[Month]) -> Days:
    """What is shown to who names no days; of many customers the pair of months next to that."""
    days = a_year_before(as_of), as_of
    near = _nearest(days, months) if months and months[-1].customers > MOST_INLINE else None
    return near[0] if near else days


def _nearest(days: Days, months: Sequence[Month]) -> tuple[Days, Month] | None:
    """The pair of months nearest to these days whose moves were counted at the close."""
    pairs = [
        ((date.fromisoformat(start), month.on), month)
        for month in months
        for start in month.moves.get("since", {})
    ]
    return min(pairs, key=lambda pair: _apart(pair[0], days), default=None)


def _apart(pair: Days, days: Days) -> tuple[int, date]:
    """The last day counts twice: it is about today. Of two as near, the earlier start."""
    return abs((pair[0] - days[0]).days) + 2 * abs((pair[1] - days[1]).days), pair[0]


def _holds(kept: Comparison, months: Sequence[Month], at: datetime) -> bool:
    """Not when a month was closed anew since, nor for long when the last day was not over."""
    closed = [month.closed_at for month in closes_of((kept.then, kept.now), months)]
    if any(then is None or then > kept.counted_at for then in closed):
        return False
    return kept.is_final or at - kept.counted_at < FRESH
