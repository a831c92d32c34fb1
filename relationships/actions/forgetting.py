"""Takes the judgements of those away who may not be judged."""

from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from customers.models import Customer, Merge
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

OURS = f'"{Profile._meta.app_label}.'  # as the record of a merge names our tables
KEPT = (Profile, ProfileChange, Override, Snapshot, Gap, Forecast, Example)


@transaction.atomic
def forget(customers: QuerySet[Customer]) -> None:
    """The judgement, how it came about, what is still to be told of it, and what an undone merge
    would bring back."""
    ids = customers.order_by().values("pk")
    if sum(model.objects.filter(customer__in=ids).delete()[0] for model in KEPT):
        happenings.forget(ids, kind=news.CHANGED)
    _forget_put_aside(Merge.objects.filter(survivor__in=ids))


def _forget_put_aside(merges: QuerySet[Merge]) -> None:
    """Of two judgements a merge keeps one; the other stands in its record."""
    labels = {model._meta.label_lower for model in KEPT}
    with_any = merges.annotate(text=Cast("dropped", TextField())).filter(text__contains=OURS)
    for merge in with_any.select_for_update(of=("self",)):
        merge.dropped = [row for row in merge.dropped if row["model"] not in labels]
        merge.save(update_fields=["dropped"])


def forget_who_objects() -> None:
    forget(Customer.objects.unjudgeable())
