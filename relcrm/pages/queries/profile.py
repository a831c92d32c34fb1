"""What one customer's page reads beside the timeline: buying month by month, messages, contacts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, FloatField, Q, QuerySet, When
from django.db.models.functions import ExtractHour, TruncMonth

from customers.models import Customer, Kind
from customers.queries.modifiers import marked
from customers.timeline import end_of
from relcrm.base.models import User

MONTHS = 24
LOOKED_BACK = timedelta(days=365)
LATELY = timedelta(days=30)
ANSWERED = (Kind.MESSAGE_OPENED, Kind.MESSAGE_CLICKED, Kind.MESSAGE_REPLIED)


def visible(user: User) -> QuerySet[Customer]:
    """Customers this person may look at, with their judgement at hand, and what is left of their
    sales after cost of goods."""
    found = Customer.objects.visible_to(user)
    found = found.select_related("organisation", "profile", "profile__persona")
    left = 1 + F("forecast__goods") / F("forecast__sales")
    margin = Case(When(forecast__sales__gt=0, then=left), output_field=FloatField())
    return found.annotate(is_marked=marked(), own_margin=margin)


def months_bought(customer: Customer, as_of: date) -> list[tuple[date, int]]:
    """Purchases in each of the last 24 months, oldest first."""
    first = _months_before(as_of, MONTHS - 1)
    rows = (
        customer.interactions.through(as_of)
        .filter(kind=Kind.PURCHASE, occurred_on__gte=first)
        .annotate(month=TruncMonth("occurred_on"))
        .values("month")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found = {row["month"]: row["n"] for row in rows}
    months = [_months_before(as_of, back) for back in range(MONTHS - 1, -1, -1)]
    return [(month, found.get(month, 0)) for month in months]


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Heard:
    """Messages by channel in the last year: how many we sent, how many were answered in any way."""

    sent: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    replied: dict[str, int] = field(default_factory=dict)
    hours: list[int] = field(default_factory=lambda: [0] * 24)
    sent_lately: int = 0  # in the last 30 days
    left: frozenset[str] = frozenset()  # channels unsubscribed from


def heard(customer: Customer, as_of: date, zone: ZoneInfo) -> Heard:
    """One small query over one year of one customer; hours are those of their own day."""
    until = end_of(as_of, zone)
    year = customer.interactions.filter(occurred_at__lt=until, occurred_at__gte=until - LOOKED_BACK)
    rows = list(
        year.filter(kind__in=[Kind.MESSAGE_SENT, *ANSWERED, Kind.UNSUBSCRIBED])
        .annotate(hour=_hour(customer, zone))
        .values("kind", "channel", "hour")
        .annotate(n=Count("pk"), lately=Count("pk", filter=Q(occurred_at__gte=until - LATELY)))
        .order_by()
    )
    return Heard(
        sent=_by_channel(rows, [Kind.MESSAGE_SENT]),
        opened=_by_channel(rows, [Kind.MESSAGE_OPENED]),
        replied=_by_channel(rows, [Kind.MESSAGE_CLICKED, Kind.MESSAGE_REPLIED]),
        hours=_by_hour(rows),
        sent_lately=sum(row["lately"] for row in rows if row["kind"] == Kind.MESSAGE_SENT),
        left=frozenset(row["channel"] for row in rows if row["kind"] == Kind.UNSUBSCRIBED),
    )


def _hour(customer: Customer, zone: ZoneInfo) -> ExtractHour:
    return ExtractHour("occurred_at", tzinfo=ZoneInfo(customer.zone) if customer.zone else zone)


def _by_channel(counts: Iterable[dict], kinds: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in counts:
        if row["kind"] in kinds:
            found[row["channel"]] = found.get(row["channel"], 0) + row["n"]
    return found


def _by_hour(rows: Iterable[dict]) -> list[int]:
    """At what hours they open and answer."""
    hours = [0] * 24
    for row in rows:
        if row["kind"] in ANSWERED:
            hours[row["hour"]] += row["n"]
    return hours
