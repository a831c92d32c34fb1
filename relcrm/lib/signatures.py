"""Signing and checking webhooks the Standard Webhooks way: HMAC-SHA256 over id.timestamp.body."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

PREFIX = "whsec_"
WINDOW = timedelta(minutes=5)  # older or later than this is a repetition or a wrong clock


def new_secret() -> str:
    """256 random bits, written the way other tools expect them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, number: str, at: datetime, body: bytes) -> str:
    """The value of `webhook-signature`."""
    told = f"{number}.{int(at.timestamp())}.".encode() + body
    digest = hmac.new(_key(secret), told, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(secret: str, number: str, at: datetime, body: bytes, *old: str) -> dict[str, str]:
    """What goes with a signed request; signed with each `old` secret too while one changes."""
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(sign(one, number, at, body) for one in (secret, *old)),
    }


def is_genuine(secret: str, told: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether the request was signed with this secret, and just now. One good signature of
    several suffices: that is how keys are changed."""
    number, stamp = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not (number and stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    at = datetime.fromtimestamp(int(stamp), tz=now.tzinfo)
    if abs(now - at) > WINDOW:
        return False
    expected = sign(secret, number, at, body).encode()
    given = told.get("webhook-signature", "").encode("utf-8", "replace").split()
    return any(hmac.compare_digest(expected, each) for each in given)


def _key(secret: str) -> bytes:
    plain = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return plain.encode()
