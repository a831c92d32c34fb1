"""What custom fields say: the fields there are, values of some customers, customers by value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from customers import custom
from customers.models import CustomField, CustomValue
from relcrm.base import roles
from relcrm.base.models import User

TYPED = ("text", "number", "day", "flag")  # columns of values


@dataclass(frozen=True, slots=True)
class Said:
    """One custom field and what it says of somebody, in words."""

    field: CustomField
    value: custom.Value

    @property
    def words(self) -> str:
        return custom.shown(self.field, self.value)


def fields(*, sees_people: bool = True) -> list[CustomField]:
    """Those in use, in their order; without personal ones for who may not see people."""
    found = CustomField.objects.filter(retired_at=None)
    return [field for field in found if sees_people or not field.is_veiled]


def fields_for(user: User) -> list[CustomField]:
    return fields(sees_people=roles.may(user, "see_people"))


def values(
    customers: Iterable[int], known: Iterable[CustomField]
) -> dict[int, dict[int, custom.Value]]:
    """Customer → field → value, for these fields; one query."""
    known = {field.pk: field for field in known}
    ids = list(customers)
    if not known or not ids:
        return {}
    found: dict[int, dict[int, custom.Value]] = {}
    rows = CustomValue.objects.filter(customer__in=ids, field__in=known)
    for customer, field, *typed in rows.values_list("customer_id", "field_id", *TYPED):
        value = next(each for each in typed if each is not None)  # exactly one is filled
        found.setdefault(customer, {})[field] = value
    return found


def said(customer: int, known: Iterable[CustomField]) -> list[Said]:
    """What is known of one customer, in the order of the fields."""
    known = list(known)
    told = values([customer], known).get(customer, {})
    return [Said(field, told[field.pk]) for field in known if field.pk in told]


def holders(field: CustomField, limits: Mapping[str, Any]) -> QuerySet[CustomValue]:
    """Values of a field within limits: {"": exact, "gte": least, "lte": most}; the index of its
    type answers from the field on."""
    column = field.column
    where = {f"{column}__{how}".removesuffix("__"): value for how, value in limits.items()}
    return CustomValue.objects.filter(**{"field": field, f"{column}__isnull": False} | where)
