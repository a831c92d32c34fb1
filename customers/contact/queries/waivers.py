"""House rules that are set aside just now, by two people and for a while."""

from datetime import datetime

from django.db.models import QuerySet

from customers.contact.rules import rules
from customers.models import Waiver


def in_force(purpose: str, now: datetime) -> frozenset[tuple[str, int | None]]:
    """(rule, customer) of approved waivers; customer None is everybody. Law is never among them."""
    known = rules()
    found = (
        Waiver.objects.filter(purpose=purpose, until__gt=now)
        .exclude(approved_by=None)
        .values_list("rule", "customer_id")
    )
    return frozenset((key, who) for key, who in found if key in known and known[key].is_house)


def waivers(now: datetime) -> QuerySet[Waiver]:
    """Those in force or waiting for approval, newest first."""
    return Waiver.objects.filter(until__gt=now).select_related(
        "asked_by", "approved_by", "customer"
    )
