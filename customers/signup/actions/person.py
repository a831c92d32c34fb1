"""Who stands behind a confirmed address: somebody we know, or somebody new. Never a twin."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers import custom, tombstones
from customers.actions.customers import create_customer, one_at_a_time, update_customer
from customers.engine.duplicates.names import Names, stand, words
from customers.models import Customer, Identity
from customers.queries import custom as reads
from customers.signup.facts import OWN, spelt
from relcrm.lib.refusals import Refused

SHARING = 100  # people behind one address whose names are looked at
ONLY_WHEN_EMPTY = ("name", "phone", "language")


def find_or_make(email: str, told: dict[str, Any], language: str, *, now: datetime) -> Customer:
    """The one whose present address this is and whose name fits; else a new customer. Facts that
    are known stay as they are. Refuses whoever asked to be erased.

    Inside a transaction: two who confirm at once come one after the other.
    """
    one_at_a_time(Identity.Kind.EMAIL)
    facts = _facts(told, language)
    while (person := _known(email, told.get("name", ""))) is not None:
        if _is_held(person):
            return _complete(person, {"email": email} | facts, now)
    _refuse_erased(email)
    return create_customer(by=None, now=now, is_another=True, email=email, **facts)


def _is_held(person: Customer) -> bool:
    """Until our commit nobody erases or merges them. False when somebody has just done so."""
    held = Customer.objects.present().select_for_update(of=("self",)).filter(pk=person.pk)
    return held.first() is not None


def _refuse_erased(email: str) -> None:
    if tombstones.erased(Identity.Kind.EMAIL, "", [email]):
        words = _("The owner of this address asked us to forget it, so we keep nothing of it. If "
                  "that was you and you want to come back, please write to us.")  # fmt: skip
        raise Refused(words)


def _known(email: str, name: str) -> Customer | None:
    """Somebody who used this address once and has another now is not meant: the yes would be
    carried over to an address whose owner never said it."""
    by_identity = Identity.objects.filter(kind=Identity.Kind.EMAIL, source="", value=email)
    people = Customer.objects.present().filter(
        Q(pk__in=by_identity.values("customer_id"), email="") | Q(email=email)
    )
    ranked = [
        (rank, each.pk, each)
        for each in people.order_by("pk")[:SHARING]
        if (rank := _rank(each.name, name)) is not None
    ]
    return min(ranked)[2] if ranked else None


def _rank(ours: str, theirs: str) -> int | None:
    """How well two names on one address fit, 0 best; None for two people of a household.
    “Ada” beside “Ada Novak” is one person here, as forms often ask for the first name only."""
    how = stand(ours, theirs)
    if how in (Names.SAME, Names.ALIKE):
        return int(how)
    mine, yours = set(words(ours)), set(words(theirs))
    if how == Names.PART or (mine and yours and (mine <= yours or yours <= mine)):
        return int(Names.PART)
    return int(Names.DIFFERENT) if how == Names.UNKNOWN else None


def _facts(told: dict[str, Any], language: str) -> dict[str, Any]:
    """As customers are kept: own fields apart, without what cannot be kept any more."""
    plain = {name: value for name, value in told.items() if not name.startswith(OWN)}
    if (phone := plain.get("phone")) and tombstones.erased(Identity.Kind.PHONE, "", [phone]):
        del plain["phone"]
    if day := plain.get("birth_on"):
        plain["birth_on"] = date.fromisoformat(day)
    plain.setdefault("language", language)
    own = {name.removeprefix(OWN): value for name, value in told.items() if name.startswith(OWN)}
    return plain | {"custom": _fitting(own)}


def _fitting(own: dict[str, Any]) -> dict[str, Any]:
    """Fields may have been retired or changed since the form was filled in."""
    fields = {field.key: field for field in reads.fields()} if own else {}
    found = {}
    for key, value in own.items():
        try:
            found[key] = custom.as_json(custom.read(fields[key], value))
        except (KeyError, ValueError):
            continue
    return found


def _complete(person: Customer, facts: dict[str, Any], now: datetime) -> Customer:
    """Only what is empty is filled in; interests are added to."""
    new = {name: facts[name] for name in ("email", *ONLY_WHEN_EMPTY)
           if facts.get(name) and not getattr(person, name)}  # fmt: skip
    if facts.get("birth_on") and not (person.birth_on or person.birth_year):
        new["birth_on"] = facts["birth_on"]
    if more := facts.get("interests"):
        new["interests"] = spelt([*map(str, person.interests or []), *more])
    own = facts["custom"]
    have = reads.values([person.pk], reads.fields()).get(person.pk, {}) if own else {}
    keys = {field.key: field.pk for field in reads.fields()} if own else {}
    new_own = {key: value for key, value in own.items() if keys[key] not in have}
    return update_customer(person, by=None, now=now, custom=new_own, **new)
