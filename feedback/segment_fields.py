"""What customers told us, as fields that segments may ask about."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.segments import Field, Kind, Moment
from feedback.models import Complaint

TOLD = _("What they told us")


def fields() -> list[Field]:
    """Complaints as they stood at the end of the day we look."""
    return [
        Field(key="open_complaint", label=_("Has an open complaint"), kind=Kind.YES_NO,
              group=TOLD, rows=_open, needs="see_complaints"),
        Field(key="open_complaint_severity", label=_("Severity of an open complaint (1 to 4)"),
              kind=Kind.NUMBER, group=TOLD, rows=_open, path="severity", needs="see_complaints"),
        Field(key="complaint_topic", label=_("Topic of a complaint"), kind=Kind.TEXT,
              group=TOLD, rows=_filed, path="topic", needs="see_complaints", names_goods=True),
    ]  # fmt: skip


def _filed(moment: Moment) -> QuerySet[Complaint]:
    return Complaint.objects.filter(filed_at__lt=moment.until)


def _open(moment: Moment) -> QuerySet[Complaint]:
    return _filed(moment).filter(Q(resolved_at=None) | Q(resolved_at__gte=moment.until))
