"""The key that stands for a customer in the addresses of their own page."""

import secrets
from datetime import datetime

from customers.contact import links
from customers.models import ContactKey, Customer


def link_of(customer: Customer, *, message: int = 0, now: datetime) -> str:
    """The signed text of a link to their page; the key behind it is made when first needed."""
    return links.token(_key_of(customer), message=message, now=now)


def confirm_link_of(customer: Customer, channel: str, *, now: datetime) -> str:
    """The signed text of a link with which they confirm what they were asked on this channel."""
    return links.confirm_token(_key_of(customer), channel, now=now)


def _key_of(customer: Customer) -> str:
    found, _ = ContactKey.objects.get_or_create(
        customer=customer, defaults={"key": secrets.token_urlsafe(16)}
    )
    return found.key
