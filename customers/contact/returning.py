"""What a mail of ours is known by when something comes back: its number and turn, signed."""

import re
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "relcrm.customers.contact.returning"
KEY = "relcrm"  # under which it travels in a provider's metadata
LENGTH = 16  # hexadecimal digits: 64 bits, and it has to fit into an address
NAME = re.compile(r"(\d{1,18})(?:\.(\d{1,5}))?", re.ASCII)
WRITTEN = re.compile(rf"({NAME.pattern})-([0-9a-f]{{{LENGTH}}})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Try:
    """Which message, and which time that a person had it sent (0: the first)."""

    number: int
    turn: int = 0

    def __str__(self) -> str:
        return f"{self.number}.{self.turn}" if self.turn else str(self.number)


def token(of: Try) -> str:
    return f"{of}-{_sign(str(of))}"


def try_in(text: str) -> Try | None:
    """The message that this text names, when it was us who wrote it there."""
    for found in WRITTEN.finditer(text):
        if constant_time_compare(found[4].lower(), _sign(found[1])):
            return Try(int(found[2]), int(found[3] or 0))
    return None


def try_named(text: str) -> Try | None:
    """ "17" or "17.1", as providers give back what we called it."""
    found = NAME.fullmatch(text)
    return Try(int(found[1]), int(found[2] or 0)) if found else None


def envelope(bounces: str, of: Try) -> str:
    """bounces@example.com → bounces+17-…@example.com (VERP): servers answer to that."""
    name, _, host = bounces.rpartition("@")
    return f"{name}+{token(of)}@{host}"


def _sign(number: str) -> str:
    return salted_hmac(SALT, number, algorithm="sha256").hexdigest()[:LENGTH]
