"""The worker's part of sign-ups: asking for confirmation, and forgetting what nobody confirmed."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now as clock

from customers.models import SignUp
from customers.signup.actions import forgetting
from customers.signup.actions.confirming import take_up

log = logging.getLogger(__name__)
AT_ONCE = 200
GIVE_UP = timedelta(days=1)  # after that a mail would come as a surprise


@shared_task(name="signup.take_up_due")
def take_up_due() -> int:
    """Safe to call at any time, anywhere; returns how many were looked at."""
    now = clock()
    due = SignUp.objects.filter(state=SignUp.State.RECEIVED, at__gt=now - GIVE_UP)
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        try:
            take_up(pk, now=now)
        except Exception:  # noqa: BLE001 (the task boundary: one that fails stops no other)
            log.exception("sign-up %s", pk)
    return len(ids)


@shared_task(name="signup.forget_unconfirmed")
def forget_unconfirmed() -> int:
    """Nightly; returns how many were forgotten."""
    return forgetting.forget_unconfirmed(clock())
