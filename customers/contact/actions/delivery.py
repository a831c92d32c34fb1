"""What providers report later: arrived, came back, reported as spam, opened, answered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.ingest import ingest
from customers.contact import policy
from customers.contact.actions.ledger import withdraw_consent
from customers.contact.actions.sending import suppress_address_of, tell_sent
from customers.events import Event
from customers.models import Kind, Message, Suppression
from relcrm.base import audit
from relcrm.lib.refusals import Refused

State = Message.State
REACTIONS = {
    "opened": Kind.MESSAGE_OPENED,
    "clicked": Kind.MESSAGE_CLICKED,
    "replied": Kind.MESSAGE_REPLIED,
}
STATES = ("delivered", "bounced", "deferred", "failed", "spam", "unsubscribed", *REACTIONS)
SPAM = "reported as spam"
# What may still become of a message; a late or doubled report changes nothing.
OPEN = (State.SENDING, State.UNCLEAR, State.SENT, State.DELIVERED)


@transaction.atomic
def record_delivery(
    message: Message, state: str, *, detail: str = "", is_final: bool = True,
    at: datetime | None = None, is_late: bool = False, said_by: str = "provider", now: datetime,
) -> None:  # fmt: skip
    """`is_final` tells a hard bounce from a soft one; `at`, when it happened, is known of
    reactions; `is_late` is about a try before somebody had it sent again. Reports may come twice
    and in any order."""
    if state not in STATES:
        raise Refused(_("Messages are %s.") % ", ".join(STATES))
    message.refresh_from_db(from_queryset=Message.objects.select_for_update(of=("self",)))
    if is_late and state not in REACTIONS:
        # Where that one went is not known any more, so no address is suppressed for it.
        if state in ("spam", "unsubscribed"):
            _leave(message, said_by if state == "unsubscribed" else SPAM, now)
    elif state in REACTIONS:
        _react(message, state, detail, at=min(at or now, now), now=now)
    elif state == "delivered" and message.state in (State.SENT, State.SENDING, State.UNCLEAR):
        _change(message, State.DELIVERED, "", now)
    elif state in ("bounced", "failed") and message.state in OPEN:
        _change(message, State.BOUNCED if state == "bounced" else State.FAILED, detail, now)
        if state == "bounced" and (is_final or _came_back_too_often(message)):
            suppress_address_of(message, Suppression.Cause.BOUNCED, detail, now)
    elif state == "spam":
        suppress_address_of(message, Suppression.Cause.SPAM, detail, now)
        _leave(message, SPAM, now)
    elif state == "unsubscribed":
        _leave(message, said_by, now)


def _came_back_too_often(message: Message) -> bool:
    """The last few messages on this channel all came back."""
    limit = policy.current().soft_bounces
    last = (
        Message.objects.filter(customer=message.customer_id, to=message.to, channel=message.channel)
        .exclude(settled_at=None)
        .order_by("-created_at", "-id")
        .values_list("state", flat=True)[:limit]
    )
    return len(last) == limit and set(last) == {State.BOUNCED}


def _react(message: Message, state: str, detail: str, *, at: datetime, now: datetime) -> None:
    """Once a kind and message, whatever the provider repeats. `detail` is where a click led."""
    if message.customer_id is None:
        return
    about = {"subject": message.subject} | ({"led_to": detail} if detail else {})
    event = Event(
        customer_id=message.customer_id, kind=REACTIONS[state], occurred_at=at,
        channel=message.channel, category=message.purpose, brand_id=message.brand_id,
        source="outbox", source_id=f"{message.pk}:{state}",
        properties=about,
    )  # fmt: skip
    ingest([event], now=now, mode="leave")


def _leave(message: Message, source: str, now: datetime) -> None:
    """On this channel no more; said once. Who is no customer has nothing to withdraw."""
    if message.customer is None:
        return
    proof = {"message": message.pk}
    if not message.customer.consents.filter(source=source, proof=proof).exists():
        withdraw_consent(
            message.customer, channel=message.channel, source=source, proof=proof, by=None, now=now
        )


def _change(message: Message, state: str, detail: str, now: datetime) -> None:
    message.state, message.detail, message.settled_at = state, detail[:300], now
    if message.sent_at is None and state in (State.DELIVERED, State.BOUNCED):
        message.sent_at = message.handed_at or now  # so it did leave
        tell_sent(message, message.sent_at)
    message.save(update_fields=["state", "detail", "settled_at", "sent_at"])
    audit.record(f"message.{state}", message, by=None, at=now, customer=message.customer_id)
