"""Complaints of one heading of the desk as a file that leaves the house."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.exporting import Asking, Exporter, register
from customers.queries import modifiers
from feedback import queries
from feedback.hushed import hushed
from feedback.models import Complaint, ComplaintQuerySet

# Texts of complaints say who people are, so they go with the names.
PLAIN = ("customer", "number", "state", "severity", "channel", "filed_at", "due_at",
         "resolved_at")  # fmt: skip
AT_ONCE = 500
PERSONAL = ("name", "subject", "text", "resolution")


def register_all() -> None:
    """Call from `AppConfig.ready`."""
    register(Exporter("complaints", _("Complaints"), "see_complaints", _columns, _rows,
                      _count, "complaints.exported"))  # fmt: skip


def _columns(asking: Asking) -> list[str]:
    return [*PLAIN, *(PERSONAL if asking.sees_people else ())]


def _found(asking: Asking) -> ComplaintQuerySet:
    show = asking.query.get("show", "open")
    return queries.shown(asking.user, show if show in queries.SHOWS else "open", asking.now)


def _rows(asking: Asking) -> Iterator[Sequence[Any]]:
    columns, sees_all = _columns(asking), asking.may(modifiers.RIGHT)
    found = _found(asking).order_by("pk").select_related("customer").iterator(2_000)
    while some := list(islice(found, AT_ONCE)):
        for complaint in hushed(some, asking.user, sees_all=sees_all):
            facts = _facts(complaint)
            yield [facts[name] for name in columns]


def _facts(complaint: Complaint) -> dict[str, Any]:
    facts = {
        name: getattr(complaint, name)
        for name in (*PLAIN, *PERSONAL)
        if name not in ("customer", "name", "state")
    }
    state = "resolved" if complaint.resolved_at else "open"
    return facts | {
        "customer": complaint.customer_id, "name": complaint.customer.label, "state": state,
    }  # fmt: skip


def _count(asking: Asking) -> int:
    return _found(asking).count()
