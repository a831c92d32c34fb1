"""What each test of a promise looks at, and what it makes of one thing that happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Interaction
from customers.timeline import end_of, start_of
from feedback.models import Complaint, Promise

Row = dict[str, Any]
LONGEST_VALUE = 60  # of a figure as it is kept with the outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """The promise was kept or broken to this customer at this moment."""

    customer_id: int
    is_kept: bool
    occurred_at: datetime
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Judge:
    """One test: the rows it looks at, in which order, and its verdict on one of them."""

    rests_on: str  # the column of the outcome: "event" or "complaint"
    rows: Callable[[Promise, ZoneInfo], QuerySet[Any]]
    order: tuple[str, str]
    columns: tuple[str, ...]
    verdict: Callable[[Promise, Row], Verdict | None]


def _complaints(promise: Promise, zone: ZoneInfo) -> QuerySet[Complaint]:
    """Filed while the promise held."""
    rows = Complaint.objects.filter(filed_at__gte=start_of(promise.active_from, zone))
    if promise.active_until:
        rows = rows.filter(filed_at__lt=end_of(promise.active_until, zone))
    return rows.filter(_of_brand(promise, "interaction__"))


def _events(promise: Promise, zone: ZoneInfo) -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(kind=promise.kind, occurred_on__gte=promise.active_from)
    if promise.active_until:
        rows = rows.filter(occurred_on__lte=promise.active_until)
    return rows.filter(_of_brand(promise, ""))


def _of_brand(promise: Promise, way: str) -> Q:
    """What names no brand belongs to the default one."""
    if promise.brand is None:
        return Q()
    meant = Q(**{f"{way}brand": promise.brand})
    return meant | Q(**{f"{way}brand": None}) if promise.brand.is_default else meant


def _answered(promise: Promise, row: Row) -> Verdict:
    hours = promise.within_hours or 0
    expected = ngettext("%d hour", "%d hours", hours) % hours
    return _in_time(row, row["acknowledged_at"], timedelta(hours=hours), expected)


def _resolved(promise: Promise, row: Row) -> Verdict:
    days = promise.within_days or 0
    expected = ngettext("%d day", "%d days", days) % days
    return _in_time(row, row["resolved_at"], timedelta(days=days), expected)


def _in_time(row: Row, done_at: datetime | None, limit: timedelta, expected: str) -> Verdict:
    """Kept at the moment it was done; broken when the time was over."""
    over_at = row["filed_at"] + limit
    is_kept = done_at is not None and done_at <= over_at
    actual = took(done_at - row["filed_at"]) if done_at else _("not yet")
    at = done_at if is_kept else over_at
    return Verdict(row["customer_id"], is_kept, at, expected, actual)


def took(span: timedelta) -> str:
    """31 hours, 4 days: in the unit in which such things are promised."""
    hours = span / timedelta(hours=1)
    if hours < 48:
        return _("%s hours") % f"{hours:.1f}".removesuffix(".0")
    return _("%s days") % f"{hours / 24:.1f}".removesuffix(".0")


def _carried(promise: Promise, row: Row) -> Verdict | None:
    """None where the event does not carry the figure: it counts neither way."""
    found = (row["properties"] or {}).get(promise.property_key)
    is_kept = None if found is None else compared(found, promise.comparison, promise.expected)
    if is_kept is None:
        return None
    expected = f"{promise.get_comparison_display()} {promise.expected}"
    return Verdict(
        row["customer_id"], is_kept, row["occurred_at"], expected[:LONGEST_VALUE],
        plain(found)[:LONGEST_VALUE],
    )  # fmt: skip


def compared(found: Any, comparison: str, expected: str) -> bool | None:
    """Whether the comparison holds; None when the two cannot be compared."""
    figure, limit = number(found), number(expected)
    if comparison in (Promise.Comparison.AT_MOST, Promise.Comparison.AT_LEAST):
        if figure is None or limit is None:
            return None
        return figure <= limit if comparison == Promise.Comparison.AT_MOST else figure >= limit
    if isinstance(found, dict | list):
        return None
    same = plain(found).casefold() == expected.strip().casefold()
    if figure is not None and limit is not None:
        same = figure == limit
    return same if comparison == Promise.Comparison.IS else not same


def number(value: Any) -> Decimal | None:
    """3, 3.5 and "3.5" are numbers; true, "three" and infinity are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def plain(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value).strip()


_TIMES = ("id", "customer_id", "filed_at")
JUDGES: dict[str, Judge] = {
    Promise.Test.ANSWERED: Judge(
        "complaint", _complaints, ("filed_at", "id"), (*_TIMES, "acknowledged_at"), _answered
    ),
    Promise.Test.RESOLVED: Judge(
        "complaint", _complaints, ("filed_at", "id"), (*_TIMES, "resolved_at"), _resolved
    ),
    Promise.Test.PROPERTY: Judge(
        "event", _events, ("occurred_on", "id"),
        ("id", "customer_id", "occurred_at", "occurred_on", "properties"), _carried,
    ),
}  # fmt: skip
