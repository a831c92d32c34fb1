"""Promises as fields that segments may ask about.

How often, and in which days, is asked as a behaviour: outcomes are interactions of the kinds
promise_kept and promise_broken whose category is the promise's key.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.segments import Field, Kind, Moment, Reader
from feedback.models import Outcome, Promise
from feedback.segment_fields import TOLD


def fields() -> list[Field]:
    """Outcomes through the end of the day we look."""
    return [
        Field(key="let_down_by", label=_("Promise that let them down"), kind=Kind.CHOICE,
              group=TOLD, rows=_broken, path="promise__key", choices=_promises,
              needs="see_promises"),
        Field(key="let_down_on", label=_("Day on which a promise to them was broken"),
              kind=Kind.DATE, group=TOLD, rows=_broken, path="occurred_on", needs="see_promises"),
        Field(key="kept_promise", label=_("Promise that was kept to them"), kind=Kind.CHOICE,
              group=TOLD, rows=_kept, path="promise__key", choices=_promises,
              needs="see_promises"),
    ]  # fmt: skip


def _outcomes(moment: Moment) -> QuerySet[Outcome]:
    return Outcome.objects.filter(occurred_on__lte=moment.as_of)


def _broken(moment: Moment) -> QuerySet[Outcome]:
    return _outcomes(moment).filter(is_kept=False)


def _kept(moment: Moment) -> QuerySet[Outcome]:
    return _outcomes(moment).filter(is_kept=True)


def _promises(reader: Reader) -> list[tuple[str, str]]:
    return list(Promise.objects.order_by("name").values_list("key", "name"))
