"""Takes the judgements of those away who may not be judged."""

from django.db import transaction
from django.db.models import QuerySet

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
from relcrm.base import happenings


@transaction.atomic
def forget(customers: QuerySet[Customer]) -> None:
    """The judgement, how it came about, and what is still to be told of it."""
    ids = customers.order_by().values("pk")
    kept = (Profile, ProfileChange, Override, Snapshot, Gap, Forecast, Example)
    if sum(model.objects.filter(customer__in=ids).delete()[0] for model in kept):
        happenings.forget(ids, kind=news.CHANGED)


def forget_who_objects() -> None:
    forget(Customer.objects.unjudgeable())
