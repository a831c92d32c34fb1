"""Finding customers by what one remembers of them: name, e-mail, number, phone or city."""

from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from customers import identities
from customers.models import Customer, Identity, Interaction
from relcrm.base import roles
from relcrm.base.models import User
from relcrm.lib.written import whole

WORDS = 5  # more words narrow nothing
LETTERS = 3  # the index knows words by three letters; shorter ones count at the beginning only
BY_NUMBER = 50
SOURCES = 50
FIELDS = ("name", "email", "city")
Kind = Identity.Kind


def matching(found: QuerySet[Customer], text: str, user: User) -> QuerySet[Customer]:
    """Those of `found` whom `text` may mean to this person."""
    return meant(found, text, sees_people=roles.may(user, "see_people"))


def meant(found: QuerySet[Customer], text: str, *, sees_people: bool) -> QuerySet[Customer]:
    """Those of `found` whom `text` may mean; who may not see people finds them by number only."""
    text = " ".join(text.replace("\x00", "").split())[:200]
    if not text:
        return found
    known = Q(pk__in=_by_number(text, sees_people=sees_people))
    return found.filter(known | _by_words(text) if sees_people else known)


def _by_number(text: str, *, sees_people: bool) -> list[int]:
    """Our own number, a number elsewhere, an e-mail or a phone, spelt as one remembers it."""
    kinds = [Kind.EXTERNAL, *((Kind.EMAIL, Kind.PHONE) if sees_people else ())]
    spelt = {kind: identities.normal(kind, text) for kind in kinds}
    known = [Q(kind=kind, value=value) for kind, value in spelt.items() if value]
    ids: set[int] = set()
    if known:
        meant = Identity.objects.filter(reduce(or_, known)).order_by()
        ids = set(meant.values_list("customer_id", flat=True)[:BY_NUMBER])
    number = whole(text.removeprefix("#"))
    return sorted(ids if number is None else ids | {number})


def _by_words(text: str) -> Q:
    """Every word is somewhere in the name, the e-mail or the city."""
    return reduce(and_, (_somewhere(word) for word in text.split()[:WORDS]))


def _somewhere(word: str) -> Q:
    how = "icontains" if len(word) >= LETTERS else "istartswith"
    return reduce(or_, (Q(**{f"{field}__{how}": word}) for field in FIELDS))


def sources() -> list[str]:
    """The systems that interactions came from, each found by one step in the index."""
    found: list[str] = []
    rows = Interaction.objects.order_by("source")
    while len(found) < SOURCES:
        after = rows.filter(source__gt=found[-1]) if found else rows
        if (source := after.values_list("source", flat=True).first()) is None:
            break
        found.append(source)
    return found
