"""The company and the day it is looked at: read once per request or run, never ambient."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from relcrm.base.models import Company

FOLLOWERS: list[Callable[[Company], None]] = []


def follow(follower: Callable[[Company], None]) -> None:
    """Call from `AppConfig.ready`: told of the row whenever it was read, before anybody uses it."""
    FOLLOWERS.append(follower)


def current() -> Company:
    """The one company row; made with its defaults when first asked for."""
    return _followed(Company.objects.get_or_create(pk=1)[0])


def held() -> Company:
    """The row, locked until the transaction ends. Whoever decides what is in use for everybody
    takes it before anything else is read, so that such decisions are made one at a time."""
    Company.objects.get_or_create(pk=1)
    return _followed(Company.objects.select_for_update().get(pk=1))


def _followed(row: Company) -> Company:
    for follower in FOLLOWERS:
        follower(row)
    return row


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """The day through whose end the data count, and whether that is today."""

    as_of: date
    today: date

    @property
    def is_past(self) -> bool:
        return self.as_of != self.today


def viewpoint(company: Company, now: datetime, override: date | None = None) -> Viewpoint:
    """The as-of day: the command's own, else the company's, else today in the company's zone."""
    today = now.astimezone(ZoneInfo(company.zone)).date()
    return Viewpoint(override or company.as_of or today, today)
