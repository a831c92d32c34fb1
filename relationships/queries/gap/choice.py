"""Of whom the gaps are added up: everybody, who bought of something, a segment, or both at once."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from customers.models import Customer
from relationships.models import GapPicture, Offer
from relationships.queries.gap.offers import buyers, hides_some
from relationships.queries.gap.sums import Sums, sums

NOBODY: Sums = {"gaps": [], "wishes": [], "treated": [], "held": []}


def added(
    picture: GapPicture | None, offer: Offer | None, members: QuerySet[Customer] | None,
    as_of: date, *, sees_goods: bool,
) -> Sums:  # fmt: skip
    """Of everybody and of an offer alone as kept when everyone was scored; of `members` (those of
    a segment) now, and with an offer of those among them who bought of it."""
    if picture is None:
        return NOBODY
    is_of_all = offer is None or offer.is_of_all
    if members is None:
        found = picture.sums if is_of_all else _kept(picture, offer, sees_goods=sees_goods)
        if found is not None:
            return found
    people = Customer.objects.all() if members is None else members
    if offer is not None and not is_of_all:
        bought = buyers(offer, as_of, sees_goods=sees_goods).order_by()
        people = people.filter(pk__in=bought.values("pk"))
    return sums(people)


def _kept(picture: GapPicture, offer: Offer | None, *, sees_goods: bool) -> Any:
    """None: nothing is kept, or more than this reader may know."""
    if offer is None or hides_some(offer, sees_goods=sees_goods):
        return None
    return next((one["sums"] for one in picture.offers if one["offer"] == offer.pk), None)
