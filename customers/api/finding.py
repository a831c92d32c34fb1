"""Which customers a caller asks for: by name, number, tag, organisation, their own fields."""

from typing import Any

from django.db.models import Q
from rest_framework.exceptions import PermissionDenied, ValidationError

from customers import identities
from customers.custom import read
from customers.models import Identity, Tagging
from customers.queries import custom

LIMITS = {"custom_is": "", "custom_from": "gte", "custom_to": "lte"}


def wanted(asked: dict[str, Any], *, sees_people: bool) -> Q:
    """What customers must fulfil who are asked for in this way."""
    found = Q()
    if search := asked.get("search"):
        spelt = [identities.normal(kind, search) for kind in Identity.Kind.values]
        found &= Q(name__istartswith=search) | _known_by(value__in=spelt)
    if email := asked.get("email"):
        found &= _known_by(kind="email", value=identities.normal("email", email))
    if number := asked.get("number"):
        source = {"source": asked["source"]} if asked.get("source") else {}
        found &= _known_by(kind="external", value=identities.normal("external", number), **source)
    if asked.get("country"):
        found &= Q(country=asked["country"].upper())
    if asked.get("tag"):
        known = Tagging.objects.filter(tag__name__iexact=asked["tag"])
        found &= Q(pk__in=known.values("customer_id"))
    if asked.get("seen_from"):
        found &= Q(last_seen_on__gte=asked["seen_from"])
    if asked.get("seen_to"):
        found &= Q(last_seen_on__lte=asked["seen_to"])
    if asked.get("organisation"):
        if not sees_people:  # who belongs together is theirs to see
            raise PermissionDenied("Finding members needs the scope people:read.")
        found &= Q(organisation=asked["organisation"])
    return found & _own(asked, sees_people)


def _known_by(**identity: Any) -> Q:
    return Q(pk__in=Identity.objects.filter(**identity).values("customer_id"))


def _own(asked: dict[str, Any], sees_people: bool) -> Q:
    """By one of the company's own fields; the index of its type answers."""
    limits = {how: asked[name] for name, how in LIMITS.items() if asked.get(name)}
    if not (key := asked.get("custom")):
        if limits:
            raise ValidationError({"custom": ["Say which field this is about."]})
        return Q()
    field = next((each for each in custom.fields() if each.key == key), None)
    if field is None:
        raise ValidationError({"custom": ["There is no such field; GET /custom-fields has them."]})
    if field.is_veiled and not sees_people:
        raise PermissionDenied("This field needs the scope people:read.")
    try:
        told = {how: read(field, value) for how, value in limits.items()}
    except ValueError as problem:
        raise ValidationError({"custom": [str(problem)]}) from problem
    return Q(pk__in=custom.holders(field, told).values("customer_id"))
