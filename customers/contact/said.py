"""Consents, and messages that were not sent or came back, on a customer's timeline."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Consent, Message, Purpose
from customers.timeline import Entry, Slice

State = Message.State
LOOK = {
    State.WITHHELD: ("mute", "", gettext_lazy("We did not write")),
    State.BOUNCED: ("mail", "bad", gettext_lazy("Our message came back")),
    State.FAILED: ("mail", "warn", gettext_lazy("Our message could not be sent")),
    State.UNCLEAR: ("mail", "warn", gettext_lazy("Our message was perhaps sent")),
}
SAID = {
    Consent.State.GRANTED: ("check", "good", gettext_lazy("Agreed")),
    Consent.State.WITHDRAWN: ("mute", "bad", gettext_lazy("Withdrew")),
    Consent.State.REQUESTED: ("mail", "", gettext_lazy("Was asked to confirm")),
}


def messages(asked: Slice) -> Iterable[Entry]:
    """What was not sent, with its reason; what was sent is an interaction already."""
    rows = Message.objects.filter(state__in=list(LOOK))
    return [_message(row, asked) for row in asked.of(rows, "messages", "settled_at")]


def _message(row: Message, asked: Slice) -> Entry:
    icon, tone, title = LOOK[State(row.state)]
    # Why we did not write is in our words; what a mail server says may quote the address.
    is_ours = bool(row.reason)
    about = [row.detail or row.reason] if is_ours or asked.sees_people else []
    if asked.sees_people and row.subject:
        about.insert(0, row.subject)
    return Entry(
        at=row.settled_at, pk=row.pk, title=str(title), icon=icon, tone=tone,
        why=" · ".join(part for part in about if part), is_quiet=row.state == State.WITHHELD,
    )  # fmt: skip


def consents(asked: Slice) -> Iterable[Entry]:
    """Every line of the ledger, but a no to marketing: that is an interaction already."""
    told = Q(state=Consent.State.WITHDRAWN, purpose__in=["", Purpose.MARKETING])
    rows = Consent.objects.exclude(told).select_related("brand")
    return [_consent(row) for row in asked.of(rows, "consents", "at")]


def _consent(row: Consent) -> Entry:
    icon, tone, title = SAID[Consent.State(row.state)]
    what = row.get_purpose_display() if row.purpose else _("everything")
    how = row.get_channel_display() if row.channel else _("every channel")
    about = [how, row.brand.name if row.brand else "", row.source]
    return Entry(
        at=row.at, pk=row.pk, title=f"{title}: {what}", icon=icon, tone=tone,
        why=" · ".join(part for part in about if part),
    )  # fmt: skip


SOURCES = {
    "messages": (messages, gettext_lazy("Message not sent")),
    "consents": (consents, gettext_lazy("Consent")),
}
