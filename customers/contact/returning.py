"""What a mail of ours is known by when something comes back: its number, signed."""

import re

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "relcrm.customers.contact.returning"
KEY = "relcrm"  # under which it travels in a provider's metadata
LENGTH = 16  # hexadecimal digits: 64 bits, and it has to fit into an address
WRITTEN = re.compile(rf"(\d{{1,18}})-([0-9a-f]{{{LENGTH}}})", re.IGNORECASE)


def token(number: int) -> str:
    return f"{number}-{_sign(str(number))}"


def number_in(text: str) -> int | None:
    """The number of the message that this text names, when it was us who wrote it there."""
    for found in WRITTEN.finditer(text):
        if constant_time_compare(found[2].lower(), _sign(found[1])):
            return int(found[1])
    return None


def envelope(bounces: str, number: int) -> str:
    """bounces@example.com → bounces+17-…@example.com (VERP): servers answer to that."""
    name, _, host = bounces.rpartition("@")
    return f"{name}+{token(number)}@{host}"


def _sign(number: str) -> str:
    return salted_hmac(SALT, number, algorithm="sha256").hexdigest()[:LENGTH]
