"""How a customer is told apart from another, in a template."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext_lazy

from customers.models import Customer
from customers.side_by_side import lines as told

register = template.Library()
# What people call the rows of tables whose own name is the machinery's: one, several.
CALLED = {
    "customers.customvalue": (gettext_lazy("own field"), gettext_lazy("own fields")),
    "customers.tagging": (gettext_lazy("tag"), gettext_lazy("tags")),
    "customers.formernote": (gettext_lazy("changed note"), gettext_lazy("changed notes")),
    "customers.identity": (gettext_lazy("way to know them"), gettext_lazy("ways to know them")),
    "customers.interaction": (gettext_lazy("event"), gettext_lazy("events")),
    "customers.ownedproduct": (gettext_lazy("thing they have"), gettext_lazy("things they have")),
    "customers.segmentmember": (gettext_lazy("list"), gettext_lazy("lists")),
}  # fmt: skip


# Rows that go along and mean nothing to who decides: what is worked out anew, and keys of ours.
UNSPOKEN = {
    "customers.arrival", "customers.contactkey", "customers.duplicate", "relationships.forecast",
    "relationships.gap",
    "relationships.month", "relationships.profile", "relationships.profilechange",
    "relationships.snapshot",
}  # fmt: skip


@register.filter
def spoken(rows: Iterable[tuple[type, int]]) -> list[tuple[type, int]]:
    """Tables with their numbers of rows, without the machinery's."""
    return [(model, n) for model, n in rows if model._meta.label_lower not in UNSPOKEN]


@register.filter
def lines(customer: Customer) -> list[str]:
    return told(customer)


@register.filter
def one_of(model: type) -> str:
    """The name of one row of a table."""
    called = CALLED.get(model._meta.label_lower)
    return str(called[0] if called else model._meta.verbose_name)


@register.filter
def many_of(model: type) -> str:
    called = CALLED.get(model._meta.label_lower)
    return str(called[1] if called else model._meta.verbose_name_plural)
