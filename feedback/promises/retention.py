"""How outcomes of promises are forgotten by age, with their lines on the timeline."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.actions.retention import AT_ONCE, forget_interactions
from customers.models import Interaction
from customers.retention import Shelf
from feedback.models import Outcome


def old(before: datetime) -> QuerySet[Outcome]:
    """The test does not find them again, although what they rest on may be kept longer."""
    return Outcome.objects.filter(occurred_at__lt=before)


def count(before: datetime) -> int:
    return old(before).count()


def clear(before: datetime, now: datetime) -> int:
    ids = list(old(before).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    Outcome.objects.filter(pk__in=ids).delete()
    told = Interaction.objects.filter(source=Outcome.SOURCE, source_id__in=map(str, ids))
    forget_interactions(list(told.values_list("pk", flat=True)), now=now)
    return len(ids)


SHELF = Shelf(
    "promise_outcome", _("Promises kept and broken"), count, clear,
    note=_("Kept-rates of those months go with them."),
)  # fmt: skip
