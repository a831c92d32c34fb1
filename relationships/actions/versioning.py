"""Fitted models as versions: they count up singly, and one of a kind is current."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from relationships.models import FittedModel
from relcrm.base import company as companies


@transaction.atomic
def new_version(kind: FittedModel.Kind, *, is_current: bool = True, **fields: Any) -> FittedModel:
    """A new version, the current one of its kind if it is to be; the old versions stay."""
    companies.held()  # versions count up singly, and one is current
    of_kind = FittedModel.objects.filter(kind=kind)
    if is_current:
        of_kind.filter(is_current=True).update(is_current=False)
    latest = of_kind.aggregate(latest=Max("version"))["latest"] or 0
    fields |= {"version": latest + 1, "is_current": is_current}
    return FittedModel.objects.create(kind=kind, **fields)
