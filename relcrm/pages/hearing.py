"""How they like to hear from us: what they said, and what we observed, channel by channel."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Customer
from customers.models.interaction import Channel
from relcrm.lib import charts
from relcrm.pages import stated
from relcrm.pages.queries.profile import Heard

ENOUGH = 5  # messages or reactions from which a share or an hour is worth saying
WISHES = {"likes": "good", "never": "bad", "no": "bad"}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel: what is known of it, and the verdict beside it."""

    name: str
    why: str
    verdict: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The card: channels, the hours they read, the pace they asked for."""

    rows: list[ChannelRow]
    hours: tuple[charts.Column, ...]
    best_hours: str
    stated_hours: str
    wish: str

    @property
    def knows_anything(self) -> bool:
        return bool(self.rows or self.hours or self.wish or self.stated_hours)


def hearing(customer: Customer, heard: Heard) -> Hearing:
    told = stated.channels(customer.preferences)
    channels = [c for c in Channel.values if c in told or c in heard.sent or c in heard.left]
    reactions = sum(heard.hours)
    return Hearing(
        rows=[_row(channel, told.get(channel, ""), heard) for channel in channels],
        hours=charts.columns(heard.hours, height=40) if reactions >= ENOUGH else (),
        best_hours=best_hours(heard.hours) if reactions >= ENOUGH else "",
        stated_hours=_stated_hours(customer.preferences),
        wish=_wish(customer.preferences),
    )


def _row(channel: str, wish: str, heard: Heard) -> ChannelRow:
    name = str(Channel(channel).label)
    why = _observed(channel, heard)
    if channel in heard.left:
        return ChannelRow(name, why or _("Unsubscribed within a year"), _("never"), "bad")
    return ChannelRow(name, why or _("They told us"), wish, WISHES.get(wish, ""))


def _observed(channel: str, heard: Heard) -> str:
    sent = heard.sent.get(channel, 0)
    if not sent:
        return ""
    opened = min(heard.opened.get(channel, 0), sent)
    replied = min(heard.replied.get(channel, 0), sent)
    if sent < ENOUGH:
        return _("%d messages so far, too few to tell") % sent
    words = {"read": round(100 * opened / sent), "used": round(100 * replied / sent), "n": sent}
    return _("Of %(n)d in a year, reads %(read)d %% and answers %(used)d %%") % words


def best_hours(hours: list[int]) -> str:
    """The four hours in a row in which most reactions fall: "18 to 22"."""
    start = max(range(24), key=lambda first: sum(hours[(first + i) % 24] for i in range(4)))
    return _("%(start)d to %(end)d") % {"start": start, "end": (start + 4) % 24 or 24}


def _stated_hours(preferences: Any) -> str:
    span = stated.hours(preferences)
    words = {"start": span[0], "end": span[1]} if span else {}
    return _("They asked for %(start)d to %(end)d o'clock") % words if span else ""


def _wish(preferences: Any) -> str:
    """A stated pace, in words."""
    if not isinstance(preferences, dict):
        return ""
    pace = preferences.get("pace_per_month", preferences.get("pace"))
    if isinstance(pace, int | float):
        return _("Wishes at most %d messages a month") % pace
    return _("Wishes to hear from us: %s") % pace if isinstance(pace, str) and pace else ""
