"""The company's contact policy: read once per request or run, never ambient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from customers.models import BrandManners, ContactPolicy
from relcrm.base.models import Brand

EVERY_DAY = "0123456"
ROUNDS = 20  # of two that keep different hours, each may push the other on some times


@dataclass(frozen=True, slots=True)
class Hours:
    """When nobody is written to: from, until (the same: never), and the days that are open."""

    quiet_from: time
    quiet_until: time
    days: str


def current() -> ContactPolicy:
    """The one row, or its defaults while nobody has saved any."""
    return ContactPolicy.objects.first() or ContactPolicy()


def manners_of(brand: Brand | None) -> BrandManners | None:
    return BrandManners.objects.filter(brand=brand).first() if brand is not None else None


def hours(policy: ContactPolicy, manners: BrandManners | None = None) -> list[Hours]:
    """The company's, and the brand's own where it keeps any: both hold."""
    found = [Hours(policy.quiet_from, policy.quiet_until, policy.days)]
    if manners is not None and (manners.quiet_from is not None or manners.days):
        start, end = manners.quiet_from or time(), manners.quiet_until or time()
        found.append(Hours(start, end, manners.days or EVERY_DAY))
    return found


def zone_of(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    """A customer's time zone; the company's when theirs is unknown or makes no sense."""
    try:
        return ZoneInfo(name) if name else otherwise
    except (KeyError, OSError, ValueError):
        return otherwise


def next_opening(kept: Sequence[Hours], at: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant from `at` on that is quiet by nobody's hours there; None: there is none."""
    for _round in range(ROUNDS):
        opens = [_opening(each, at, zone) for each in kept]
        if None in opens:
            return None
        latest = max(each for each in opens if each is not None)
        if latest == at:
            return at
        at = latest
    return None


def _opening(kept: Hours, at: datetime, zone: ZoneInfo) -> datetime | None:
    local = at.astimezone(zone)
    for ahead in range(9):
        day = (local + timedelta(days=ahead)).date()
        if str(day.weekday()) not in kept.days:
            continue
        for start, end in _open_hours(kept):
            opens = datetime.combine(day, start, zone)
            closes = datetime.combine(day, end, zone) if end != time.max else _midnight(day, zone)
            if local < closes:
                return max(opens, local).astimezone(at.tzinfo)
    return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _open_hours(kept: Hours) -> list[tuple[time, time]]:
    """The parts of a day that are not quiet. Quiet hours usually go past midnight."""
    quiet, opens = kept.quiet_from, kept.quiet_until
    if quiet == opens:
        return [(time(), time.max)]
    if quiet > opens:
        return [(opens, quiet)]
    return [part for part in ((time(), quiet), (opens, time.max)) if part[0] != part[1]]
