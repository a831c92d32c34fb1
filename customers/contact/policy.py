"""The company's contact policy: read once per request or run, never ambient."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from customers.models import ContactPolicy


def current() -> ContactPolicy:
    """The one row, or its defaults while nobody has saved any."""
    return ContactPolicy.objects.first() or ContactPolicy()


def zone_of(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    """A customer's time zone; the company's when theirs is unknown or makes no sense."""
    try:
        return ZoneInfo(name) if name else otherwise
    except (KeyError, OSError, ValueError):
        return otherwise


def next_opening(policy: ContactPolicy, at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from `at` on that is neither in quiet hours nor on a quiet day there."""
    local = at.astimezone(zone)
    for ahead in range(9):
        day = (local + timedelta(days=ahead)).date()
        if str(day.weekday()) not in policy.days:
            continue
        for start, end in _open_hours(policy):
            opens = datetime.combine(day, start, zone)
            closes = datetime.combine(day, end, zone) if end != time.max else _midnight(day, zone)
            if local < closes:
                return max(opens, local).astimezone(at.tzinfo)
    return at  # no day is open: the form does not let it come to that


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _open_hours(policy: ContactPolicy) -> list[tuple[time, time]]:
    """The parts of a day that are not quiet. Quiet hours usually go past midnight."""
    quiet, opens = policy.quiet_from, policy.quiet_until
    if quiet == opens:
        return [(time(), time.max)]
    if quiet > opens:
        return [(opens, quiet)]
    return [part for part in ((time(), quiet), (opens, time.max)) if part[0] != part[1]]
