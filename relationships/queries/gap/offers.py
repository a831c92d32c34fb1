"""Which relationships are offered where, and who buys there."""

from datetime import date, timedelta

from django.db.models import QuerySet

from customers.models import Customer, Interaction, Kind
from relationships.models import Offer
from relcrm.base.models import Brand

YEAR = timedelta(days=365)


def offers() -> QuerySet[Offer]:
    """That of the whole company first."""
    return Offer.objects.select_related("brand").order_by("brand", "line")


def buyers(offer: Offer, as_of: date) -> QuerySet[Customer]:
    """Who bought of the brand or product line within a year."""
    bought = Interaction.objects.filter(
        kind=Kind.PURCHASE, occurred_on__gt=as_of - YEAR, occurred_on__lte=as_of
    )
    if offer.brand_id:
        bought = bought.filter(brand=offer.brand_id)
    elif offer.line:
        bought = bought.filter(category=offer.line)
    return Customer.objects.filter(pk__in=bought.order_by().values("customer_id"))


def lines() -> list[str]:
    """Product lines that are known, by name."""
    found = Interaction.objects.filter(kind=Kind.PURCHASE).exclude(category="")
    return sorted(found.order_by().values_list("category", flat=True).distinct()[:200])


def brands() -> list[Brand]:
    return list(Brand.objects.order_by("name"))
