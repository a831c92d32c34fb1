"""What is kept only for so long: shelves of data that apps enter, each with a way to clear it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.models import Kind


@dataclass(frozen=True)
class Shelf:
    """One kind of data with an age. `clear` removes some of what is older and says how many;
    it is called until it removes none, each call in a transaction of its own."""

    key: str
    title: str | Promise
    count: Callable[[datetime], int]  # how many rows are from before this moment
    clear: Callable[[datetime, datetime], int]  # before, now
    note: str | Promise = ""
    least_months: int = 1


SHELVES: dict[str, Shelf] = {}
# What tells of a complaint or of a promise goes with it, from a shelf of feedback's.
NOT_BY_KIND = {Kind.COMPLAINT, Kind.PROMISE_KEPT, Kind.PROMISE_BROKEN}
PLURALS = {
    Kind.PURCHASE: _("Purchases"), Kind.RETURN: _("Returns"), Kind.VISIT: _("Visits"),
    Kind.MESSAGE_SENT: _("Messages sent"), Kind.MESSAGE_OPENED: _("Messages opened"),
    Kind.MESSAGE_CLICKED: _("Messages clicked"), Kind.MESSAGE_REPLIED: _("Messages answered"),
    Kind.SUPPORT: _("Requests for help"), Kind.REVIEW: _("Reviews"), Kind.MENTION: _("Mentions"),
    Kind.SUGGESTION: _("Suggestions"), Kind.REFERRAL: _("Referrals"), Kind.NOTE: _("Notes"),
    Kind.SURVEY_ANSWER: _("Survey answers"), Kind.UNSUBSCRIBED: _("Unsubscriptions"),
}  # fmt: skip


def register(shelf: Shelf) -> None:
    """Call from `AppConfig.ready`."""
    SHELVES[shelf.key] = shelf


def shelves() -> dict[str, Shelf]:
    """In the order in which apps entered them, facts first."""
    return SHELVES
