"""How well promises are kept: rates, months, who was let down and whether it was put right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from feedback.engine.rates import Rate
from feedback.models import Complaint, Outcome, Promise
from relcrm.base.company import Viewpoint
from relcrm.lib.rest.keyset import Order, day, whole
from relcrm.lib.windows import Part, Window, window

PERIOD = timedelta(days=91)  # 13 whole weeks, so that each weekday counts as often
MONTHS = 12
PAGE = 50
NEWEST = Order((("occurred_on", day), ("id", whole)), descending=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """One promise and how it was kept lately."""

    promise: Promise
    rate: Rate


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one promise."""

    begins_on: date
    rate: Rate


@dataclass(frozen=True, slots=True)
class LetDown:
    """How many people a promise let down lately, and for how many it was put right since."""

    people: int
    repaired: int


def promises() -> QuerySet[Promise]:
    """Those that hold first, then the retired ones, by name."""
    return Promise.objects.select_related("owner", "brand").order_by(
        F("retired_at").asc(nulls_first=True), "name", "id"
    )


def lately(as_of: date) -> QuerySet[Outcome]:
    """Outcomes of the last 13 weeks as the end of that day knew them."""
    return Outcome.objects.filter(occurred_on__lte=as_of, occurred_on__gt=as_of - PERIOD)


def rates(promises: Iterable[Promise], as_of: date) -> dict[int, Rate]:
    """How often each was kept in the last 13 weeks, in one query."""
    found = list(promises)
    kept = Count("id", filter=Q(is_kept=True))
    rows = lately(as_of).filter(promise__in=found).order_by().values("promise_id")
    counted = {
        row["promise_id"]: (row["kept"], row["n"])
        for row in rows.annotate(n=Count("id"), kept=kept)
    }
    return {
        each.pk: Rate(*counted.get(each.pk, (0, 0)), each.target_percent / 100) for each in found
    }


def standings(as_of: date) -> list[Standing]:
    """Every promise with its rate; two queries."""
    found = list(promises())
    known = rates(found, as_of)
    return [Standing(each, known[each.pk]) for each in found]


def months(promise: Promise, as_of: date) -> list[Month]:
    """The last twelve months, also those without an outcome; one query."""
    firsts = _firsts(as_of)
    rows = (
        Outcome.objects.filter(promise=promise, occurred_on__lte=as_of, occurred_on__gte=firsts[0])
        .order_by()
        .annotate(month=TruncMonth("occurred_on"))
        .values("month")
        .annotate(n=Count("id"), kept=Count("id", filter=Q(is_kept=True)))
    )
    counted = {row["month"]: (row["kept"], row["n"]) for row in rows}
    target = promise.target_percent / 100
    return [Month(first, Rate(*counted.get(first, (0, 0)), target)) for first in firsts]


def _firsts(as_of: date) -> list[date]:
    """The first days of the last twelve months, oldest first."""
    last = as_of.year * 12 + as_of.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(last - MONTHS + 1, last + 1)]


def let_down(
    promise: Promise, viewpoint: Viewpoint, until: datetime, *, after: str = "", before: str = ""
) -> Window[Outcome]:
    """To whom it was broken, the newest first, and what put it right since; one query a page."""
    broken = Outcome.objects.filter(
        promise=promise, is_kept=False, occurred_on__lte=viewpoint.as_of
    )
    rows = _with_repair(broken, viewpoint.as_of, until).select_related("customer")
    return window([Part(rows, NEWEST)], after=after, before=before, size=PAGE)


def let_down_lately(promise: Promise, as_of: date, until: datetime) -> LetDown:
    """People, each once: repaired when their last time was put right; one query."""
    broken = lately(as_of).filter(promise=promise, is_kept=False)
    later = Outcome.objects.filter(
        promise=OuterRef("promise"), customer=OuterRef("customer"), is_kept=False,
        occurred_on__lte=as_of,
    ).filter(_after())  # fmt: skip
    last = _with_repair(broken, as_of, until).filter(~Exists(later))
    repaired = Count("customer", distinct=True, filter=Q(kept_later=True) | Q(satisfied_later=True))
    found = last.aggregate(people=Count("customer", distinct=True), repaired=repaired)
    return LetDown(**found)


def _after() -> Q:
    same = Q(occurred_at=OuterRef("occurred_at"), pk__gt=OuterRef("pk"))
    return Q(occurred_at__gt=OuterRef("occurred_at")) | same


def _with_repair(rows: QuerySet[Outcome], as_of: date, until: datetime) -> QuerySet[Any]:
    """Kept to the same person on a later day, or a complaint of theirs resolved on one to their
    satisfaction. Days are the company's, whose zone `until` is in: a promise kept an hour after it
    was broken is the same case, told twice."""
    kept = Outcome.objects.filter(
        promise=OuterRef("promise"), customer=OuterRef("customer"), is_kept=True,
        occurred_on__lte=as_of, occurred_on__gt=OuterRef("occurred_on"),
    )  # fmt: skip
    resolved_on = TruncDate("resolved_at", tzinfo=until.tzinfo)
    satisfied = Complaint.objects.alias(resolved_on=resolved_on).filter(
        customer=OuterRef("customer"), is_satisfied=True, resolved_at__lt=until,
        resolved_on__gt=OuterRef("occurred_on"),
    )  # fmt: skip
    return rows.annotate(kept_later=Exists(kept), satisfied_later=Exists(satisfied))
