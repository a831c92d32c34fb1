"""Sign-ins on record: who came in, who went, and attempts that failed, from Django's signals."""

import ipaddress
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from relcrm.base import audit
from relcrm.base.models import User

PEPPER = "relcrm.base.signs"
V4, V6 = 24, 48  # bits of an address that are kept: enough to see a pattern, not a person


def signed_in(sender: Any, request: HttpRequest | None, user: User, **_more: Any) -> None:
    audit.record("user.signed_in", user, by=user, network=network(request))


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_more: Any) -> None:
    if user is not None:
        audit.record("user.signed_out", user, by=user)


def failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any
) -> None:
    """What was typed is kept as a fingerprint only: people type passwords into the wrong box."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    known = User.objects.filter(email__iexact=typed).first() if typed else None
    mark = salted_hmac(PEPPER, typed, algorithm="sha256").hexdigest()[:16]
    with transaction.atomic():
        audit.record("user.sign_in_failed", known, by=None, typed=mark, network=network(request))


def network(request: HttpRequest | None) -> str:
    """The neighbourhood somebody came from, without the last bits of their address."""
    return shortened(request.META.get("REMOTE_ADDR", "") if request else "")


def shortened(written: str) -> str:
    """“192.0.2.0/24” of 192.0.2.17; empty for what is no address."""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return ""
    bits = V4 if address.version == 4 else V6
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
