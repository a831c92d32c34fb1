"""Which goods are sensitive, and who bought them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from customers.models import Interaction, Kind, OrderLine, OwnedProduct, Product, SensitiveCategory

GOODS = (
    Kind.PURCHASE, Kind.RETURN, Kind.REVIEW, Kind.SUBSCRIPTION_STARTED,
    Kind.SUBSCRIPTION_RENEWED, Kind.SUBSCRIPTION_CANCELLED,
)  # fmt: skip
"""Kinds whose category names goods; of others it is a topic."""


def names() -> list[str]:
    return list(SensitiveCategory.objects.values_list("name", flat=True))


def buyers(named: Collection[str], **whose: Any) -> set[int]:
    """Customers, among those whom `whose` means of a row of theirs, who bought, sent back, reviewed
    or have something of these categories."""
    if not named:
        return set()
    happened = Interaction.objects.filter(kind__in=GOODS, category__in=named, **whose)
    of_order = {f"interaction__{name}": value for name, value in whose.items()}
    in_lines = Q(category__in=named) | Q(product__category__in=named)
    lines = OrderLine.objects.filter(in_lines, **of_order)
    owned = OwnedProduct.objects.filter(product__category__in=named, **whose)
    found: set[int] = set()
    for rows, name in (
        (happened, "customer_id"), (lines, "interaction__customer_id"), (owned, "customer_id")
    ):  # fmt: skip
        found |= set(rows.order_by().values_list(name, flat=True).distinct())
    return found


def known_categories(most: int = 200) -> list[str]:
    """Of the catalogue, for whoever is about to name one."""
    rows = Product.objects.exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct()[:most])
