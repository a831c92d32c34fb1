"""May we write? The verdict for each way we could, and what they said so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from customers.contact.queries import verdict
from customers.contact.queries.own_page import offered
from customers.contact.queries.standing import history
from customers.contact.queries.verdict import Verdict
from customers.models import Consent, Customer, Purpose, Reach


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
    lines: Iterable[Consent]


def card(customer: Customer, now: datetime, *, size: int = 20) -> Card:
    """A few queries for each way that is set up."""
    ways = list(offered(customer)) or [(Purpose.MARKETING.value, Reach.EMAIL.value)]
    rows = [
        Row(p, c, f"{Purpose(p).label}: {Reach(c).label}", _ask(customer, p, c, now))
        for p, c in ways
    ]
    return Card(customer, rows, history(customer)[:size])


def _ask(customer: Customer, purpose: str, channel: str, now: datetime) -> Verdict:
    return verdict.may_contact(customer, purpose=purpose, channel=channel, now=now)
