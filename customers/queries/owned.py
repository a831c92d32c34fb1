"""What one customer has and when they will probably choose again, in words."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Customer, OwnedProduct, Product

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Having:
    """A product they have, since when, and when its life is over."""

    row: OwnedProduct
    since: str
    again: str
    is_due: bool


def having(customer: Customer, as_of: date) -> list[Having]:
    """The next choice first; what is gone is left out. One query."""
    rows = customer.owned.held().filter(since_on__lte=as_of).select_related("product")
    found = sorted(rows[:200], key=lambda row: (row.next_choice_on or date.max, row.pk))
    return [_having(row, as_of) for row in found[:SHOWN]]


def _having(row: OwnedProduct, as_of: date) -> Having:
    again = row.next_choice_on
    return Having(
        row=row,
        since=f"{row.since_on:%B %Y}",
        again=choice_words(again, as_of) if again else "",
        is_due=again is not None and again <= as_of,
    )


def choice_words(again: date, as_of: date) -> str:
    """A life in the catalogue is a rule of thumb, so no day is named."""
    if again.replace(day=1) < as_of.replace(day=1):
        return _("its usual life ended in %s") % f"{again:%B %Y}"
    return _("chooses again probably in %s") % f"{again:%B %Y}"


def product_called(text: str) -> Product | None:
    """By its number or its whole name."""
    text = text.replace("\x00", "").strip()[:200]
    found = Product.objects.filter(Q(sku=text) | Q(name__iexact=text)) if text else ()
    return next(iter(found), None)


def lasting_products() -> list[Product]:
    """What can be offered when somebody says what they have."""
    known = Product.objects.filter(expected_life_weeks__isnull=False)
    return list(known.only("sku", "name").order_by("name")[:300])
