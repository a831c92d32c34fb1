"""Service messages to addresses that somebody typed in, before anybody stands behind them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.contact.actions.outbox import Draft, judge, keep_once, written
from customers.contact.queries.strangers import may_answer
from customers.models import Customer, Message, Purpose
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused

LATEST = timedelta(days=1)  # somebody is waiting for it in front of a screen


@transaction.atomic
def queue_to_address(address: str, draft: Draft, *, by: Actor, now: datetime) -> Message:
    """What the owner of this address needs to see to show that it is theirs; never anything that
    they would have to agree to. With a known `dedupe_key` the message that has it is returned."""
    if not address:
        raise Refused(_("Write the address that it should go to."))
    if draft.purpose != Purpose.SERVICE:
        raise Refused(_("To an address that nobody stands behind goes nothing but service."))
    draft = replace(draft, expires_at=draft.expires_at or now + LATEST)
    message = written(draft, by=by, now=now)
    message.to = address
    judge(message, may_answer(address, channel=draft.channel), now)
    return keep_once(message, by=by, now=now)


def give_message(dedupe_key: str, customer: Customer) -> None:
    """Its address was shown to be this customer's: the message is about them from now on."""
    _nobodys([dedupe_key]).update(customer=customer, to="")


def forget_messages(dedupe_keys: Iterable[str]) -> None:
    """Nobody stood up for what they asked about; the addresses go with them."""
    _nobodys(dedupe_keys).delete()


def _nobodys(dedupe_keys: Iterable[str]) -> QuerySet[Message]:
    return Message.objects.filter(customer=None, dedupe_key__in=list(dedupe_keys))
