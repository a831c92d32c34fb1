"""Double opt-in: a yes is asked for by a mail with a link, and counts once that is followed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from customers.contact import links, policy
from customers.contact.actions.ledger import Said, record_consent
from customers.contact.actions.links import confirm_link_of
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.queries.standing import waiting
from customers.contact.queries.wordings import in_language
from customers.models import Consent, Customer, Identity, Message, Purpose, Reach
from relcrm.base.audit import Actor

State = Consent.State
ORIGIN = "double opt-in"
# To one address: one such mail in an hour, and few in a day, whoever asks for them.
A_WHILE, A_DAY, MOST_A_DAY = timedelta(hours=1), timedelta(days=1), 3


@transaction.atomic
def ask_for_consent(
    customer: Customer, said: Said, *, must_confirm: bool = False, by: Actor, now: datetime
) -> Consent:
    """They said yes on a form or to a program. With double opt-in, or where it must be confirmed,
    it counts once it is: a message with a link goes out, and nothing else before they follow it.
    The words are asked in their language, where they exist in it."""
    is_asked = must_confirm or policy.current().is_double_opt_in
    if not is_asked or said.channel not in (Reach.EMAIL, Reach.SMS):
        return record_consent(customer, replace(said, state=State.GRANTED), by=by, now=now)
    if said.wording is not None:
        said = replace(said, wording=in_language(said.wording, customer.language))
    line = record_consent(customer, replace(said, state=State.REQUESTED), by=by, now=now)
    _send_link(customer, said.channel, by=by, now=now)
    return line


@transaction.atomic
def ask_again(customer: Customer, channel: str, *, now: datetime) -> None:
    """Their link had run out. Nothing goes out when nothing waits, or when one went just now."""
    if waiting(customer, channel):
        _send_link(customer, channel, by=None, now=now)


@transaction.atomic
def confirm(
    customer: Customer, channel: str, *, proof: dict[str, Any], now: datetime
) -> list[Consent]:
    """Every yes that waited for this on the channel the link came by; the words are those they
    were asked with. Following the link again changes nothing."""
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    return [
        record_consent(
            customer,
            Said(
                asked.purpose, channel, asked.source, brand=asked.brand, wording=asked.wording,
                proof=proof | {"asked": asked.pk},
            ),
            by=None, now=now,
        )
        for asked in waiting(customer, channel)
    ]  # fmt: skip


def _send_link(customer: Customer, channel: str, *, by: Actor, now: datetime) -> None:
    if _was_asked_just_now(customer, channel, now):
        return
    asked = waiting(customer, channel)
    with translation.override(customer.language or settings.LANGUAGE_CODE):
        words = [
            line.wording.text if line.wording else str(Purpose(line.purpose).label)
            for line in asked
        ]
        text = _("Somebody, we hope you, agreed to this:\n\n%(words)s\n\nPlease confirm here, "
                 "within %(days)d days:\n%(address)s\n\nIf it was not you, do nothing; you will "
                 "hear no more of it.") % {
            "words": "\n".join(f"– {each}" for each in words),
            "days": links.CONFIRM_WITHIN.days,
            "address": links.address("confirm", confirm_link_of(customer, channel, now=now)),
        }  # fmt: skip
        draft = Draft(
            channel, Purpose.SERVICE, text, f"confirm-{asked[-1].pk}-{now:%Y%m%d%H%M}",
            origin=ORIGIN, subject=_("Please confirm that you want to hear from us"),
            brand=asked[-1].brand,
        )  # fmt: skip
    queue_message(customer, draft, by=by, now=now)


def _was_asked_just_now(customer: Customer, channel: str, now: datetime) -> bool:
    """By the address and not by the customer: in a household several share one."""
    who = Q(customer=customer)
    if channel == Reach.EMAIL and customer.email:
        who = Q(customer__email=customer.email)
    elif channel == Reach.SMS and customer.phone:
        sharing = Identity.objects.filter(kind=Identity.Kind.PHONE, value=customer.phone)
        who = Q(customer=customer) | Q(customer__in=sharing.values("customer"))
    lately = Message.objects.filter(who, channel=channel, origin=ORIGIN, created_at__gt=now - A_DAY)
    if lately.filter(created_at__gt=now - A_WHILE).exists():
        return True
    return lately.count() >= MOST_A_DAY
