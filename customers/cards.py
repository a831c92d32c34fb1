"""One customer as a vCard 4.0 (RFC 6350), for address books."""

from collections.abc import Iterator

from customers.models import Customer

WIDTH = 75  # bytes of a line, without its end
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "", ",": "\\,", ";": "\\;"})


def vcard(customer: Customer) -> str:
    """The card, its lines folded and ended as the standard has them."""
    return "".join(f"{folded}\r\n" for line in _lines(customer) for folded in _fold(line))


def _lines(customer: Customer) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:urn:relcrm:customer:{customer.pk}"
    yield f"FN:{_text(customer.label)}"
    if customer.name:
        given, _space, family = customer.name.rpartition(" ")
        yield f"N:{_text(family)};{_text(given)};;;"
    for name, value in (
        ("EMAIL", _text(customer.email)),
        ("TEL;VALUE=uri", f"tel:{customer.phone}" if customer.phone.startswith("+") else ""),
        ("TEL", "" if customer.phone.startswith("+") else _text(customer.phone)),
        ("ORG", _text(customer.organisation.name) if customer.organisation else ""),
        ("TITLE", _text(customer.occupation)),
        ("LANG", _text(customer.language)),
        ("TZ", _text(customer.zone)),
        ("BDAY", f"{customer.birth_on:%Y%m%d}" if customer.birth_on else ""),
    ):
        if value:
            yield f"{name}:{value}"
    if customer.city or customer.region or customer.country:
        place = map(_text, (customer.city, customer.region))
        yield f"ADR:;;;{';'.join(place)};;{_text(customer.country)}"
    if customer.interests:
        yield f"CATEGORIES:{','.join(map(_text, customer.interests))}"
    yield f"REV:{customer.changed_at:%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _text(value: str) -> str:
    return str(value).translate(ESCAPES)


def _fold(line: str) -> Iterator[str]:
    """In pieces of at most 75 bytes, letters whole; all but the first begin with a space."""
    piece, size = "", 0
    for mark in line:
        width = len(mark.encode())
        if size + width > WIDTH:
            yield piece
            piece, size = " ", 1
        piece, size = piece + mark, size + width
    yield piece
