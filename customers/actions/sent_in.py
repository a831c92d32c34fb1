"""Interactions that another system sends in: each row finds its customer, then all are stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from customers import foreign, tombstones
from customers.actions.arrivals import note_arrivals
from customers.actions.customers import resolve_customers
from customers.actions.ingest import AHEAD, Ingested, record_interactions
from customers.events import Event
from customers.models import Customer, Identity
from customers.queries.merges import survivors
from relcrm.base import company
from relcrm.base.audit import Actor
from relcrm.base.models import Brand

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
Row = dict[str, Any]
Who = tuple[str, str, str]  # kind of identity (or "id"), source, value as sent


class BadRows(Exception):
    """Rows that cannot be stored: index → field → what is wrong and what would mend it."""

    def __init__(self, errors: dict[int, dict[str, str]]) -> None:
        super().__init__(f"{len(errors)} rows cannot be stored")
        self.errors = errors


@transaction.atomic
def record_sent_in(
    rows: Sequence[Row], *, create_customers: bool, by: Actor, now: datetime
) -> Ingested:
    """Store all rows or, when one is not right, none: then BadRows names each of them.

    A row names its customer by `customer` (our number), `email`, or `number` (in its `source`).
    """
    wanted = [_who(row) for row in rows]
    customers = _customers(wanted, create=create_customers, now=now)
    currency = company.current().currency
    brands = dict(Brand.objects.values_list("slug", "id"))
    errors = {
        at: wrong
        for at, (row, who) in enumerate(zip(rows, wanted, strict=True))
        if (wrong := _wrong(row, who, customers, brands, currency, now))
    }
    if errors:
        _name_the_erased(errors, wanted)
        raise BadRows(errors)
    rows = [foreign.converted(row, currency) for row in rows]
    events = [_event(row, customers[who], brands) for row, who in zip(rows, wanted, strict=True)]
    done = record_interactions(events, by=by, now=now)
    keys = [(row["source"], row["source_id"]) for row in rows]
    note_arrivals(zip(wanted, keys, strict=True), now=now)
    return done


def _who(row: Row) -> Who:
    if "customer" in row:
        return "id", "", str(row["customer"])
    if "email" in row:
        return Identity.Kind.EMAIL, "", row["email"]
    return Identity.Kind.EXTERNAL, row["source"], row["number"]


def _customers(wanted: list[Who], *, create: bool, now: datetime) -> dict[Who, int]:
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, source, value in wanted:
        values[kind, source].add(value)
    found: dict[Who, int] = {}
    for (kind, source), those in sorted(values.items()):
        if kind == "id":
            found |= {("id", "", str(pk)): to for pk, to in _present(map(int, those)).items()}
            continue
        ids = resolve_customers(kind, source, those, now=now, create=create)
        found |= {(kind, source, value): pk for value, pk in ids.items()}
    return found


def _present(numbers: Iterable[int]) -> dict[int, int]:
    """Number → customer; who was merged meanwhile is the one they became."""
    wanted = set(numbers)
    known = Customer.objects.present().filter(pk__in=wanted).values_list("pk", flat=True)
    found = {pk: pk for pk in known}
    return found | survivors(wanted - found.keys())


def _wrong(
    row: Row,
    who: Who,
    customers: dict[Who, int],
    brands: dict[str, int],
    currency: str,
    now: datetime,
) -> dict[str, str]:
    """Field → what is wrong with it, for the rules that need more than the row itself."""
    wrong = {}
    if who not in customers:
        field = {"id": "customer", "email": "email"}.get(who[0], "number")
        wrong[field] = (
            "We know no such customer. Send the customer first, or set create_customers."
            if field != "customer"
            else "We know no such customer. Name one of ours, or use email or number."
        )
    if row.get("brand") and row["brand"] not in brands:
        wrong["brand"] = f"There is no such brand. Known: {', '.join(sorted(brands)) or 'none'}."
    if wrong_rate := foreign.wrong(row, currency):
        wrong |= wrong_rate
    if not EARLIEST <= row["occurred_at"] <= now + AHEAD:
        wrong["occurred_at"] = "It lies before 1900 or in the future; check date and time zone."
    return wrong


def _name_the_erased(errors: dict[int, dict[str, str]], wanted: list[Who]) -> None:
    """Say of rows for nobody that they are for somebody who asked to be erased."""
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for at in errors:
        kind, source, value = wanted[at]
        values[kind, source].add(value)
    gone = {key: tombstones.erased(*key, those) for key, those in values.items()}
    for at, wrong in errors.items():
        kind, source, value = wanted[at]
        field = "email" if kind == Identity.Kind.EMAIL else "number"
        if field in wrong and value in gone[kind, source]:
            wrong[field] = f"It {tombstones.REASON}. {tombstones.REMEDY}"


def _event(row: Row, customer_id: int, brands: dict[str, int]) -> Event:
    facts = {name: value for name, value in row.items() if name not in WHOSE}
    brand_id = brands.get(facts.pop("brand", ""))
    return Event(customer_id=customer_id, brand_id=brand_id, **facts)


WHOSE = {"customer", "email", "number"}
