"""Sign-ups that nobody confirmed are forgotten, and those of people who are erased."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Identity, Message, SignUp

FORGET_AFTER = timedelta(days=14)  # a week after the link has run out
AT_ONCE = 2_000


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
    keys = [f"sign-up-{pk}" for pk in ids]
    Message.objects.filter(customer=None, dedupe_key__in=keys).delete()
    SignUp.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget_addresses(told: list[tuple[str, str, str]]) -> int:
    """In the erasing transaction: what waits under these addresses, and what went to them."""
    values = [value for kind, _source, value in told if kind == Identity.Kind.EMAIL]
    gone = Message.objects.filter(to__in=values).delete()[0]
    return gone + SignUp.objects.filter(email__in=values).delete()[0]
