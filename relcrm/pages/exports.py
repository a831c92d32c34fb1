"""The customer list and segments as files that leave the house."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.exporting import Asking, Exporter, register
from customers.models import Customer, Segment
from customers.queries import segments
from customers.queries.headcount import number
from customers.segments.fields import Reader
from customers.segments.naming import is_withheld
from relcrm.base import company
from relcrm.lib.refusals import Refused
from relcrm.pages import sheet
from relcrm.pages.queries import customers as queries
from relcrm.pages.wanted import Wanted, read

# A query: {"list": {filters as in the address}, "ids": [numbers] or nothing for all}.


def register_all() -> None:
    """Call from `AppConfig.ready`."""
    register(Exporter("customers", _("Customer list"), "see_customers", _columns, _listed,
                      _number_listed, "customers.exported", _criteria))  # fmt: skip
    register(Exporter("segment", _("Segment"), "see_customers", _columns, _members,
                      _number_of_members, "segment.exported"))  # fmt: skip


def _columns(asking: Asking) -> list[str]:
    return sheet.columns(sees_people=asking.sees_people)


def _wanted(asking: Asking) -> Wanted:
    given = {name: str(value) for name, value in (asking.query.get("list") or {}).items()}
    frank = asking.may("see_negative_types")
    return read(given, frank=frank, sees_people=asking.sees_people)


def _listed(asking: Asking) -> Iterator[Sequence[Any]]:
    people = queries.everyone(
        _wanted(asking), asking.user, asking.query.get("ids"), Reader(asking.capabilities)
    )
    return sheet.lines(people, _columns(asking), frank=asking.may("see_negative_types"))


def _number_listed(asking: Asking) -> int:
    people = queries.chosen(_wanted(asking), asking.user, Reader(asking.capabilities))
    ids = asking.query.get("ids")
    return (people if ids is None else people.filter(pk__in=ids)).count()


def _criteria(query: Mapping[str, Any]) -> dict[str, Any]:
    """What was searched for is personal; that something was, is not."""
    given = dict(query.get("list") or {})
    searched = {"searched": True} if given.pop("q", "") else {}
    return {name: value for name, value in given.items() if value} | searched


def _members(asking: Asking) -> Iterator[Sequence[Any]]:
    people = _in_segment(asking).order_by("pk").select_related("profile").iterator(2_000)
    return sheet.lines(people, _columns(asking), frank=asking.may("see_negative_types"))


def _number_of_members(asking: Asking) -> int:
    return number(_in_segment(asking))


def _in_segment(asking: Asking) -> QuerySet[Customer]:
    segment = Segment.objects.filter(pk=asking.query.get("segment")).first()
    if segment is None:
        raise Refused(_("There is no such segment any more."))
    ours, reader = company.current(), Reader(asking.capabilities)
    if is_withheld(segment, reader):
        raise Refused(_("This segment asks about what you may not see, or what is gone."))
    asked = segments.asked(asking.user, ours, company.viewpoint(ours, asking.now))
    return segments.members(segment, replace(asked, reader=reader))
