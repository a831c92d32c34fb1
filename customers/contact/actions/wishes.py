"""What customers decide themselves on their own page, without signing in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.customers import update_customer
from customers.contact import links, policy
from customers.contact.actions.ledger import Said, record_consent, withdraw_consent
from customers.contact.actions.links import link_of
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.queries.own_page import What, has_bought, hears
from customers.contact.queries.standing import every_standing
from customers.models import Consent, Customer, Message, Purpose, Reach
from relcrm.base.models import Brand
from relcrm.lib.refusals import Refused

SOURCE = "own page"
LONGEST_PAUSE_WEEKS = 52
State = Consent.State
A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What stands on the page when they press Save; what they want, and what stood there."""

    wanted: frozenset[What]
    offered: frozenset[What]  # what they could see; nothing else is touched
    topics: Mapping[str, bool]
    pace_per_month: int | None = None
    pause_weeks: int | None = None  # None: as it was; 0: no pause any more
    language: str | None = None


@transaction.atomic
def save_wishes(
    customer: Customer, wishes: Wishes, *, proof: dict[str, Any], now: datetime
) -> None:
    """Consents that changed go to the ledger, pace and topics to the customer's preferences."""
    ours = {what for what in wishes.offered if what[2] is None}
    _record(customer, wishes, ours, proof, now)
    # A word to the company speaks of its brands, too; what was ticked for a brand comes after it.
    _record(customer, wishes, wishes.offered - ours, proof, now + A_MOMENT)
    facts: dict[str, Any] = {"preferences": _preferences(customer, wishes, now)}
    if wishes.language is not None:
        facts["language"] = wishes.language
    update_customer(customer, by=None, now=now, **facts)


def _record(
    customer: Customer, wishes: Wishes, offered: Iterable[What], proof: dict[str, Any], at: datetime
) -> None:
    """Only what they changed: a box that was ticked for them, and stays so, is no consent."""
    rules, bought = policy.current(), has_bought(customer)
    stands = {(each.purpose, each.channel, each.brand): each.state
              for each in every_standing(customer)}  # fmt: skip
    changed = [
        what for what in sorted(offered, key=str)
        if (what in wishes.wanted)
        != hears(what[1], stands.get(what, ""), rules, has_bought=bought)
    ]  # fmt: skip
    brands = Brand.objects.in_bulk([brand for _purpose, _channel, brand in changed if brand])
    for what in changed:
        purpose, channel, brand = what
        said = Said(
            purpose, channel, SOURCE, brand=brands[brand] if brand else None, proof=proof,
            state=State.GRANTED if what in wishes.wanted else State.WITHDRAWN,
        )  # fmt: skip
        record_consent(customer, said, by=None, now=at)


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
        liked = {channel for _purpose, channel, _brand in wishes.wanted}
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
