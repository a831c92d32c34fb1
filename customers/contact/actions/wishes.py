"""What customers decide themselves on their own page, without signing in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.customers import update_customer
from customers.contact import links, policy
from customers.contact.actions.ledger import Said, record_consent, withdraw_consent
from customers.contact.actions.links import link_of
from customers.contact.actions.outbox import queue_message
from customers.contact.queries.standing import standings
from customers.models import Consent, Customer, Message, Purpose, Reach
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused

SOURCE = "own page"
LONGEST_PAUSE_WEEKS = 52
State = Consent.State


@dataclass(frozen=True, slots=True)
class Wishes:
    """What stands on the page when they press Save; (purpose, channel) pairs that they want."""

    wanted: frozenset[tuple[str, str]]
    offered: frozenset[tuple[str, str]]  # what they could see; nothing else is touched
    topics: Mapping[str, bool]
    pace_per_month: int | None = None
    pause_weeks: int | None = None  # None: as it was; 0: no pause any more
    language: str | None = None


@transaction.atomic
def save_wishes(
    customer: Customer, wishes: Wishes, *, proof: dict[str, Any], now: datetime
) -> None:
    """Consents that changed go to the ledger, pace and topics to the customer's preferences."""
    stands = {(each.purpose, each.channel): each.state for each in standings(customer)}
    for what in sorted(wishes.offered):
        wants, stood = what in wishes.wanted, stands.get(what, "")
        if wants and stood != State.GRANTED:
            state = State.GRANTED
        elif not wants and stood != State.WITHDRAWN:
            state = State.WITHDRAWN
        else:
            continue
        said = Said(what[0], what[1], SOURCE, state=state, proof=proof)
        record_consent(customer, said, by=None, now=now)
    facts: dict[str, Any] = {"preferences": _preferences(customer, wishes, now)}
    if wishes.language is not None:
        facts["language"] = wishes.language
    update_customer(customer, by=None, now=now, **facts)


def _preferences(customer: Customer, wishes: Wishes, now: datetime) -> dict[str, Any]:
    """Theirs, with what the page says; what else is kept there stays."""
    held = dict(customer.preferences) if isinstance(customer.preferences, dict) else {}
    held.pop("pace_per_month", None)
    if wishes.pace_per_month is not None:
        held["pace_per_month"] = wishes.pace_per_month
    if wishes.pause_weeks is not None:
        held.pop("paused_until", None)
        if wishes.pause_weeks:
            weeks = min(wishes.pause_weeks, LONGEST_PAUSE_WEEKS)
            held["paused_until"] = (now + timedelta(weeks=weeks)).isoformat()
    if wishes.topics:
        held["topics"] = {name: "likes" if wants else "no" for name, wants in wishes.topics.items()}
    # A consent given here is a later word than "never" about the same channel.
    told = held.get("channels")
    if isinstance(told, dict):
        liked = {channel for _purpose, channel in wishes.wanted}
        held["channels"] = {
            name: "likes" if name in liked and wish in ("never", "no") else wish
            for name, wish in told.items()
        }
    return held


@transaction.atomic
def unsubscribe_from_all(customer: Customer, *, proof: dict[str, Any], now: datetime) -> bool:
    """One click, every purpose and every channel; False when it was so already."""
    stands = standings(customer)
    if all(each.state == State.WITHDRAWN for each in stands):
        return False
    withdraw_consent(customer, source=SOURCE, proof=proof, by=None, now=now)
    return True


@transaction.atomic
def ask_for_consent(
    customer: Customer, said: Said, *, must_confirm: bool = False, by: Actor, now: datetime
) -> Consent:
    """They said yes on a form or to a program. With double opt-in, or where it must be confirmed,
    it counts once it is: a message with a link goes out, and nothing else before they follow it."""
    is_asked = must_confirm or policy.current().is_double_opt_in
    is_asked = is_asked and said.channel in (Reach.EMAIL, Reach.SMS)
    state = State.REQUESTED if is_asked else State.GRANTED
    line = record_consent(customer, replace(said, state=state), by=by, now=now)
    if is_asked:
        _ask_to_confirm(customer, line, by=by, now=now)
    return line


def _ask_to_confirm(customer: Customer, line: Consent, *, by: Actor, now: datetime) -> Message:
    address = links.address("confirm", link_of(customer, now=now))
    words = line.wording.text if line.wording else str(Purpose(line.purpose).label)
    return queue_message(
        customer, channel=line.channel, purpose=Purpose.SERVICE, origin="double opt-in",
        subject=_("Please confirm that you want to hear from us"),
        text=_("Somebody, we hope you, agreed to this: %(words)s\n\nPlease confirm here:\n"
               "%(address)s\n\nIf it was not you, do nothing; you will hear no more of it.")
        % {"words": words, "address": address},
        dedupe_key=f"confirm-{line.pk}", by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def confirm(customer: Customer, *, proof: dict[str, Any], now: datetime) -> list[Consent]:
    """Every yes that was waiting for this; the words are those they were asked with."""
    waiting = [each for each in standings(customer) if each.state == State.REQUESTED]
    lines = []
    for each in waiting:
        asked = customer.consents.filter(
            purpose=each.purpose, channel=each.channel, state=State.REQUESTED
        ).first()  # the newest
        said = Said(each.purpose, each.channel, asked.source, wording=asked.wording,
                    proof=proof | {"asked": asked.pk})  # fmt: skip
        lines.append(record_consent(customer, said, by=None, now=now))
    return lines


def send_new_link(customer: Customer, *, now: datetime) -> Message:
    """A fresh link to the address we have; at most one an hour."""
    if not customer.email:
        raise Refused(_("We have no e-mail address of yours to send a new link to."))
    return queue_message(
        customer, channel=Reach.EMAIL, purpose=Purpose.SERVICE, origin="own page",
        subject=_("Your link to what we know about you"),
        text=_("Here you decide what you hear from us, and see what we know about you:\n%s")
        % links.address("page", link_of(customer, now=now)),
        dedupe_key=f"link-{customer.pk}-{now:%Y%m%d%H}", by=None, now=now,
    )  # fmt: skip
