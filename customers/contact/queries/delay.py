"""When waiting alone would help: the instant at which each rule lifts by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from customers.contact.queries.statement import MONTH_DAYS, WEEK_DAYS, Question
from customers.models import Interaction, Kind, Purpose


@dataclass(frozen=True, slots=True)
class Days:
    """On which one customer heard from us within 30 days, newest first: in all, and of the brand
    that asks."""

    all: list[date]
    brand: list[date]


@dataclass(frozen=True, slots=True)
class Heard:
    """The days of many, by customer."""

    days: dict[int, Days]

    def of(self, customer: int) -> Days:
        return self.days.get(customer) or Days([], [])


def heard(customers: Sequence[int], asked: Question) -> Heard:
    """Of these; one query, none for nobody."""
    if not customers:
        return Heard({})
    since = asked.today - timedelta(days=MONTH_DAYS)
    rows = Interaction.objects.filter(
        customer__in=customers, kind=Kind.MESSAGE_SENT, occurred_on__gt=since
    ).exclude(category=Purpose.SERVICE)
    found: dict[int, Days] = {}
    told = rows.order_by("-occurred_on").values_list("customer_id", "occurred_on", "brand_id")
    ours = asked.brand.pk if asked.brand else None
    for customer, day, brand in told:
        days = found.setdefault(customer, Days([], []))
        days.all.append(day)
        if brand is not None and brand == ours:
            days.brand.append(day)
    return Heard(found)


def is_full_of_brand(facts: Mapping[str, Any], asked: Question) -> bool:
    """Whether the brand's own limit says no, whatever the company's does."""
    limit = asked.brand_limit
    return limit is not None and int(facts.get("brand_week") or 0) >= limit


def lifts(key: str, facts: Mapping[str, Any], asked: Question, days: Days) -> datetime | None:
    """None: not by waiting."""
    if key == "paused":
        return instant(facts["paused_until"])
    if key == "week":
        return _week(facts, asked, days)
    if key == "own_pace":
        return _room(days.all, int(facts["pace"]), MONTH_DAYS, asked)
    return instant(facts.get(f"gate_{key}"))


def _week(facts: Mapping[str, Any], asked: Question, days: Days) -> datetime | None:
    """When both limits leave room again: the company's over everything, and the brand's own."""
    found = []
    if asked.brand_limit is not None and is_full_of_brand(facts, asked):
        found.append(_room(days.brand, asked.brand_limit, WEEK_DAYS, asked))
    week = asked.today - timedelta(days=WEEK_DAYS)
    if not found or sum(day > week for day in days.all) >= asked.policy.weekly_limit:
        found.append(_room(days.all, asked.policy.weekly_limit, WEEK_DAYS, asked))
    return max(found) if all(found) else None


def instant(value: Any) -> datetime | None:
    """As databases give it, and as customers' wishes keep it; None when it makes no sense."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _room(days: list[date], limit: int, window: int, asked: Question) -> datetime | None:
    """The start of the day on which the last of `limit` messages leaves the window."""
    if limit < 1:
        return None
    if len(days) < limit:  # full with messages that are leaving just now
        return asked.now + timedelta(days=window)
    return datetime.combine(days[limit - 1] + timedelta(days=window), time(), asked.zone)
