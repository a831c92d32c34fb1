"""Messages come into the outbox through the verdict; a person may cancel or retry them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from customers.contact.queries.verdict import Verdict, may_contact
from customers.contact.rules import COURTED
from customers.models import Customer, Message, Reach
from relcrm.base import audit
from relcrm.base.audit import Actor, actor_name
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

State = Message.State
# After that it comes too late: news are a week old, an answer is overtaken by a call.
WAITS = {"marketing": timedelta(days=7), "survey": timedelta(days=7), "service": timedelta(days=3)}
SUBJECT, TEXT = 200, 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What should be said, on which channel and for which purpose; `origin` asked for it. Under
    one `dedupe_key` one message is sent, however often it is asked for. Not before `send_at`."""

    channel: str
    purpose: str
    text: str
    dedupe_key: str
    origin: str
    subject: str = ""
    html: str = ""
    brand: Brand | None = None
    topic: str = ""
    send_at: datetime | None = None
    expires_at: datetime | None = None


@transaction.atomic
def queue_message(customer: Customer, draft: Draft, *, by: Actor, now: datetime) -> Message:
    """The only way in. With a `dedupe_key` that is known the message that has it is returned.

    A no that waiting does not mend makes it withheld, with its reason, and it stays on record;
    a no that does makes it wait until then. The verdict is asked again when it is sent.
    """
    if known := Message.objects.filter(dedupe_key=draft.dedupe_key).first():
        return known
    message = written(draft, by=by, now=now)
    message.customer = customer
    verdict = may_contact(
        customer, purpose=draft.purpose, channel=draft.channel, brand=draft.brand,
        topic=draft.topic, now=message.next_attempt_at,
    )  # fmt: skip
    judge(message, verdict, now)
    if verdict.rule is not None and verdict.rule.key == "erased":
        raise Refused(_("This customer was erased; nothing can be sent to them."))
    return keep_once(message, by=by, now=now)


def written(draft: Draft, *, by: Actor, now: datetime) -> Message:
    """The row to be, checked, for nobody yet."""
    subject, text = " ".join(draft.subject.split()), draft.text.strip()
    check(draft.channel, subject, text, draft.dedupe_key)
    start = draft.send_at or now
    return Message(
        channel=draft.channel, purpose=draft.purpose, brand=draft.brand, topic=draft.topic,
        subject=subject, text=text, html=draft.html, origin=draft.origin[:60],
        dedupe_key=draft.dedupe_key, next_attempt_at=start,
        expires_at=draft.expires_at or start + WAITS[draft.purpose],
        created_by=actor_name(by), created_at=now,
    )  # fmt: skip


def check(channel: str, subject: str, text: str, dedupe_key: str) -> None:
    if not text:
        raise Refused(_("Write what the message should say."))
    if len(subject) > SUBJECT or len(text) > TEXT:
        raise Refused(_("A subject holds 200 characters, a message 100,000."))
    if channel == Reach.EMAIL and not subject:
        raise Refused(_("An e-mail needs a subject."))
    if not 0 < len(dedupe_key) <= 120:
        raise Refused(_("The key that tells messages apart holds 1 to 120 characters."))


def judge(message: Message, verdict: Verdict, now: datetime) -> None:
    """Set the message's fate by the verdict: go on, wait, or be withheld."""
    if verdict:
        return
    message.reason, message.detail = verdict.rule.key, verdict.words[:300]
    at = verdict.allowed_at
    if at is not None and at <= message.expires_at:
        message.state, message.next_attempt_at = State.QUEUED, at
    else:
        message.state, message.settled_at = State.WITHHELD, now


def keep_once(message: Message, *, by: Actor, now: datetime) -> Message:
    """Of two who queue the same message at once, one does."""
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(dedupe_key=message.dedupe_key)
    audit.record(
        f"message.{message.state}", message, by=by, at=now, customer=message.customer_id,
        channel=message.channel, purpose=message.purpose, reason=message.reason,
    )  # fmt: skip
    return message


@transaction.atomic
def cancel_message(message: Message, *, by: Actor, now: datetime) -> None:
    """While it waits; what is leaving cannot be called back."""
    done = Message.objects.filter(pk=message.pk, state=State.QUEUED).update(
        state=State.CANCELLED, settled_at=now
    )
    if not done:
        raise Refused(_("This message does not wait any more; it cannot be cancelled."))
    message.refresh_from_db()
    audit.record("message.cancelled", message, by=by, at=now)


@transaction.atomic
def retry_message(message: Message, *, by: Actor, now: datetime) -> None:
    """Once more, after it could not be sent, was withheld, or may have been lost. Whoever asks
    for the last kind accepts that the customer may get it twice; the verdict is asked again.

    It goes under a new name (`turn`), so that what comes back late of the first try is not taken
    for the second, and a provider does not take the second for a repetition."""
    states = [State.FAILED, State.UNCLEAR, State.WITHHELD, State.CANCELLED]
    done = Message.objects.filter(pk=message.pk, state__in=states).update(
        state=State.QUEUED, reason="", detail="", attempts=0, next_attempt_at=now,
        expires_at=now + WAITS[message.purpose], handed_at=None, lease="", lease_until=None,
        settled_at=None, provider_id="", turn=F("turn") + 1,
    )  # fmt: skip
    if not done:
        raise Refused(_("Only what was not sent can be sent again."))
    was = message.state
    message.refresh_from_db()
    audit.record("message.retried", message, by=by, at=now, was=was)


def is_courted(message: Message) -> bool:
    return message.purpose in COURTED
