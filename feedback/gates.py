"""What keeps messages back because of a complaint: any open one, a severe one for a week more."""

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Max, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from customers.contact.gates import Gate
from feedback.models import Complaint

NEVER = Value(None, output_field=DateTimeField())


def is_open(now: datetime) -> QuerySet[Any]:
    """Nobody can say until when."""
    found = Complaint.objects.open().order_by()
    return found.values("customer_id").annotate(until=Max(NEVER))


def settling(now: datetime) -> QuerySet[Any]:
    """Until seven days after the last severe one was resolved."""
    severe = Complaint.objects.filter(
        severity__gte=Complaint.Severity.MAJOR, resolved_at__gt=now - Complaint.SILENCE_AFTER
    ).order_by()
    ends = Max("resolved_at") + Complaint.SILENCE_AFTER
    return severe.values("customer_id").annotate(until=ends)


OPEN = Gate(
    "complaint", _("A complaint is open"),
    _("An open complaint silences marketing, however small it is."), is_open,
)  # fmt: skip
SETTLING = Gate(
    "settling", _("A serious complaint was settled this week"),
    _("Marketing stays silent for seven days after a serious complaint."), settling,
)  # fmt: skip
