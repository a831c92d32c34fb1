"""Which relationships are offered where, and who buys there."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from customers.models import Customer, Interaction, Kind, OrderLine
from customers.queries.modifiers import discreet
from relationships.models import Offer
from relcrm.base.models import Brand

YEAR = timedelta(days=365)
MOST_LINES = 200  # more than a list to choose from has room for


def offers() -> QuerySet[Offer]:
    """That of the whole company first."""
    return Offer.objects.select_related("brand").order_by("brand", "line")


def buyers(offer: Offer, as_of: date, *, sees_goods: bool = True) -> QuerySet[Customer]:
    """Who bought of the brand or product line within a year. `sees_goods`: whether the reader may
    know what discreet customers bought; a brand is no secret, a line is."""
    bought = Interaction.objects.filter(
        kind=Kind.PURCHASE, occurred_on__gt=as_of - YEAR, occurred_on__lte=as_of
    )
    if offer.brand_id:
        bought = bought.filter(brand=offer.brand_id)
    elif offer.line:
        bought = bought.filter(_of_line(offer.line))
    found = Customer.objects.filter(pk__in=bought.order_by().values("customer_id"))
    return found if sees_goods or not offer.line else found.exclude(discreet())


def _of_line(line: str) -> Q:
    """An order of several lines has none of its own: its lines say what it was of."""
    lines = OrderLine.objects.filter(category=line)
    own = Q(category=line)
    return own | Q(pk__in=lines.values("interaction_id")) if lines.exists() else own


def hides_some(offer: Offer, *, sees_goods: bool) -> bool:
    """Whether somebody among its buyers may be one of whom this reader must not learn it."""
    if sees_goods or not offer.line:
        return False
    return Customer.objects.filter(discreet()).exists()


def bought_of(offer: int, as_of: date, *, sees_goods: bool) -> QuerySet[Customer]:
    """The buyers of the offer with this number; nobody when there is none."""
    found = Offer.objects.filter(pk=offer).first()
    if found is None:
        return Customer.objects.none()
    return buyers(found, as_of, sees_goods=sees_goods)


def lines() -> list[str]:
    """Product lines that are known, of orders or of their lines, by name."""
    bought = Interaction.objects.filter(kind=Kind.PURCHASE)
    found = {
        name
        for rows in (bought, OrderLine.objects.all())
        for name in rows.exclude(category="").order_by("category")
        .values_list("category", flat=True).distinct()[:MOST_LINES]
    }  # fmt: skip
    return sorted(found)[:MOST_LINES]


def brands() -> list[Brand]:
    return list(Brand.objects.order_by("name"))
