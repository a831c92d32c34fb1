"""Complaints by the company's calendar: each filed and resolved on a day, as events are dated."""

from datetime import date

from django.db import connection
from django.db.models import FloatField, QuerySet
from django.db.models.expressions import RawSQL

from feedback.models import Complaint
from relationships.queries.dialect import Dialect

TABLE = Complaint._meta.db_table


def complained(as_of: date) -> QuerySet[Complaint]:
    """Those filed by the end of that day, with `filed_day` and `resolved_day`, both days since
    1970-01-01; the day of resolution may be a later one."""
    rows = Complaint.objects.annotate(filed_day=_day("filed_at"), resolved_day=_day("resolved_at"))
    return rows.filter(filed_day__lte=(as_of - date(1970, 1, 1)).days)


def _day(moment: str) -> RawSQL:
    """Of a column of our own, so that nothing from outside stands in the statement."""
    spoken = Dialect(connection.vendor)
    days = spoken.days_between(spoken.day_of(f"{TABLE}.{moment}"), "'1970-01-01'")
    return RawSQL(spoken.number(days), [], FloatField())  # noqa: S611
