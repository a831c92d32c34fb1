"""Sign-ups that nobody confirmed are forgotten, and those of people who are erased."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.contact.actions.strangers import forget_messages
from customers.models import Identity, Message, SignUp

FORGET_AFTER = timedelta(days=14)  # a week after the link has run out
AT_ONCE = 2_000


def mail_key(sign_up: int) -> str:
    """By which the outbox knows the mail that asks to confirm a sign-up."""
    return f"sign-up-{sign_up}"


def forget_unconfirmed(now: datetime) -> int:
    """What was typed and never confirmed, with the mails about it; returns how many."""
    gone = 0
    while some := _forget_some(now - FORGET_AFTER):
        gone += some
    return gone


@transaction.atomic
def _forget_some(before: datetime) -> int:
    old = SignUp.objects.waiting().filter(at__lt=before).order_by("at")
    ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
    forget_messages(map(mail_key, ids))
    SignUp.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget_addresses(told: list[tuple[str, str, str]]) -> int:
    """In the erasing transaction: what waits under these addresses, and what went to them."""
    values = [value for kind, _source, value in told if kind == Identity.Kind.EMAIL]
    gone = SignUp.objects.filter(email__in=values).delete()[0]
    return gone + Message.objects.filter(to__in=values).delete()[0]
