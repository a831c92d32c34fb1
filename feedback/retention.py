"""How complaints are forgotten by age: settled ones, with their line on the timeline."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.actions.retention import AT_ONCE, forget_interactions
from customers.retention import Shelf
from feedback.models import Complaint


def settled(before: datetime) -> QuerySet[Complaint]:
    return Complaint.objects.filter(resolved_at__lt=before)


def count(before: datetime) -> int:
    return settled(before).count()


def clear(before: datetime, now: datetime) -> int:
    found = settled(before).order_by("pk").values_list("pk", "interaction_id")[:AT_ONCE]
    rows = list(found)
    Complaint.objects.filter(pk__in=[pk for pk, _told in rows]).delete()
    forget_interactions([told for _pk, told in rows if told], now=now)
    return len(rows)


SHELF = Shelf("complaint", _("Settled complaints"), count, clear)
