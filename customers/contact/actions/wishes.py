"""What customers decide themselves on their own page, without signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.customers import update_customer
from customers.contact import links
from customers.contact.actions.ledger import Said, record_consent, withdraw_consent
from customers.contact.actions.links import link_of
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.queries.standing import every_standing, standings
from customers.models import Consent, Customer, Message, Purpose, Reach
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
    stands = every_standing(customer)
    if all(each.state == State.WITHDRAWN for each in stands):
        return False
    withdraw_consent(customer, source=SOURCE, proof=proof, by=None, now=now)
    return True


def send_new_link(customer: Customer, *, now: datetime) -> Message:
    """A fresh link to the address we have; at most one an hour."""
    if not customer.email:
        raise Refused(_("We have no e-mail address of yours to send a new link to."))
    draft = Draft(
        Reach.EMAIL, Purpose.SERVICE, origin="own page",
        subject=_("Your link to what we know about you"),
        text=_("Here you decide what you hear from us, and see what we know about you:\n%s")
        % links.address("page", link_of(customer, now=now)),
        dedupe_key=f"link-{customer.pk}-{now:%Y%m%d%H}",
    )  # fmt: skip
    return queue_message(customer, draft, by=None, now=now)
