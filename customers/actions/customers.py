"""Customers come in and change: one by one from a form or the API, or many by their numbers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from customers import identities, tombstones
from customers.actions.custom import read_values, write_values
from customers.engine.duplicates.names import Names, stand
from customers.models import Customer, Identity
from customers.touched import look_soon
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

Kind = Identity.Kind
SHARING = 100  # people behind one e-mail whose names are looked at
# With the same e-mail or phone such names are those of one person.
ONE_PERSON = (Names.UNKNOWN, Names.SAME, Names.ALIKE)
# What a form or the API may set.
EDITABLE = (
    "name", "email", "phone", "organisation", "birth_on", "birth_year", "age_band", "gender",
    "education", "occupation", "household_size", "city", "region", "country", "language", "zone",
    "interests", "preferences", "objects_to_profiling",
)  # fmt: skip


@transaction.atomic
def create_customer(
    *,
    by: Actor,
    now: datetime,
    numbers: Mapping[str, str] | None = None,
    custom: Mapping[str, Any] | None = None,
    is_another: bool = False,
    **facts: Any,
) -> Customer:
    """A new customer with `facts` (names in EDITABLE), `numbers` {source: number elsewhere} and
    `custom` {key: value} of the company's own fields.

    Refused when somebody is known by this e-mail or phone under this name, or one of the two has
    no name: it is the same person. A household may share both under several names. `is_another`
    says that it is somebody else all the same.
    """
    _check(facts)
    facts = _written(facts, facts.get("country", ""))
    numbers = {
        source: identities.normal(Kind.EXTERNAL, number)
        for source, number in (numbers or {}).items()
    }
    _refuse_taken(numbers)
    if not is_another:
        _refuse_twin(facts)
    customer = Customer.objects.create(touched_at=now, **facts)
    keep_identities(customer)
    for source, number in numbers.items():
        _take_number(customer, source, number)
    write_values(customer, read_values(custom or {}))
    audit.record("customer.created", customer, by=by, at=now)
    return customer


def _refuse_taken(numbers: Mapping[str, str]) -> None:
    for source, number in numbers.items():
        if not number:
            raise Refused(f"The number of {source or 'no source'} is empty.")
        if taken := known_customers(Kind.EXTERNAL, source, [number]):
            raise _taken(source, number, taken[number])
        _refuse_erased(Kind.EXTERNAL, source, number)


def _taken(source: str, number: str, customer_id: int) -> Refused:
    return Refused(
        f"The number “{number}” of {source or 'no source'} is taken: it is customer {customer_id}.",
        customer=customer_id,
    )


def _take_number(customer: Customer, source: str, number: str) -> None:
    """Somebody who comes at the same moment with the same number meets the unique constraint."""
    identity = Identity(customer=customer, kind=Kind.EXTERNAL, source=source, value=number)
    try:
        with transaction.atomic():
            identity.save(force_insert=True)
    except IntegrityError:
        known = known_customers(Kind.EXTERNAL, source, [number])
        raise _taken(source, number, known[number]) from None


def _refuse_twin(facts: Mapping[str, Any]) -> None:
    """Two callers at once come one after the other here, so that the second sees the first."""
    for kind, name in ((Kind.EMAIL, "email"), (Kind.PHONE, "phone")):
        if not (value := facts.get(name)):
            continue
        one_at_a_time(kind)
        sharing = Customer.objects.present().filter(
            identities__kind=kind, identities__source="", identities__value=value
        )
        for other in sharing.order_by("pk")[:SHARING]:
            if stand(other.name, facts.get("name", "")) in ONE_PERSON:
                raise Refused(
                    f"Customer {other.pk} is known by this {name} already. Change that one, or say "
                    "that this is another person who shares it.",
                    customer=other.pk,
                )


@transaction.atomic
def update_customer(
    customer: Customer,
    *,
    by: Actor,
    now: datetime,
    custom: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Customer:
    """Change these facts; says nothing and writes nothing when they are so already."""
    _check(facts)
    written = _written(facts, facts.get("country", customer.country))
    changed = {name: to for name, to in written.items() if getattr(customer, name) != to}
    own = write_values(customer, read_values(custom or {}))
    if not changed and not own:
        return customer
    for name, to in changed.items():
        setattr(customer, name, to)
    customer.touched_at = now
    customer.save(update_fields=[*changed, "touched_at", "changed_at"])
    look_soon()
    keep_identities(customer)
    audit.record("customer.changed", customer, by=by, at=now, fields=sorted([*changed, *own]))
    return customer


def _check(facts: Mapping[str, Any]) -> None:
    unknown = set(facts) - set(EDITABLE)
    if unknown:
        raise Refused(f"“{min(unknown)}” is not something a customer has.")


def _written(facts: Mapping[str, Any], country: str) -> dict[str, Any]:
    """With e-mail and phone in the spelling by which they are known; a phone without a country
    is where the customer is, else where the company is."""
    written = dict(facts)
    for name, kind in (("email", Kind.EMAIL), ("phone", Kind.PHONE)):
        if told := (written.get(name) or "").strip():
            written[name] = identities.normal(kind, told, country or None)
            if not written[name] or identities.is_cut(written[name]):
                raise Refused(f"“{told[:60]}” is no {name} that somebody can be reached by.")
    return written


def keep_identities(customer: Customer) -> None:
    """The e-mail and phone we write to are ways to recognise them; older ones stay so too."""
    for kind, value in ((Kind.EMAIL, customer.email), (Kind.PHONE, customer.phone)):
        if value:
            _refuse_erased(kind, "", value)
            Identity.objects.get_or_create(customer=customer, kind=kind, source="", value=value)


def _refuse_erased(kind: str, source: str, value: str) -> None:
    if tombstones.erased(kind, source, [value]):
        raise Refused(
            "Somebody with this e-mail, phone or number asked to be erased, and is not taken in "
            "again. If they have come back themselves, lift the erasure first."
        )


def known_customers(kind: str, source: str, values: Iterable[str]) -> dict[str, int]:
    """Normalised value → customer; of several who share an e-mail the one known longest."""
    rows = Identity.objects.filter(kind=kind, source=source, value__among=set(values))
    return dict(rows.order_by("-customer_id").values_list("value", "customer_id"))


@transaction.atomic
def resolve_customers(
    kind: str, source: str, values: Iterable[str], *, now: datetime, create: bool = True
) -> dict[str, int]:
    """Value as given → customer id, making customers for values nobody has yet.

    Who asked to be erased is not made again: their values are missing in the answer.

    Two callers at once never make twins: numbers meet at their unique constraint, e-mails and
    phones (which a household may share, so nothing in the database forbids a second) at a lock.
    """
    source = "" if kind in (Kind.EMAIL, Kind.PHONE) else source
    region = identities.home() if kind == Kind.PHONE else ""
    spelt = {value: identities.normal(kind, value, region) for value in set(values)}
    wanted = {normal for normal in spelt.values() if normal}
    if create and kind in (Kind.EMAIL, Kind.PHONE):
        one_at_a_time(kind)
    known = known_customers(kind, source, wanted)
    if create and len(known) < len(wanted):
        new = wanted - known.keys()
        known |= _introduce(kind, source, sorted(new - tombstones.erased(kind, source, new)), now)
    return {value: known[normal] for value, normal in spelt.items() if normal in known}


def one_at_a_time(kind: str) -> None:
    """Hold everybody else who makes customers by this kind of identity, or organisations, until
    our commit."""
    if connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"identity:{kind}"])


def _introduce(kind: str, source: str, values: list[str], now: datetime) -> dict[str, int]:
    """Identities first, with reserved ids (their key to the customer is checked at the commit):
    who wins the identity is then made a customer, so that a lost race leaves nobody behind."""
    ids = _reserved_ids(len(values))
    claims = [
        Identity(customer_id=pk, kind=kind, source=source, value=value)
        for pk, value in zip(ids, values, strict=True)
    ]
    Identity.objects.bulk_create(claims, ignore_conflicts=True, batch_size=5_000)
    holders = known_customers(kind, source, values)
    ours = set(ids)
    made = {value: pk for value, pk in holders.items() if pk in ours}
    _make_customers(kind, made, now)
    return holders


def _reserved_ids(count: int) -> list[int]:
    """Customer ids that nobody else will get."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) "
                "FROM generate_series(1, %s)",
                [count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = "
            "'customers_customer'), 0), coalesce((SELECT max(id) FROM customers_customer), 0))"
        )
        first = cursor.fetchone()[0] + 1
        return list(range(first, first + count))


def _make_customers(kind: str, made: dict[str, int], now: datetime) -> None:
    if not made:
        return
    facts: dict[str, bulk.Column] = {"id": list(made.values())}
    if kind == Kind.EMAIL:
        facts["email"] = ["" if identities.is_cut(value) else value for value in made]
    if kind == Kind.PHONE:
        facts["phone"] = list(made)
    bulk.add_rows(connection, Customer, facts | {"created_at": now, "changed_at": now}, len(made))
