"""The last purchases of one customer, as far as habits need them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from customers.models import Customer, Kind, OrderLine

LOOKED_AT = 100  # purchases; older ones say little about what is usual now


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase: when, for how much, of which categories."""

    at: datetime
    amount: Decimal | None
    categories: frozenset[str]


def last_bought(customer: Customer, until: datetime) -> list[Bought]:
    """Two queries, however long the history is."""
    rows = customer.interactions.filter(kind=Kind.PURCHASE, occurred_at__lt=until)
    rows = rows.order_by("-occurred_at", "-pk")
    found = list(rows.values_list("pk", "occurred_at", "amount", "category")[:LOOKED_AT])
    lines = OrderLine.objects.filter(interaction__in=[row[0] for row in found])
    named: dict[int, set[str]] = {}
    for pk, own, of_product in lines.values_list("interaction", "category", "product__category"):
        named.setdefault(pk, set()).add(own or of_product or "")
    return [
        Bought(at, amount, frozenset((named.get(pk, set()) | {category}) - {""}))
        for pk, at, amount, category in found
    ]
