"""Addresses of a customer's own page: signed, dated, and without their number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

SALT = "relcrm.customers.contact"
FRESH = timedelta(days=30)  # after that, what needs to be them asks for a new link


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose page, from which message (0: none), and since when."""

    key: str
    message: int
    issued_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        return now - self.issued_at <= FRESH


def token(key: str, *, message: int = 0, now: datetime) -> str:
    parts = (key, int_to_base36(message), int_to_base36(int(now.timestamp())))
    return _signer().sign("~".join(parts))


def read(text: str) -> Link | None:
    """None when we did not sign it. A link never stops working: unsubscribing must always do."""
    try:
        key, message, stamp = _signer().unsign(text).split("~")
        at = datetime.fromtimestamp(base36_to_int(stamp), tz=UTC)
        return Link(key, base36_to_int(message), at)
    except (BadSignature, ValueError, OverflowError):
        return None


def address(name: str, text: str) -> str:
    """The whole address, as it stands in a mail."""
    return f"{settings.PUBLIC_URL}{reverse(f'preferences:{name}', args=[text])}"


def _signer() -> Signer:
    return Signer(salt=SALT, sep=".")
