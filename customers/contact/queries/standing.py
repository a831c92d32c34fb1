"""Consents as they stand: the latest yes, no and question of each customer, from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Max, Q, QuerySet, When

from customers.contact.rules import COURTED
from customers.models import Consent, Customer, Interaction, Kind, Reach
from relcrm.base.models import Brand

OURS = "consent"  # unsubscriptions that the ledger itself told the timeline
State = Consent.State


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one purpose on one channel: the state ("" when nothing was said), since."""

    purpose: str
    channel: str
    state: str = ""
    since: datetime | None = None
    brand: int | None = None  # None: of the company, and of every brand without a word of its own


def ledger(purpose: str, channel: str, brand: Brand | None) -> QuerySet[Any]:
    """Rows of (customer_id, granted_at, withdrawn_at, requested_at), one for each customer with
    a line that speaks of this; a no to everything speaks of each thing."""
    brands = Q(brand=None) | Q(brand=brand) if brand else Q(brand=None)
    lines = Consent.objects.filter(
        brands, purpose__in=[purpose, ""], channel__in=[channel, ""]
    ).order_by()
    return lines.values("customer_id").annotate(
        granted_at=_latest(State.GRANTED),
        withdrawn_at=_latest(State.WITHDRAWN),
        requested_at=_latest(State.REQUESTED),
    )


def _latest(state: str) -> Max:
    return Max(Case(When(state=state, then=F("at"))))


def left(channel: str) -> QuerySet[Any]:
    """Rows of (customer_id, left_at): who unsubscribed elsewhere, as imports and programs tell.

    On another channel we write on, it means that one; anywhere else it means all of them."""
    others = [reach for reach in Reach.values if reach != channel]
    gone = Interaction.objects.filter(kind=Kind.UNSUBSCRIBED).exclude(source=OURS)
    gone = gone.exclude(channel__in=others).order_by()
    return gone.values("customer_id").annotate(left_at=Max("occurred_at"))


def every_standing(customer: Customer) -> list[Standing]:
    """The company's, then those of each brand that somebody spoke of, in two queries."""
    lines = list(customer.consents.order_by("at", "id"))
    gone = [(row.channel, row.occurred_at) for row in left_by(customer)]
    return read_each(lines, gone, brands_in(lines))


def brands_in(lines: Sequence[Consent]) -> list[int | None]:
    """None, and the brands that these lines name."""
    return [None, *sorted({line.brand_id for line in lines if line.brand_id is not None})]


def read_each(
    lines: Sequence[Consent],
    gone: Sequence[tuple[str, datetime]],
    brands: Sequence[int | None],
) -> list[Standing]:
    """`read` for each of these brands: by its own lines and by those that name none."""
    return [
        replace(each, brand=brand)
        for brand in brands
        for each in read([line for line in lines if line.brand_id in (None, brand)], gone)
    ]


def waiting(customer: Customer, channel: str) -> list[Consent]:
    """What they were asked to confirm on this channel and have not answered since: the newest
    question for each purpose and brand. Whoever unsubscribed may be asked, and come back."""
    stands = {(each.purpose, each.channel, each.brand): each for each in every_standing(customer)}
    asked = customer.consents.filter(state=State.REQUESTED, channel=channel)
    found: dict[tuple[str, int | None], Consent] = {}
    for line in asked.select_related("wording", "brand").order_by("at", "id"):
        stood = stands[line.purpose, line.channel, line.brand_id]
        is_later = stood.since is None or line.at > stood.since
        if stood.state == State.REQUESTED or (stood.state == State.WITHDRAWN and is_later):
            found[line.purpose, line.brand_id] = line
    return list(found.values())


def left_by(customer: Customer) -> QuerySet[Interaction]:
    """Where and when this customer unsubscribed, as imports and programs tell."""
    return customer.interactions.filter(kind=Kind.UNSUBSCRIBED).exclude(source=OURS)


def read(lines: Sequence[Consent], gone: Sequence[tuple[str, datetime]]) -> list[Standing]:
    """How things stand by these lines and unsubscriptions (channel, instant)."""
    return [_standing(p, c, lines, gone) for p in COURTED for c in Reach.values]


def _standing(
    purpose: str, channel: str, lines: Sequence[Consent], gone: Sequence[tuple[str, datetime]]
) -> Standing:
    said = [
        (line.at, line.state) for line in lines
        if line.purpose in (purpose, "") and line.channel in (channel, "")
    ]  # fmt: skip
    said += [
        (at, State.WITHDRAWN.value) for where, at in gone
        if where == channel or where not in Reach.values
    ]  # fmt: skip
    if not said:
        return Standing(purpose, channel)
    # At one and the same instant the stricter word holds; a question never outweighs an answer.
    strict = {State.REQUESTED: 0, State.GRANTED: 1, State.WITHDRAWN: 2}
    answers = [each for each in said if each[1] != State.REQUESTED] or said
    since, state = max(answers, key=lambda each: (each[0], strict[State(each[1])]))
    return Standing(purpose, channel, state, since)


def history(customer: Customer) -> QuerySet[Consent]:
    """Every line about this customer, newest first."""
    return customer.consents.select_related("wording", "brand")
