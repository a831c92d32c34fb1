"""What discreet customers complained of, told to those alone who may know what they bought."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from customers.models import Modifier
from customers.queries import modifiers
from feedback.models import Complaint
from relcrm.base import roles
from relcrm.base.models import User

SUBJECT = _("What it is about is kept discreet")
WORDS = ("text", "remedy_sought", "topic", "resolution")


def hush(complaint: Complaint) -> Complaint:
    """The row as it may be shown; not to be saved."""
    complaint.subject = str(SUBJECT)
    for name in WORDS:
        setattr(complaint, name, "")
    return complaint


def hushed(
    rows: Iterable[Complaint], user: User, *, sees_all: bool | None = None
) -> list[Complaint]:
    """Each as this person may read it; one query, none for who may know everything: by their role
    unless said otherwise."""
    found = list(rows)
    knows = roles.may(user, modifiers.RIGHT) if sees_all is None else sees_all
    hidden = modifiers.hidden({row.customer_id for row in found}, user, sees_all=knows)
    return [hush(row) if row.customer_id in hidden else row for row in found]


def hush_told(row: dict[str, Any]) -> None:
    """The same of a row for programs, where what is not told is null, and a topic empty."""
    row |= {"subject": None, "text": None, "remedy_sought": None, "resolution": None, "topic": ""}


def findable_words(user: User) -> Q:
    """Whose words somebody may look for: finding one would say what is in it."""
    if roles.may(user, modifiers.RIGHT):
        return Q()
    discreet = modifiers.having(Modifier.Kind.DISCREET, localdate())
    return ~Q(customer__in=discreet.values("customer_id"))
