"""Organisations that somebody may see, by name, and their members."""

from django.db.models import QuerySet

from customers.models import Customer, Organisation
from customers.queries import search
from relcrm.base import roles
from relcrm.base.models import User

CANDIDATES = 10
MEMBERS = 100  # whose timelines are joined and who are named on the page


def organisations_visible_to(user: User) -> QuerySet[Organisation]:
    """All of them; experts see those to which one of their customers belongs."""
    if not roles.may(user, "see_people"):
        return Organisation.objects.none()  # a household's name is its members' name
    if roles.may(user, "see_everyone"):
        return Organisation.objects.all()
    theirs = Customer.objects.visible_to(user).exclude(organisation=None)
    return Organisation.objects.filter(pk__in=theirs.values("organisation"))


def matching(found: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Every word is somewhere in the name, or the whole is the domain."""
    for word in text.replace("\x00", "").split()[:5]:
        found = found.filter(name__icontains=word) | found.filter(domain__iexact=word)
    return found


def candidates(organisation: Organisation, user: User, text: str) -> list[Customer]:
    """Who may be meant as another member: by name, e-mail, number or city; at most ten."""
    if not text:
        return []
    others = Customer.objects.visible_to(user).exclude(organisation=organisation)
    found = search.matching(others, text, user).select_related("organisation")
    return list(found.order_by("name", "pk")[:CANDIDATES])


def members(organisation: Organisation, user: User) -> list[Customer]:
    """Those whom this person may see, who were seen last first; at most a hundred."""
    rows = Customer.objects.visible_to(user).filter(organisation=organisation)
    return list(rows.order_by("-last_seen_on", "-pk")[:MEMBERS])
