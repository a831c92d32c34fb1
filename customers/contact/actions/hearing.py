"""What was said of a message by its provider or a mail server is taken over, once each."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from customers.contact import returning
from customers.contact.actions.delivery import record_delivery
from customers.models import Heard, Message, Reach

REMEMBERED = timedelta(days=30)  # providers repeat for some days at most


@dataclass(frozen=True, slots=True)
class Report:
    """One thing said of one message. `token` is what we gave the message to be known by
    (customers.contact.returning), `theirs` the provider's own number for it."""

    source: str
    key: str  # the report's own number
    state: str  # one of delivery.STATES
    token: str = ""
    theirs: str = ""
    detail: str = ""
    is_final: bool = False
    at: datetime | None = None


@transaction.atomic
def take_report(report: Report, *, now: datetime) -> str:
    """ "taken"; "known" when it was heard before; "unknown" when it is about no e-mail of ours."""
    of = returning.try_in(report.token)
    message = message_of(report, of)
    if message is None:
        return "unknown"
    digest = hashlib.sha256(report.key.encode()).hexdigest()
    _, is_new = Heard.objects.get_or_create(
        source=report.source, key=digest, defaults={"heard_at": now}
    )
    if not is_new:
        return "known"
    is_late = of is not None and of.turn < message.turn
    record_delivery(
        message, report.state, detail=report.detail, is_final=report.is_final, at=report.at,
        is_late=is_late, said_by="mail" if report.source == "mail" else "provider", now=now,
    )  # fmt: skip
    if report.theirs and not message.provider_id and not is_late:
        Message.objects.filter(pk=message.pk, provider_id="").update(provider_id=report.theirs)
    return "taken"


def message_of(report: Report, of: returning.Try | None) -> Message | None:
    """By the token we gave it, else by the provider's number."""
    mails = Message.objects.filter(channel=Reach.EMAIL)
    if of is not None:
        return mails.filter(pk=of.number).first()
    return mails.filter(provider_id=report.theirs).first() if report.theirs else None


def forget_heard(now: datetime) -> int:
    """Nobody repeats a report after so long."""
    return Heard.objects.filter(heard_at__lt=now - REMEMBERED).delete()[0]
