"""Rows about customers, cut down to the customers whom somebody may see."""

from typing import Any

from django.db.models import QuerySet

from customers.models import PointOfContact
from relcrm.base import roles
from relcrm.base.models import User


def of_visible_customers(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """The same rule as `Customer.visible_to`, as a join that a page by keyset stays quick with."""
    rows = rows.filter(customer__erased_at=None)
    if roles.may(user, "see_everyone"):
        return rows
    mine = PointOfContact.objects.filter(user=user).values("customer_id")
    return rows.filter(customer_id__in=mine)
