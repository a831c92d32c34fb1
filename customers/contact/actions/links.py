"""The key that stands for a customer in the addresses of their own page."""

import secrets
from datetime import datetime

from customers.contact import links
from customers.models import ContactKey, Customer


def link_of(customer: Customer, *, message: int = 0, now: datetime) -> str:
    """The signed text of a link to their page; the key behind it is made when first needed."""
    key, _ = ContactKey.objects.get_or_create(
        customer=customer, defaults={"key": secrets.token_urlsafe(16)}
    )
    return links.token(key.key, message=message, now=now)
