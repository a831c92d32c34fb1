"""The newest picture of all relationships, and an earlier one to hold against it."""

from dataclasses import dataclass
from datetime import date, timedelta

from relationships.models import Portfolio

PERIODS = (30, 90, 365)  # days


@dataclass(frozen=True, slots=True)
class Comparison:
    """The picture now and then; `periods` are those for which there is a then."""

    now: Portfolio
    then: Portfolio | None
    days: int | None
    periods: tuple[int, ...]


def comparison(as_of: date, days: int | None) -> Comparison | None:
    """Now is the newest picture through `as_of`; None when there is none yet. Two queries."""
    pictures = Portfolio.objects.filter(as_of__lte=as_of)
    known = list(pictures.values_list("as_of", flat=True)[:1000])
    if not known:
        return None
    earlier = {
        period: found for period in PERIODS if (found := _held_against(known, period)) is not None
    }
    if days not in earlier:
        days = 90 if 90 in earlier else next(iter(earlier), None)
    wanted = [known[0]] + ([earlier[days]] if days else [])
    rows = {row.as_of: row for row in pictures.filter(as_of__in=wanted).defer("cells")}
    then = rows[earlier[days]] if days else None
    return Comparison(rows[known[0]], then, days, tuple(earlier))


def _held_against(known: list[date], days: int) -> date | None:
    """The newest picture at least so old, but not half as old again."""
    latest = known[0] - timedelta(days=days)
    earliest = known[0] - timedelta(days=days * 1.5)
    return next((day for day in known if earliest <= day <= latest), None)
