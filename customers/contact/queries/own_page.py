"""What stands on a customer's own page: what they hear from us, and what we know about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from customers.contact import about, links, policy
from customers.contact.queries.delay import instant
from customers.contact.queries.standing import every_standing
from customers.contact.rules import COURTED
from customers.models import (
    Consent,
    ContactPolicy,
    Customer,
    Kind,
    Purpose,
    Reach,
    Sender,
)  # fmt: skip

What = tuple[str, str, int | None]  # purpose, channel, brand (None: the company)

PACES = (1, 2, 4, 8)
PAUSES = (2, 4, 8, 12, 26)
LANGUAGES = {
    "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "en": "English", "es": "Español",
    "fi": "Suomi", "fr": "Français", "hr": "Hrvatski", "hu": "Magyar", "it": "Italiano",
    "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română",
    "sk": "Slovenčina", "sl": "Slovenščina", "sv": "Svenska", "tr": "Türkçe", "uk": "Українська",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to be ticked."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything the page shows."""

    customer: Customer
    link: links.Link
    is_fresh: bool
    channels: list[Choice]
    topics: list[Choice]
    pace: int | None
    paused_until: datetime | None
    hears_nothing: bool
    facts: list[tuple[str, str]]
    sentences: list[str]


def whose(link: links.Link | None) -> Customer | None:
    """The customer of a link; nobody when they were erased, or it never was one of ours."""
    if link is None:
        return None
    return Customer.objects.present().filter(contact_key__key=link.key).first()


def own_page(customer: Customer, link: links.Link, now: datetime) -> OwnPage:
    held = customer.preferences if isinstance(customer.preferences, dict) else {}
    rules = policy.current()
    stands = {
        (each.purpose, each.channel, each.brand): each.state for each in every_standing(customer)
    }
    ways, bought = offers(customer), has_bought(customer)
    pace = held.get("pace_per_month")
    until = instant(held.get("paused_until"))
    return OwnPage(
        customer=customer, link=link, is_fresh=link.is_fresh(now),
        channels=[
            Choice(
                choice_name(what), label,
                hears(what[1], stands.get(what, ""), rules, has_bought=bought),
            )
            for what, label in ways.items()
        ],
        topics=_topics(rules, held),
        pace=pace if isinstance(pace, int) else None,
        paused_until=until if until and until > now else None,
        hears_nothing=all(stands.get(what) == Consent.State.WITHDRAWN for what in ways),
        facts=_facts(customer) if link.is_fresh(now) else [],
        sentences=about.sentences(customer) if link.is_fresh(now) else [],
    )  # fmt: skip


def offered(customer: Customer) -> Iterator[tuple[str, str]]:
    """E-mail always; other channels that are set up and that we have an address for."""
    ready = {*Sender.objects.filter(is_on=True).values_list("channel", flat=True), Reach.EMAIL}
    for purpose in COURTED:
        for channel in Reach.values:
            is_reachable = customer.email if channel == Reach.EMAIL else customer.phone
            if channel in ready and (is_reachable or channel == Reach.SOCIAL):
                yield purpose, channel


def offers(customer: Customer) -> dict[What, str]:
    """What may be ticked, with its words: the company's, then what they said to a brand alone."""
    ways = list(offered(customer))
    found: dict[What, str] = {
        (p, c, None): f"{Purpose(p).label}: {Reach(c).label}" for p, c in ways
    }
    said = customer.consents.exclude(brand=None).order_by("brand__name").values_list(
        "purpose", "channel", "brand", "brand__name"
    )  # fmt: skip
    for purpose, channel, brand, name in said.distinct():
        for p, c in ways:
            if purpose in (p, "") and channel in (c, ""):
                found[p, c, brand] = _("%(what)s from %(brand)s: %(channel)s") % {
                    "what": Purpose(p).label, "brand": name, "channel": Reach(c).label,
                }  # fmt: skip
    return found


def choice_name(what: What) -> str:
    """As a box is called in the form: marketing:email, and marketing:email:7 for a brand."""
    return ":".join(str(part) for part in what if part is not None)


def has_bought(customer: Customer) -> bool:
    return customer.interactions.filter(kind=Kind.PURCHASE).exists()


def hears(channel: str, state: str, rules: ContactPolicy, *, has_bought: bool) -> bool:
    """Whether the box is ticked: what they said, else what we would do."""
    if state:
        return state == Consent.State.GRANTED
    bases = ContactPolicy.Basis
    return rules.basis == bases.NOT_REFUSED or (
        rules.basis == bases.BOUGHT and channel == Reach.EMAIL and has_bought
    )


def _topics(rules: ContactPolicy, held: dict) -> list[Choice]:
    told = held.get("topics")
    told = told if isinstance(told, dict) else {}
    return [Choice(name, name, told.get(name) not in ("no", "never")) for name in rules.topics]


def _facts(customer: Customer) -> list[tuple[str, str]]:
    """What we know, as they told us; a full copy is one button away."""
    bought = customer.interactions.filter(kind=Kind.PURCHASE).count()
    known = [
        (_("Name"), customer.name), (_("E-mail"), customer.email), (_("Phone"), customer.phone),
        (_("Place"), ", ".join(part for part in (customer.city, customer.country) if part)),
        (_("Known since"), f"{customer.first_seen_on:%-d %B %Y}" if customer.first_seen_on else ""),
        (_("Purchases"), str(bought or "")),
        (_("Interests"), ", ".join(map(str, customer.interests or []))),
    ]  # fmt: skip
    return [(label, value) for label, value in known if value]
