"""What we do not ask of discreet and vulnerable people: gates that their modifiers close."""

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Max, QuerySet, Value
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from customers.contact.gates import Gate
from customers.models import Modifier, Purpose
from customers.queries.modifiers import having

NEVER = Value(None, output_field=DateTimeField())
WIN_BACK = "win_back"
# Topics of messages, as the company may call them; case, spaces and hyphens do not matter.
ASKING = frozenset({"referral", "referrals", "refer_a_friend", "review", "reviews"})
PRESSING = frozenset(
    {WIN_BACK, "winback", "scarcity", "last_chance", "countdown", "urgency", "flash_sale"}
)


def _closed(kind: str, now: datetime) -> QuerySet[Any]:
    rows = having(kind, localdate(now))
    return rows.values("customer_id").annotate(until=Max(NEVER))


def _to_discreet(now: datetime) -> QuerySet[Any]:
    return _closed(Modifier.Kind.DISCREET, now)


def _to_vulnerable(now: datetime) -> QuerySet[Any]:
    return _closed(Modifier.Kind.VULNERABLE, now)


DISCREET = Gate(
    "discreet", _("Discreet"),
    _("They are asked for no review, no referral and no opinion."), _to_discreet,
    purposes=(Purpose.SURVEY.value, Purpose.MARKETING.value), topics=ASKING,
)  # fmt: skip
VULNERABLE = Gate(
    "vulnerable", _("Vulnerable"),
    _("They are never pressed: no win-back, nothing that runs out, no last chance."),
    _to_vulnerable, purposes=(Purpose.MARKETING.value,), topics=PRESSING,
)  # fmt: skip
