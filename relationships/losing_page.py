"""Relationships that cost more than they bring, as a page lists them: why, and what would help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.labels import Label, label
from relationships.models import Cause, Forecast
from relationships.turned import turn
from relcrm.base import roles
from relcrm.base.models import User

# What a colleague can do about it; never to the customer without a talk.
ADVICE = {
    Cause.RETURNS: gettext_lazy("Ask what did not fit; better sizes, pictures and words help all."),
    Cause.SERVICE: gettext_lazy("Find what makes them ask; answer it once, for everybody."),
    Cause.REMEDIES: gettext_lazy("What they complain of is ours to mend first."),
    Cause.MESSAGES: gettext_lazy("Write less, or by a cheaper way."),
    Cause.DISCOUNTS: gettext_lazy("Thank them with something other than a lower price."),
    Cause.MARGIN: gettext_lazy("Look at the prices of what they buy, not at them."),
    Cause.SMALL_ORDERS: gettext_lazy(
        "Make bigger orders easier: bundles, free freight from a sum on."
    ),
    Cause.ORDERS: gettext_lazy("Their habits are the usual ones; look at what an order costs you."),
    Cause.RENEWALS: gettext_lazy("Collect fees by a cheaper way, or less often."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One customer: who, what is expected, why, and what would turn it."""

    pk: int
    name: str
    label: Label
    value: float
    cause: str
    turn: str


@dataclass(frozen=True, slots=True)
class Because:
    """One cause: how many customers, what they cost together, and what helps."""

    key: str
    label: str
    people: int
    value: float
    advice: str


@dataclass(frozen=True, slots=True)
class Summary:
    """All of them together."""

    people: int
    value: float
    causes: list[Because]


def lines(rows: Iterable[Forecast], user: User, currency: str) -> list[Line]:
    sees_people = roles.may(user, "see_people")
    frank = roles.may(user, "see_negative_types")
    return [
        Line(
            pk=row.pk,
            name=row.customer.label if sees_people else _("Customer %d") % row.pk,
            label=label(getattr(row.customer, "profile", None), frank=frank),
            value=row.value,
            cause=str(Cause(row.cause).label) if row.cause else "",
            turn=found.words if (found := turn(row, currency, _purchases(row))) else "",
        )
        for row in rows
    ]


def _purchases(row: Forecast) -> float | None:
    profile = getattr(row.customer, "profile", None)
    return profile and profile.expected_orders


def summary(found: Sequence[tuple[str, int, float]]) -> Summary:
    known = [(Cause(cause), n, value) for cause, n, value in found if cause]
    return Summary(
        people=sum(n for _cause, n, _value in found),
        value=sum(value for _cause, _n, value in found),
        causes=[
            Because(cause.value, str(cause.label), n, value, str(ADVICE[cause]))
            for cause, n, value in known
        ],
    )
