"""How values that recognise people are written: e-mail in lower case, phones as +43660…"""

import hashlib
import unicodedata
from collections.abc import Iterable

import phonenumbers

from customers.models import Identity
from relcrm.base import company

LONGEST = 254  # letters that the column holds
LONGEST_PHONE = 32  # digits; E.164 has 15 at most, house exchanges add some
CUT = "~"  # stands where a value was cut; its fingerprint follows
FINGERPRINT = 16  # hexadecimal digits: 64 bits


def normal(kind: str, value: str, region: str | None = None) -> str:
    """The one spelling under which an identity is stored and looked up; "" when nothing is left.

    `region` (ISO 3166 alpha-2) is where a phone without a country is meant to be; None: where the
    company is. The result fits its column: what is longer is cut and told apart by a fingerprint.
    """
    value = _plain(value)
    if kind == Identity.Kind.EMAIL:
        value = _email(value)
    elif kind == Identity.Kind.PHONE:
        value = _phone(value, region)
    return _fitting(value)


def home() -> str:
    """The country in which a phone without one is meant to be; "" until somebody says so."""
    return company.current().country


def is_cut(value: str) -> bool:
    """Whether a spelling only recognises the value and is not the value itself."""
    return len(value) == LONGEST and value[-FINGERPRINT - 1] == CUT


def _plain(value: str) -> str:
    """One form for each letter, without what cannot be seen."""
    if value.isascii() and value.isprintable():  # nearly all, and files bring millions
        return value.strip()
    value = unicodedata.normalize("NFKC", value)
    kept = (mark for mark in value if unicodedata.category(mark) not in ("Cf", "Cc"))
    return "".join(kept).strip()


def _email(value: str) -> str:
    """Lower case, not case folding: “weiß” and “weiss” are two mail boxes. A domain in its
    letters, whether it came in them or as xn--…"""
    value = value.lower().removeprefix("mailto:")
    name, at, domain = value.rpartition("@")
    if at and "xn--" in domain:
        domain = ".".join(_letters(label) for label in domain.split("."))
    return unicodedata.normalize("NFKC", f"{name}{at}{domain}".lower()).strip()


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _phone(value: str, region: str | None) -> str:
    """E.164 (+4366012345). What is no phone there stays as its digits, unless they are many."""
    value = value.lower().removeprefix("tel:").replace("(0)", "")
    digits = "".join(str(unicodedata.digit(mark)) for mark in value if mark.isdigit())
    if not digits or len(digits) > LONGEST_PHONE:
        return ""
    bare = f"+{digits}" if value.startswith("+") else digits
    abroad = f"+{digits[2:]}" if digits.startswith("00") else ""
    tries = (_known(each, region) for each in (value, bare, abroad) if each)
    return next(filter(None, tries), bare)


def _known(value: str, region: str | None) -> str:
    if region is None and not value.startswith("+"):
        region = home()
    try:
        number = phonenumbers.parse(value, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _fitting(value: str) -> str:
    if len(value) <= LONGEST:
        return value
    digest = hashlib.sha256(value.encode()).hexdigest()[:FINGERPRINT]
    return f"{value[: LONGEST - FINGERPRINT - 1]}{CUT}{digest}"


def kind_of(values: Iterable[str]) -> str:
    """E-mail when most of these values look like one, else a number in another system."""
    seen = [value for value in values if value]
    with_at = sum("@" in value for value in seen)
    return Identity.Kind.EMAIL if with_at * 2 > len(seen) else Identity.Kind.EXTERNAL
