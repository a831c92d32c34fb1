"""May we write? The verdict for each way we could, and what they said so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from customers.contact.queries import verdict
from customers.contact.queries.own_page import offers
from customers.contact.queries.standing import history
from customers.contact.queries.verdict import Verdict
from customers.models import Consent, Customer, Purpose, Reach
from relcrm.base.models import Brand
from relcrm.lib.rest.keyset import Order, instant, whole
from relcrm.lib.windows import Part, Window, window


@dataclass(frozen=True, slots=True)
class Row:
    """One purpose on one channel: what it is called, and whether we may."""

    purpose: str
    channel: str
    label: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the card shows."""

    customer: Customer
    rows: list[Row]
    page: "Window[Consent] | None" = None  # of the ledger


NEWEST = Order((("at", instant), ("id", whole)), descending=True)


def card(customer: Customer, now: datetime) -> Card:
    """A few queries for each way that is set up."""
    ways = offers(customer)
    if not ways:
        p, c = Purpose.MARKETING, Reach.EMAIL
        ways = {(p.value, c.value, None): f"{p.label}: {c.label}"}
    named = Brand.objects.in_bulk([brand for _purpose, _channel, brand in ways if brand])
    return Card(
        customer,
        [
            Row(p, c, label, _ask(customer, p, c, now, named.get(brand or 0)))
            for (p, c, brand), label in ways.items()
        ],
    )


def with_ledger(shown: Card, asked: Mapping[str, str], *, size: int = 20) -> Card:
    """The same with a page of the ledger, the newest first; `asked` names which."""
    part = Part(history(shown.customer).order_by(), NEWEST)
    after, before = asked.get("after", ""), asked.get("before", "")
    return replace(shown, page=window([part], after=after, before=before, size=size))


def _ask(
    customer: Customer, purpose: str, channel: str, now: datetime, brand: Brand | None
) -> Verdict:
    return verdict.may_contact(customer, purpose=purpose, channel=channel, brand=brand, now=now)
