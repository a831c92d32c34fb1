"""What to keep in mind of customers, and from whom it is hidden what discreet ones bought.

Service, those who guard privacy and admins see it, and the person's own points of contact; to
everybody else it is hidden (docs/decisions/discreet.md). Whatever names goods asks here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Modifier, PointOfContact
from relcrm.base import roles
from relcrm.base.models import User

RIGHT, SCOPE = "see_discreet", "discreet:read"
PROTECTIVE = frozenset({Modifier.Kind.DISCREET.value, Modifier.Kind.VULNERABLE.value})
HIDDEN = _("what it was is kept discreet")
# What each asks of us, in words for a page.
MEANS = {
    Modifier.Kind.DISCREET: _(
        "Service and their own contact alone see what they bought. Ask for no review and no "
        "referral, pack plainly, and do not greet them as somebody we know."
    ),
    Modifier.Kind.VULNERABLE: _("Never press: no win-back, nothing that runs out, no last chance."),
    Modifier.Kind.HOUSEHOLD: _("What they buy may be for others at home."),
    Modifier.Kind.GIFT_GIVER: _("What they buy says little about their own taste."),
    Modifier.Kind.NOSTALGIC: _("What was matters to them: change with care, tell the story."),
    Modifier.Kind.STAFF: _("Their purchases say little about customers."),
    Modifier.Kind.INFLUENCER: _("Many listen to them: answer soon and in person."),
    Modifier.Kind.PAYER: _("Somebody else uses it: write about bills here, about use there."),
}


def standing(customers: Iterable[int], on: date) -> dict[int, list[Modifier]]:
    """Customer → what holds on that day, the latest of each kind; one query."""
    rows = Modifier.objects.standing(on).filter(customer__in=list(customers))
    found: dict[int, dict[str, Modifier]] = {}
    for row in rows.select_related("set_by").order_by("id"):
        found.setdefault(row.customer_id, {})[row.kind] = row
    return {pk: list(of.values()) for pk, of in found.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """One of them as a page says it."""

    row: Modifier
    words: str
    means: str
    reason: str  # "" for who may not know it: it may say what a discreet person bought
    is_protective: bool
    hides_goods: bool = False  # from the reader


def kept(customer: Customer, user: User, on: date) -> list[Kept]:
    """What holds for one customer, what protects first; a query, or two of a discreet one."""
    rows = standing([customer.pk], on).get(customer.pk, []) if customer.is_marked else []
    is_discreet = any(row.kind == Modifier.Kind.DISCREET for row in rows)
    hides = is_discreet and hides_goods(customer, user, sees_all=roles.may(user, RIGHT))
    is_told = roles.may(user, "see_people") and not hides
    found = [
        Kept(row, row.get_kind_display(), str(MEANS[Modifier.Kind(row.kind)]),
             row.reason if is_told else "", row.kind in PROTECTIVE, hides)
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.is_protective, one.words))


def marked() -> Exists:
    """Of a customer, whether anything stands at all: asked along with the row, it spares who
    shows them the look at another table."""
    return Exists(Modifier.objects.filter(customer=OuterRef("pk"), ended_at=None))


def having(kind: str, on: date) -> QuerySet[Modifier]:
    return Modifier.objects.standing(on).filter(kind=kind).order_by()


def discreet() -> Q:
    """As a set of customers, which is small; whoever asks that may not see goods leaves it out."""
    return Q(pk__in=having(Modifier.Kind.DISCREET, localdate()).values("customer_id"))


def hidden_from(user: User) -> Q:
    """As a set of customers: those of whom this person, who has no right to it, may not know what
    they bought."""
    own = PointOfContact.objects.filter(user=user).values("customer_id")
    rows = having(Modifier.Kind.DISCREET, localdate()).exclude(customer__in=own)
    return Q(pk__in=rows.values("customer_id"))


def hidden(customers: Iterable[int], user: User, *, sees_all: bool) -> frozenset[int]:
    """Those of these customers of whom this person may not know what they bought; one query,
    none where the right shows everything."""
    if sees_all or not (asked := list(customers)):
        return frozenset()
    rows = having(Modifier.Kind.DISCREET, localdate()).filter(customer__in=asked)
    own = PointOfContact.objects.filter(user=user, customer=OuterRef("customer"))
    return frozenset(rows.filter(~Exists(own)).values_list("customer_id", flat=True))


def hides_goods(customer: Customer, user: User, *, sees_all: bool) -> bool:
    """The same of one customer, read with `is_marked`; no query of whom nothing stands."""
    return customer.is_marked and bool(hidden([customer.pk], user, sees_all=sees_all))


def may_loosen(customer: Customer, user: User, *, sees_all: bool) -> bool:
    """Whether this person may end what protects the customer, or have it end sooner."""
    return sees_all or customer.points_of_contact.filter(user=user).exists()
