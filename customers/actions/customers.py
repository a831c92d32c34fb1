"""Customers come in and change: one by one from a form or the API, or many by their numbers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from customers import identities, tombstones
from customers.models import Customer, Identity
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

Kind = Identity.Kind
LOOKUP = 500  # values in one IN (…)
# What a form or the API may set.
EDITABLE = (
    "name", "email", "phone", "organisation", "birth_on", "birth_year", "gender", "education",
    "occupation", "household_size", "city", "region", "country", "language", "zone",
    "interests", "preferences", "objects_to_profiling",
)  # fmt: skip


@transaction.atomic
def create_customer(
    *, by: Actor, now: datetime, numbers: Mapping[str, str] | None = None, **facts: Any
) -> Customer:
    """A new customer with `facts` (names in EDITABLE) and `numbers` {source: number elsewhere}."""
    _check(facts)
    numbers = {
        source: identities.normal(Kind.EXTERNAL, number)
        for source, number in (numbers or {}).items()
    }
    for source, number in numbers.items():
        if not number or number in known_customers(Kind.EXTERNAL, source, [number]):
            raise Refused(f"The number “{number}” of {source or 'no source'} is taken or empty.")
        _refuse_erased(Kind.EXTERNAL, source, number)
    customer = Customer.objects.create(touched_at=now, **_written(facts))
    _keep_identities(customer)
    for source, number in numbers.items():
        Identity.objects.create(customer=customer, kind=Kind.EXTERNAL, source=source, value=number)
    audit.record("customer.created", customer, by=by, at=now)
    return customer


@transaction.atomic
def update_customer(customer: Customer, *, by: Actor, now: datetime, **facts: Any) -> Customer:
    """Change these facts; says nothing and writes nothing when they are so already."""
    _check(facts)
    changed = {name: to for name, to in _written(facts).items() if getattr(customer, name) != to}
    if not changed:
        return customer
    for name, to in changed.items():
        setattr(customer, name, to)
    customer.touched_at = now
    customer.save(update_fields=[*changed, "touched_at", "changed_at"])
    _keep_identities(customer)
    audit.record("customer.changed", customer, by=by, at=now, fields=sorted(changed))
    return customer


def _check(facts: Mapping[str, Any]) -> None:
    unknown = set(facts) - set(EDITABLE)
    if unknown:
        raise Refused(f"“{min(unknown)}” is not something a customer has.")


def _written(facts: Mapping[str, Any]) -> dict[str, Any]:
    written = dict(facts)
    for name, kind in (("email", Kind.EMAIL), ("phone", Kind.PHONE)):
        if written.get(name):
            written[name] = identities.normal(kind, written[name])
    return written


def _keep_identities(customer: Customer) -> None:
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
    wanted = sorted(set(values))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), LOOKUP):
        rows = Identity.objects.filter(
            kind=kind, source=source, value__in=wanted[start : start + LOOKUP]
        )
        for value, customer_id in rows.order_by("-customer_id").values_list("value", "customer_id"):
            found[value] = customer_id
    return found


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
    spelt = {value: identities.normal(kind, value) for value in set(values)}
    wanted = {normal for normal in spelt.values() if normal}
    if create and kind in (Kind.EMAIL, Kind.PHONE):
        _one_at_a_time(kind)
    known = known_customers(kind, source, wanted)
    if create and len(known) < len(wanted):
        new = wanted - known.keys()
        known |= _introduce(kind, source, sorted(new - tombstones.erased(kind, source, new)), now)
    return {value: known[normal] for value, normal in spelt.items() if normal in known}


def _one_at_a_time(kind: str) -> None:
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
        facts["email"] = list(made)
    if kind == Kind.PHONE:
        facts["phone"] = list(made)
    bulk.add_rows(connection, Customer, facts | {"created_at": now, "changed_at": now}, len(made))
