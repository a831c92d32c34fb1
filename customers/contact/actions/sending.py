"""A message leaves: claimed with a lease, judged again, handed over, its fate written down.

A claim that died before anything was handed over goes back into the line. One that died after
that is perhaps sent: by e-mail it waits for a person, to a provider it is repeated under its key.
"""

import secrets
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from customers.actions.ingest import ingest
from customers.contact.actions.outbox import judge
from customers.contact.actions.suppression import suppress
from customers.contact.queries import strangers
from customers.contact.queries.statement import address
from customers.contact.queries.verdict import Verdict, may_contact
from customers.contact.ways.outcome import ComesBack, Never, NotNow, Outcome, Sent, Unknown
from customers.events import Event
from customers.models import Customer, Kind, Message, Suppression
from relcrm.base import audit

State = Message.State
LEASE = timedelta(minutes=5)  # far longer than a server may take to answer
TRIES = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)
SOURCE = "outbox"  # of the interaction; its source_id is the message's number
LOOKED_AT = 200


def claim(now: datetime) -> Message | None:
    """The next message that may leave now, ours for one lease; None when none may."""
    due = Message.objects.filter(state=State.QUEUED, next_attempt_at__lte=now)
    for pk in due.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:LOOKED_AT]:
        if message := _take(pk, now):
            return message
    return None


@transaction.atomic
def _take(pk: int, now: datetime) -> Message | None:
    """Of several workers one gets it. The customer's row is held meanwhile, so that two messages
    to one person are judged one after the other and the second counts the first."""
    found = Message.objects.filter(pk=pk, state=State.QUEUED, next_attempt_at__lte=now)
    if connection.vendor == "postgresql":
        found = found.select_for_update(of=("self",), skip_locked=True)
    message = found.select_related("brand").first()
    if message is None:
        return None
    if message.expires_at < now:
        _withhold(message, "expired", "It would come too late by now.", now)
        return None
    if not (verdict := _verdict(message, now)):
        judge(message, verdict, now)
        _save(message, "state", "reason", "detail", "next_attempt_at", "settled_at")
        if message.state == State.WITHHELD:
            _record(message, now)
        return None
    message.state, message.lease = State.SENDING, secrets.token_hex(16)
    message.lease_until, message.handed_at = now + LEASE, None
    message.reason = message.detail = ""
    message.attempts += 1
    _save(message, "state", "lease", "lease_until", "handed_at", "reason", "detail", "attempts")
    return message


def _verdict(message: Message, now: datetime) -> Verdict:
    """Asked while the customer's row is held; where there is none, of the address alone."""
    if message.customer_id is None:
        return strangers.may_answer(message.to, channel=message.channel)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=message.customer_id)
    return may_contact(
        customer, purpose=message.purpose, channel=message.channel, brand=message.brand,
        topic=message.topic, now=now, apart_from=message.pk,
    )  # fmt: skip


def hand_over(message: Message, *, now: datetime) -> bool:
    """From now on it may have left. False when somebody else has it by now: then it stays here."""
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, lease=message.lease)
    message.handed_at, message.sent_to = now, address_of(message)
    told = {"handed_at": now, "lease_until": now + LEASE, "sent_to": message.sent_to}
    return bool(ours.update(**told))


@transaction.atomic
def settle(message: Message, outcome: Outcome, *, rng: Random, now: datetime) -> None:
    """Write down what became of it, with the interaction that goes with a message sent."""
    held = Message.objects.select_for_update(of=("self",)).filter(
        pk=message.pk, lease=message.lease, state__in=[State.SENDING, State.UNCLEAR]
    )
    if not held.exists():
        return  # the customer was erased meanwhile, or the provider reported first
    match outcome:
        case Sent(provider_id):
            _sent(message, provider_id, now)
        case ComesBack(words):
            _settle(message, State.BOUNCED, words, now)
            suppress_address_of(message, Suppression.Cause.BOUNCED, words, now)
        case NotNow(words) if message.attempts < TRIES:
            message.handed_at, message.next_attempt_at = None, now + wait(message.attempts, rng)
            _settle(message, State.QUEUED, words, None)
        case NotNow(words) | Never(words):
            _settle(message, State.FAILED, words, now)
        case Unknown(words):
            _settle(message, State.UNCLEAR, words, now)


def wait(attempts: int, rng: Random) -> timedelta:
    """A minute, two, four … with up to half as much again, so that not all come back at once."""
    length = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return length * (1 + rng.random() / 2)


@transaction.atomic
def gather(now: datetime, repeatable: set[str]) -> int:
    """Take up what dead workers left. `repeatable`: channels whose provider knows our keys."""
    left = Message.objects.filter(state=State.SENDING, lease_until__lt=now)
    words = "Each of several senders died over it."
    left.filter(attempts__gte=TRIES, handed_at=None).update(
        state=State.FAILED, detail=words, settled_at=now
    )
    again = {"state": State.QUEUED, "next_attempt_at": now, "lease": "", "handed_at": None}
    number = left.filter(handed_at=None).update(**again)
    number += left.filter(channel__in=repeatable).update(**again)
    lost = list(left)
    for message in lost:
        words = "The sender died while handing it over; it may have arrived."
        _settle(message, State.UNCLEAR, words, now)
        _record(message, now)
    return number + len(lost)


def _sent(message: Message, provider_id: str, now: datetime) -> None:
    message.provider_id, message.sent_at = provider_id, now
    _settle(message, State.SENT, "", None)
    tell_sent(message, now)
    _record(message, now)


def tell_sent(message: Message, at: datetime) -> None:
    """That we wrote is a fact like any other; it is told once. To an address that nobody stands
    behind there is nobody to tell it of."""
    if message.customer_id is None:
        return
    about = {"subject": message.subject or message.text[:80], "origin": message.origin}
    event = Event(
        customer_id=message.customer_id, kind=Kind.MESSAGE_SENT, occurred_at=at,
        channel=message.channel, category=message.purpose, brand_id=message.brand_id,
        source=SOURCE, source_id=str(message.pk), properties=about,
    )  # fmt: skip
    ingest([event], now=at)


def suppress_address_of(message: Message, cause: str, detail: str, now: datetime) -> None:
    """Nothing more to the address that the message went to, whatever theirs is by now."""
    if address := message.sent_to or address_of(message):
        suppress(address, channel=message.channel, cause=cause, source=f"message {message.pk}",
                 detail=detail, by=None, now=now)  # fmt: skip


def address_of(message: Message) -> str:
    """Where it goes, as known now."""
    if message.customer_id is None:
        return message.to
    return Customer.objects.filter(pk=message.customer_id).values_list(
        address(message.channel), flat=True
    ).get()  # fmt: skip


def _withhold(message: Message, reason: str, words: str, now: datetime) -> None:
    message.reason = reason
    _settle(message, State.WITHHELD, words, now)
    _save(message, "reason")
    _record(message, now)


def _settle(message: Message, state: str, words: str, at: datetime | None) -> None:
    message.state, message.detail, message.settled_at = state, words[:300], at
    _save(message, "state", "detail", "settled_at", "provider_id", "sent_at", "handed_at",
          "next_attempt_at")  # fmt: skip


def _save(message: Message, *fields: str) -> None:
    message.save(update_fields=fields)


def _record(message: Message, now: datetime) -> None:
    audit.record(
        f"message.{message.state}", message, by=None, at=now, customer=message.customer_id,
        channel=message.channel, purpose=message.purpose, reason=message.reason,
    )  # fmt: skip
