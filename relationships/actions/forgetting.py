"""Takes judgements away: of those who may not be judged, and hard names that are a year old."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from customers.models import Customer
from relationships import news
from relationships.models import (
    Example,
    Forecast,
    Gap,
    Override,
    Profile,
    ProfileChange,
    Snapshot,
)
from relationships.models.profile import EXPIRING
from relcrm.base import happenings

A_YEAR = timedelta(days=365)  # as long as the types themselves hold (types.json)


@transaction.atomic
def forget(customers: QuerySet[Customer]) -> None:
    """The judgement, how it came about, and what is still to be told of it."""
    ids = customers.order_by().values("pk")
    kept = (Profile, ProfileChange, Override, Snapshot, Gap, Forecast, Example)
    if sum(model.objects.filter(customer__in=ids).delete()[0] for model in kept):
        happenings.forget(ids, kind=news.CHANGED)


def forget_who_objects() -> None:
    forget(Customer.objects.unjudgeable())


@transaction.atomic
def expire_names(*, today: date) -> None:
    """What somebody was called in anger, or as a taker, is named in no history after a year: the
    family stays, the name goes. By the calendar, whatever day the company looks from."""
    old = Q(on__lt=today - A_YEAR)
    Snapshot.objects.filter(old, type__in=EXPIRING).update(type="")
    named = Q(type__in=EXPIRING) | Q(old_type__in=EXPIRING)
    ProfileChange.objects.filter(old, named).update(
        type=_unless_expired("type"), old_type=_unless_expired("old_type")
    )
    ended = Q(ended_at__date__lt=today - A_YEAR)
    Override.objects.filter(ended, type__in=EXPIRING).update(type="")


def _unless_expired(name: str) -> Case:
    return Case(When(**{f"{name}__in": EXPIRING}, then=Value("")), default=F(name))
