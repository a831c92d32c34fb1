"""Signed texts: that somebody loaded a form and when, and the link that confirms a sign-up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

from customers.models import SignUp, SignUpForm

SEEN, CONFIRMS = "relcrm.customers.signup.seen", "relcrm.customers.signup.confirms"
# Faster than anybody reads and types; slower than a day is a page that was forgotten.
QUICKEST, SLOWEST = timedelta(seconds=2), timedelta(days=1)
CONFIRM_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which form was loaded, in which version, and when."""

    form: int
    version: int
    at: datetime

    def is_hasty(self, now: datetime) -> bool:
        return now - self.at < QUICKEST

    def is_stale(self, now: datetime) -> bool:
        return now - self.at > SLOWEST


def seen_token(form: SignUpForm, now: datetime) -> str:
    """For a hidden field of the form, in place of a cookie."""
    stamp = int(now.timestamp() * 1000)
    return _signer(SEEN).sign(f"{form.pk}~{form.version}~{stamp}")


def read_seen(text: str) -> Seen | None:
    """None when we did not sign it."""
    try:
        form, version, stamp = _signer(SEEN).unsign(text).split("~")
        return Seen(int(form), int(version), datetime.fromtimestamp(int(stamp) / 1000, tz=UTC))
    except (BadSignature, ValueError):
        return None


def link_token(sign_up: SignUp) -> str:
    """What stands in the link of the mail; it names this sign-up and says nothing else."""
    return _signer(CONFIRMS).sign(str(sign_up.pk))


def read_link(text: str, now: datetime) -> SignUp | None:
    """The sign-up that a link confirms; None when it is not ours, has run out or is forgotten."""
    try:
        pk = int(_signer(CONFIRMS).unsign(text))
    except (BadSignature, ValueError):
        return None
    found = SignUp.objects.select_related("form__brand", "customer").filter(pk=pk).first()
    return found if found and now - found.at <= CONFIRM_WITHIN else None


def _signer(salt: str) -> Signer:
    return Signer(salt=salt, sep=".")
