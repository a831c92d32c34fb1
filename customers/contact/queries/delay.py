"""When waiting alone would help: the instant at which each rule lifts by itself."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from customers.contact.queries.statement import MONTH_DAYS, WEEK_DAYS, Question
from customers.models import Interaction, Kind, Purpose


def sent_on(customers: Sequence[int], today: date) -> dict[int, list[date]]:
    """The days on which each of them heard from us within 30 days, newest first; one query."""
    rows = (
        Interaction.objects.filter(
            customer__in=customers,
            kind=Kind.MESSAGE_SENT,
            occurred_on__gt=today - timedelta(days=MONTH_DAYS),
        )
        .exclude(category=Purpose.SERVICE)
        .order_by("-occurred_on")
    )
    found: dict[int, list[date]] = {}
    for customer, day in rows.values_list("customer_id", "occurred_on"):
        found.setdefault(customer, []).append(day)
    return found


def lifts(key: str, facts: Mapping[str, Any], asked: Question, days: list[date]) -> datetime | None:
    """None: not by waiting."""
    if key == "paused":
        return instant(facts["paused_until"])
    if key == "week":
        return _room(days, asked.policy.weekly_limit, WEEK_DAYS, asked)
    if key == "own_pace":
        return _room(days, int(facts["pace"]), MONTH_DAYS, asked)
    return instant(facts.get(f"gate_{key}"))


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
