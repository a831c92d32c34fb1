"""An audience as a file that leaves the house: whom to write to, and in which language."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.criteria import Criteria, read
from customers.exporting import Asking, Exporter, register
from relcrm.base import company

COLUMNS = ("customer", "name", "email", "language")
PLAIN = ("customer", "language")  # without names and contact data


def register_all() -> None:
    """Call from `AppConfig.ready`."""
    register(Exporter("audience", _("Audience"), "target", _columns, _rows, _count,
                      "audience.exported", _criteria))  # fmt: skip


def _columns(asking: Asking) -> list[str]:
    return list(COLUMNS if asking.sees_people else PLAIN)


def _read(asking: Asking) -> Criteria:
    frank = asking.may("see_negative_types")
    return read(asking.query.get("criteria") or {}, frank=frank)


def _rows(asking: Asking) -> Iterator[Sequence[Any]]:
    at = [COLUMNS.index(name) for name in _columns(asking)]
    found = queries.addresses(_read(asking), company=company.current(), now=asking.now)
    return ([row[each] for each in at] for row in found)


def _count(asking: Asking) -> int:
    return queries.counts(_read(asking), company=company.current(), now=asking.now).addressed


def _criteria(query: Mapping[str, Any]) -> Mapping[str, Any]:
    return query.get("criteria") or {}
