"""Versions of the model of value: the one in use, those before it, those held back."""

from datetime import date

from django.db.models import QuerySet

from relationships.engine.value import ModelSet, UnknownModel
from relationships.engine.value.choice import Chosen
from relationships.models import FittedModel
from relcrm.base.models import Company

# Part of the forecast's length after which it is time to learn anew, and the most of it: a
# quarter (docs/decisions/refits.md).
PART, MOST_WEEKS = 0.25, 13
# So many more buyers than the model learned from make a new one worth its while.
GROWTH = 1.25


def versions() -> QuerySet[FittedModel]:
    """All of value, the newest by what they know first; their numbers and reports, which are long,
    are read only of a row that is asked for them."""
    found = FittedModel.objects.filter(kind=FittedModel.Kind.VALUE).defer("parameters", "report")
    return found.order_by("-data_through", "-version").select_related("asked_by")


def live_model() -> FittedModel | None:
    """The one in use."""
    return FittedModel.objects.filter(kind=FittedModel.Kind.VALUE, is_current=True).first()


def models_of(row: FittedModel | None) -> ModelSet | None:
    """Its numbers; None where there are none, or none that this version of relcrm can read."""
    try:
        return ModelSet.from_json(row.parameters) if row else None
    except (UnknownModel, KeyError, TypeError):
        return None


def one_before(live: FittedModel) -> FittedModel | None:
    """The one that was in use before it."""
    once = FittedModel.objects.filter(kind=live.kind, live_from__isnull=False)
    return once.exclude(pk=live.pk).order_by("-retired_at", "-version").first()


def held_back() -> FittedModel | None:
    """The newest that waits for somebody to decide, if it knows more than the one in use."""
    found = versions().held_back().order_by("-version").first()
    live = live_model()
    if found and live and live.live_from and found.held_at < live.live_from:
        return None
    return found


def is_time(live: FittedModel | None, company: Company, as_of: date, buyers: int) -> bool:
    """Whether to learn anew without being asked: after a quarter of the forecast's length, when
    there are a quarter more buyers; weekly while too little was known to test a forecast."""
    models = models_of(live)
    if live is None or models is None or not isinstance(models.outcome, Chosen):
        return True
    weeks = min(PART * company.horizon_weeks, MOST_WEEKS)
    last = versions().exclude(asked_because=FittedModel.Why.HISTORY).first() or live
    return (as_of - last.data_through).days >= 7 * weeks or buyers >= GROWTH * last.customers
