"""How values that recognise people are written: e-mail in lower case, the rest trimmed."""

import unicodedata
from collections.abc import Iterable

from customers.models import Identity

LONGEST = 254


def normal(kind: str, value: str) -> str:
    """The one spelling under which an identity is stored and looked up; "" when nothing is left."""
    value = unicodedata.normalize("NFKC", value).strip()
    if kind == Identity.Kind.EMAIL:
        return value.casefold()
    if kind == Identity.Kind.PHONE:
        return _phone(value)
    return value


def _phone(value: str) -> str:
    """+43 (0)660 123-45 → +4366012345; 0043… → +43…. Without a country it stays as it is."""
    digits = "".join(mark for mark in value.replace("(0)", "") if mark.isdigit())
    if value.startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def kind_of(values: Iterable[str]) -> str:
    """E-mail when most of these values look like one, else a number in another system."""
    seen = [value for value in values if value]
    with_at = sum("@" in value for value in seen)
    return Identity.Kind.EMAIL if with_at * 2 > len(seen) else Identity.Kind.EXTERNAL
