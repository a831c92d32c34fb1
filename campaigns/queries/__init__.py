"""Who is in an audience, who is left out and why, and the audiences kept."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from django.db import connection

from campaigns.criteria import Criteria, is_open
from campaigns.models import Audience
from campaigns.queries.selection import IN, LOWEST, judged
from campaigns.reasons import REASONS, Reason
from customers.models import Customer
from customers.queries import segments
from relcrm.base.models import Company
from relcrm.lib.charts import percent
from relcrm.lib.written import whole

PAGE = 50
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were chosen, how many may be addressed, how many are left out and why."""

    chosen: int
    addressed: int
    value: float  # expected of those who may be addressed, over the company's horizon
    left_out: list[tuple[Reason, int]]  # weightiest reason first; each person once

    @property
    def out(self) -> int:
        return self.chosen - self.addressed

    @property
    def share(self) -> float:
        return self.addressed / self.chosen if self.chosen else 0.0

    @property
    def width(self) -> str:
        return percent(self.share)


@dataclass(frozen=True, slots=True)
class Members:
    """One page of customers, and where the next one begins ("" when this is the last)."""

    customers: list[Customer]
    after: str = ""


def counts(criteria: Criteria, *, company: Company, now: datetime) -> Counts:
    """Everybody counted once, in one pass over each table."""
    sql, params = _judged(criteria, company, now)
    rows = _rows(
        f"{sql} SELECT reason, COUNT(*), SUM(CASE WHEN value > %s THEN value ELSE 0 END) "
        "FROM judged GROUP BY reason",
        (*params, LOWEST),
    )
    found = {place: (number, value) for place, number, value in rows}
    addressed, value = found.pop(IN, (0, 0.0))
    return Counts(
        chosen=addressed + sum(number for number, _ in found.values()),
        addressed=addressed,
        value=value or 0.0,
        left_out=[
            (reason, found[place][0])
            for place, reason in enumerate(REASONS.values())
            if place in found
        ],
    )


def is_withheld(criteria: Criteria, now: datetime) -> bool:
    """Whether they name a segment that asks what no campaign may know."""
    if criteria.segment is None:
        return False
    return segments.is_withheld_from(criteria.segment, segments.asked_for_campaigns(now).reader)


def audience(
    criteria: Criteria,
    *,
    company: Company,
    now: datetime,
    reason: str = "",
    after: str = "",
    size: int = PAGE,
) -> Members:
    """Who may be addressed, or who is left out for this reason; the most valuable first."""
    sql, params = _judged(criteria, company, now)
    beyond, place = _beyond(after)
    rows = _rows(
        f"{sql} SELECT customer, value FROM judged WHERE reason = %s{beyond} "
        "ORDER BY value DESC, customer DESC LIMIT %s",
        (*params, list(REASONS).index(reason) if reason else IN, *place, size + 1),
    )
    found = Customer.objects.select_related("profile").in_bulk([row[0] for row in rows[:size]])
    last = rows[size - 1] if len(rows) > size else None
    return Members(
        [found[row[0]] for row in rows[:size] if row[0] in found],
        f"{last[1]!r}~{last[0]}" if last else "",
    )


def addresses(
    criteria: Criteria, *, company: Company, now: datetime
) -> Iterator[tuple[int, str, str, str]]:
    """Number, name, e-mail and language of everyone who may be addressed, in small bites."""
    sql, params = _judged(criteria, company, now)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"{sql} SELECT c.id, c.name, c.email, c.language FROM judged "
            "JOIN customers_customer c ON c.id = judged.customer "
            "WHERE judged.reason = %s ORDER BY judged.value DESC, c.id DESC",
            (*params, IN),
        )
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def audiences(*, frank: bool) -> list[Audience]:
    """The audiences that were kept, by name; without those that pick what this reader may not."""
    return [
        one for one in Audience.objects.select_related("created_by")
        if is_open(one.criteria, frank=frank)
    ]  # fmt: skip


def countries(size: int = 60) -> list[str]:
    """The countries customers live in."""
    found = Customer.objects.exclude(country="").order_by("country")
    return list(found.values_list("country", flat=True).distinct()[:size])


def _judged(criteria: Criteria, company: Company, now: datetime) -> tuple[str, tuple[Any, ...]]:
    """Limits and complaints count as of now, whatever day the company is looked at."""
    return judged(criteria, now, company.tzinfo)


def _rows(sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _beyond(after: str) -> tuple[str, tuple[Any, ...]]:
    """The rows after one; an address that makes no sense starts from the top."""
    written, _, pk = after.partition("~")
    number = whole(pk)
    try:
        value = float(written)
    except ValueError:
        return "", ()
    if number is None or not isfinite(value):
        return "", ()
    return " AND (value < %s OR (value = %s AND customer < %s))", (value, value, number)
