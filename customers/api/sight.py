"""Rows about customers, cut down to those whom somebody may see; who is named in a body."""

from typing import Any, overload

from django.db.models import QuerySet

from customers.models import Customer, PointOfContact
from customers.queries import modifiers
from customers.segments import Reader
from relcrm.base import roles
from relcrm.base.authentication import SCOPE_CAPABILITIES
from relcrm.base.models import ApiKey, User
from relcrm.base.rest import Resource
from relcrm.lib.rest.errors import Contradiction


def of_visible_customers(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """The same rule as `Customer.visible_to`, as a join that a page by keyset stays quick with."""
    rows = rows.filter(customer__erased_at=None)
    if roles.may(user, "see_everyone"):
        return rows
    mine = PointOfContact.objects.filter(user=user).values("customer_id")
    return rows.filter(customer_id__in=mine)


def hushed(by: Resource, rows: list[dict[str, Any]]) -> frozenset[int]:
    """Customers of these rows who are discreet, where the caller is neither service nor their own
    contact: neither what they bought nor what was said may be told."""
    people, sees_all = {row["customer_id"] for row in rows}, by.sees(modifiers.SCOPE)
    return modifiers.hidden(people, by.request.user, sees_all=sees_all)


def reader_of(by: Resource) -> Reader:
    """What this caller may ask of segments: by scopes and role, and everybody by role alone."""
    known = {held for scope, held in SCOPE_CAPABILITIES.items() if by.sees(scope)}
    user = by.request.user
    known |= {"see_everyone"} if roles.may(user, "see_everyone") else set()
    return Reader(frozenset(known), None if isinstance(by.by, ApiKey) else user.pk)


def customer_named(by: Resource, number: int, name: str = "customer") -> Customer:
    """The customer whom a body names, under this name; who may not be seen is not known."""
    rows = Customer.objects.visible_to(by.request.user)
    if (customer := rows.filter(pk=number).first()) is None:
        raise Contradiction({name: "We know no such customer; use one of ours."})
    return customer


@overload
def colleague_named(number: int, name: str) -> User: ...
@overload
def colleague_named(number: int | None, name: str) -> User | None: ...
def colleague_named(number: int | None, name: str) -> User | None:
    """The colleague whom a body names, under this name; None where it says nobody."""
    if number is None:
        return None
    if (found := User.objects.filter(is_active=True, pk=number).first()) is None:
        raise Contradiction({name: "There is no such colleague."})
    return found
