"""The company's manners change: policy, ways out, and house rules set aside by two people."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.contact import policy
from customers.contact.actions.brands import refuse_never
from customers.contact.rules import COURTED, rules
from customers.models import BrandManners, ContactPolicy, Customer, Reach, Sender, Waiver
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib import outward, signatures
from relcrm.lib.refusals import Refused

LONGEST_WAIVER = timedelta(days=31)
TOPIC = 60


@transaction.atomic
def update_policy(changes: dict[str, Any], *, by: Actor, now: datetime) -> ContactPolicy:
    """What changed, and nothing when nothing did."""
    row = policy.current()
    changed = {name: to for name, to in changes.items() if getattr(row, name) != to}
    if not changed.get("days", row.days):
        raise Refused(_("Leave at least one day on which we may write."))
    if any('"' in topic or len(topic) > TOPIC for topic in changed.get("topics", [])):
        raise Refused(_("A topic holds up to 60 characters, and no quotation marks."))
    if not changed:
        return row
    before = {name: str(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    refuse_never(row, list(BrandManners.objects.select_related("brand")), now)
    row.save()
    after = {name: str(value) for name, value in changed.items()}
    audit.record("contact_policy.changed", row, by=by, at=now, before=before, after=after)
    return row


@transaction.atomic
def set_up_sender(
    *,
    channel: str,
    way: str,
    name: str = "",
    reply_to: str = "",
    footer: str = "",
    address: str = "",
    is_on: bool = True,
    private: tuple[str, ...] = (),
    by: Actor,
    now: datetime,
) -> tuple[Sender, str]:
    """The sender of a channel, and the secret when a new one was made: it is shown once."""
    if channel not in Reach.values or way not in Sender.Way.values:
        raise Refused(_("Choose a channel and how messages leave on it."))
    if way == Sender.Way.MAIL and channel != Reach.EMAIL:
        raise Refused(_("Only e-mail leaves as e-mail; other channels need a provider's address."))
    if way == Sender.Way.WEBHOOK:
        _check_address(address, private)
    row = Sender.objects.filter(channel=channel, brand=None).first() or Sender(channel=channel)
    secret = ""
    if way == Sender.Way.WEBHOOK and (not row.secret or row.address != address):
        row.secret = secret = signatures.new_secret()
    row.way, row.name, row.reply_to, row.is_on = way, name, reply_to, is_on
    row.footer = footer.strip()
    row.address = address if way == Sender.Way.WEBHOOK else ""
    row.save()
    audit.record("sender.changed", row, by=by, at=now, channel=channel, way=way, is_on=is_on,
                 new_secret=bool(secret))  # fmt: skip
    return row, secret


def _check_address(address: str, private: tuple[str, ...]) -> None:
    try:
        outward.place(address, allowed=private)
    except (outward.Forbidden, outward.Unreachable) as problem:
        raise Refused(str(problem)) from None


@transaction.atomic
def ask_waiver(
    *, rule: str, purpose: str, reason: str, until: datetime, customer: Customer | None = None,
    by: User, now: datetime,
) -> Waiver:  # fmt: skip
    """Set a house rule aside for a while; it holds once somebody else approves."""
    known = rules()
    if rule not in known or purpose not in COURTED:
        raise Refused(_("There is no such rule."))
    if not known[rule].is_house:
        raise Refused(
            _("“%s” is law or the customer's own word; nobody here can set it aside.")
            % known[rule].words
        )
    if not reason.strip():
        raise Refused(_("Say why the rule should not hold."))
    if not now < until <= now + LONGEST_WAIVER:
        raise Refused(_("A rule is set aside for at most 31 days."))
    waiver = Waiver.objects.create(
        rule=rule, purpose=purpose, customer=customer, reason=reason.strip()[:300], asked_by=by,
        asked_at=now, until=until,
    )  # fmt: skip
    audit.record("waiver.asked", waiver, by=by, at=now, rule=rule, purpose=purpose)
    return waiver


@transaction.atomic
def approve_waiver(waiver: Waiver, *, by: User, now: datetime) -> None:
    """By somebody who did not ask for it."""
    waiver.refresh_from_db(from_queryset=Waiver.objects.select_for_update(of=("self",)))
    if waiver.approved_by_id is not None:
        raise Refused(_("This is approved already."))
    if waiver.asked_by_id == by.pk:
        raise Refused(_("You asked for this yourself; somebody else has to approve it."))
    if waiver.until <= now:
        raise Refused(_("The time it was asked for is over."))
    waiver.approved_by, waiver.approved_at = by, now
    waiver.save(update_fields=["approved_by", "approved_at"])
    audit.record("waiver.approved", waiver, by=by, at=now, rule=waiver.rule)


@transaction.atomic
def end_waiver(waiver: Waiver, *, by: User, now: datetime) -> None:
    """From now on the rule holds again."""
    if waiver.until <= now:
        raise Refused(_("It is over already."))
    waiver.until = now
    waiver.save(update_fields=["until"])
    audit.record("waiver.ended", waiver, by=by, at=now, rule=waiver.rule)
