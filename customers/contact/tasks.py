"""The worker's doorway to the outbox: send what is due, one message after another."""

import logging
from random import SystemRandom

from celery import shared_task
from django.utils.timezone import now as clock

from customers.contact.actions import hearing, returns, sending
from customers.contact.actions.links import link_of
from customers.contact.queries import ways
from customers.contact.ways.outcome import Never, Outcome, Unknown
from customers.models import Message

log = logging.getLogger(__name__)
AT_ONCE = 1_000  # messages in one task; the next nudge goes on


@shared_task(name="contact.forget_reports_due")
def forget_reports_due() -> int:
    """Reports that nobody repeats any more, and mails that nobody looked at."""
    return hearing.forget_heard(clock()) + returns.forget_strays(clock())


@shared_task(name="contact.send_due")
def send_due() -> int:
    """Safe to call at any time, anywhere; returns how many messages were taken up."""
    sending.gather(clock(), ways.repeatable())
    for number in range(AT_ONCE):
        message = sending.claim(clock())
        if message is None:
            return number
        sending.settle(message, _send(message), rng=SystemRandom(), now=clock())
    return AT_ONCE


def _send(message: Message) -> Outcome:
    """The task boundary: an error of ours after handing over leaves its fate unknown."""
    way = _way(message)
    if way is None:
        return Never("Nothing is set up for this channel; see Settings, Channels.")
    if (obstacle := way.open()) is not None:
        return obstacle
    try:
        if not sending.hand_over(message, now=clock()):
            return Unknown("Another sender took it over.")
        return way.send()
    except Exception as problem:  # noqa: BLE001 (the task boundary)
        log.exception("message %s", message.pk)
        return Unknown(f"An unexpected error stopped it: {type(problem).__name__}.")
    finally:
        way.close()


def _way(message: Message) -> ways.Way | None:
    now = clock()
    who = message.customer  # without one there is no page of their own to lead to
    link = link_of(who, message=message.pk, now=now) if who else ""
    return ways.way_out(message, sending.address_of(message), link, now=now)
