"""Addresses of a customer's own page: signed, dated, and without their number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

SALT, CONFIRMS = "relcrm.customers.contact", "relcrm.customers.contact.confirms"
FRESH = timedelta(days=30)  # after that, what needs to be them asks for a new link
CONFIRM_WITHIN = timedelta(days=7)  # as long as a sign-up waits


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose page, from which message (0: none), and since when. One that
    confirms says for which channel: it shows whose address that is, and no other."""

    key: str
    message: int
    issued_at: datetime
    channel: str = ""

    def is_fresh(self, now: datetime) -> bool:
        return now - self.issued_at <= (CONFIRM_WITHIN if self.channel else FRESH)


def token(key: str, *, message: int = 0, now: datetime) -> str:
    return _signer(SALT).sign("~".join((key, int_to_base36(message), _stamp(now))))


def confirm_token(key: str, channel: str, *, now: datetime) -> str:
    return _signer(CONFIRMS).sign("~".join((key, channel, _stamp(now))))


def read(text: str) -> Link | None:
    """None when we did not sign it. A link never stops working: unsubscribing must always do."""
    try:
        key, message, stamp = _signer(SALT).unsign(text).split("~")
        return Link(key, base36_to_int(message), _instant(stamp))
    except (BadSignature, ValueError, OverflowError):
        return None


def read_confirm(text: str) -> Link | None:
    """None when we did not sign it; whether it has run out, `is_fresh` tells."""
    try:
        key, channel, stamp = _signer(CONFIRMS).unsign(text).split("~")
        return Link(key, 0, _instant(stamp), channel)
    except (BadSignature, ValueError, OverflowError):
        return None


def address(name: str, text: str) -> str:
    """The whole address, as it stands in a mail."""
    return f"{settings.PUBLIC_URL}{reverse(f'preferences:{name}', args=[text])}"


def _stamp(now: datetime) -> str:
    return int_to_base36(int(now.timestamp()))


def _instant(stamp: str) -> datetime:
    return datetime.fromtimestamp(base36_to_int(stamp), tz=UTC)


def _signer(salt: str) -> Signer:
    return Signer(salt=salt, sep=".")
