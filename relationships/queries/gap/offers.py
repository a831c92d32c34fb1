"""Which relationships are offered where, and who buys there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from customers.models import Customer, Interaction, Kind, OrderLine
from customers.queries.modifiers import discreet
from relationships.engine.gap import Wish, offered, terms
from relationships.models import Offer
from relcrm.base.models import Brand

YEAR = timedelta(days=365)
MOST_LINES = 200  # more than a list to choose from has room for


def offers() -> QuerySet[Offer]:
    """That of the whole company first."""
    return Offer.objects.select_related("brand").order_by(
        F("brand__name").asc(nulls_first=True), "line"
    )


def wishes_of(offer: Offer) -> tuple[Wish, ...]:
    """Which of the nine wishes it meets."""
    return offered(offer.mix, offer.wishes, terms())


def asked_of(chosen: Offer | None, told: Sequence[Offer]) -> list[Offer]:
    """Where a brand or line was chosen what it offers counts, else what any of all told does."""
    return [*told] if chosen is None or chosen.is_of_all else [chosen]


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


@dataclass(frozen=True, slots=True)
class Lines:
    """Product lines to choose from, by name; `is_cut`: there are more of them."""

    names: list[str]
    is_cut: bool


def lines() -> Lines:
    """Those that are known, of orders or of their lines: the first of all by name."""
    found = {
        name
        for rows in _named()
        for name in rows.order_by("category")
        .values_list("category", flat=True)
        .distinct()[: MOST_LINES + 1]
    }
    return Lines(sorted(found)[:MOST_LINES], len(found) > MOST_LINES)


def is_line(name: str) -> bool:
    """Whether anything of this product line was ever bought."""
    return any(rows.filter(category=name).exists() for rows in _named())


def _named() -> tuple[QuerySet[Interaction], QuerySet[OrderLine]]:
    bought = Interaction.objects.filter(kind=Kind.PURCHASE)
    return bought.exclude(category=""), OrderLine.objects.exclude(category="")


def brands() -> list[Brand]:
    return list(Brand.objects.order_by("name"))
