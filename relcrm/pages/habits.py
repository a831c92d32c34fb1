"""How somebody buys, read off their last purchases: what, when, for how much."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from customers.models import Customer
from relcrm.base.templatetags.words import money
from relcrm.pages.queries.habits import LOOKED_AT, Bought, last_bought

ENOUGH = 5  # purchases from which a habit is worth saying
SHARE = 0.4  # of the purchases that fall on one day, or into one part of the day
SPAN_HOURS = 4


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit: what it is about, and what it is."""

    about: str
    words: str


def habits(
    customer: Customer, until: datetime, zone: ZoneInfo, currency: str, *, names_goods: bool
) -> list[Habit]:
    """Only what stands out; nothing when there are too few purchases. `names_goods`: whether it
    may be said what they buy."""
    bought = last_bought(customer, until)
    if len(bought) < ENOUGH:
        return []
    own_zone = ZoneInfo(customer.zone) if customer.zone else zone
    times = [one.at.astimezone(own_zone) for one in bought]
    said = [
        (_("Usually buys"), _categories(bought) if names_goods else ""),
        (_("Mostly on"), _weekday(times)),
        (_("Mostly at"), _hours(times)),
        (_("Usual basket"), _basket(bought, currency)),
    ]
    found = [Habit(about, words) for about, words in said if words]
    n = len(bought)
    seen = _("their last %d purchases") if n == LOOKED_AT else _("%d purchases")
    return [*found, Habit(_("Read off"), seen % n)] if found else []


def _categories(bought: Iterable[Bought]) -> str:
    counts = Counter(category for one in bought for category in one.categories)
    return ", ".join(name for name, _n in counts.most_common(3))


def _weekday(times: list[datetime]) -> str:
    day, n = Counter(at.weekday() for at in times).most_common(1)[0]
    return str(WEEKDAYS[day]) if n >= SHARE * len(times) else ""


def _hours(times: list[datetime]) -> str:
    """The four hours in a row in which most purchases fall."""
    counts = Counter(at.hour for at in times)
    if len(counts) == 1 and 0 in counts:
        return ""  # days without an hour were brought as midnight

    def inside(first: int) -> int:
        return sum(counts[(first + hour) % 24] for hour in range(SPAN_HOURS))

    start = max(range(24), key=inside)
    if inside(start) < SHARE * len(times):
        return ""
    return _("%(start)d to %(end)d o'clock") % {"start": start, "end": (start + 4) % 24 or 24}


def _basket(bought: Iterable[Bought], currency: str) -> str:
    amounts: list[Any] = [one.amount for one in bought if one.amount is not None]
    return money(median(amounts), currency) if amounts else ""
