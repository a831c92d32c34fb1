"""Service messages to addresses that somebody typed in, before anybody stands behind them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.contact.actions.outbox import check, judge, keep_once
from customers.contact.queries.strangers import may_answer
from customers.models import Customer, Message, Purpose
from relcrm.base.audit import Actor, actor_name
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

LATEST = timedelta(days=1)  # somebody is waiting for it in front of a screen


@transaction.atomic
def queue_to_address(
    address: str, *, channel: str, subject: str, text: str, dedupe_key: str, origin: str,
    brand: Brand | None = None, by: Actor, now: datetime,
) -> Message:  # fmt: skip
    """What the owner of this address needs to see to show that it is theirs; never anything that
    they would have to agree to. With a known `dedupe_key` the message that has it is returned."""
    if not address:
        raise Refused(_("Write the address that it should go to."))
    subject, text = " ".join(subject.split()), text.strip()
    check(channel, subject, text, dedupe_key)
    message = Message(
        to=address, channel=channel, purpose=Purpose.SERVICE, brand=brand, subject=subject,
        text=text, origin=origin[:60], dedupe_key=dedupe_key, next_attempt_at=now,
        expires_at=now + LATEST, created_by=actor_name(by), created_at=now,
    )  # fmt: skip
    judge(message, may_answer(address, channel=channel), now)
    return keep_once(message, by=by, now=now)


def give_message(dedupe_key: str, customer: Customer) -> None:
    """Its address was shown to be this customer's: the message is about them from now on."""
    _nobodys([dedupe_key]).update(customer=customer, to="")


def forget_messages(dedupe_keys: Iterable[str]) -> None:
    """Nobody stood up for what they asked about; the addresses go with them."""
    _nobodys(dedupe_keys).delete()


def _nobodys(dedupe_keys: Iterable[str]) -> QuerySet[Message]:
    return Message.objects.filter(customer=None, dedupe_key__in=list(dedupe_keys))
