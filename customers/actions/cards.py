"""One customer leaves the house as a card."""

from datetime import datetime

from django.db import transaction

from customers.cards import vcard
from customers.models import Customer
from relcrm.base import audit
from relcrm.base.audit import Actor

TYPE = "text/vcard; charset=utf-8"


@transaction.atomic
def take_card(customer: Customer, *, by: Actor, now: datetime) -> str:
    """The vCard, on record as taken."""
    audit.record("customer.card_fetched", customer, by=by, at=now)
    return vcard(customer)
