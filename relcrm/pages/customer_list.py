"""The customer list put together: rows as people read them, filters and orders as links."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer
from relationships.engine.typology import typology
from relationships.labels import label
from relationships.models import Family, Persona, Portfolio, Profile
from relationships.naming import ORDER, families_name
from relcrm.base import roles
from relcrm.base.models import User
from relcrm.lib import charts
from relcrm.lib.windows import Window, window
from relcrm.pages.profile import called
from relcrm.pages.queries import customers as queries
from relcrm.pages.wanted import Wanted

CHANCES = (("0.2", "20 %"), ("0.5", "50 %"), ("0.8", "80 %"))
TONES = {"repair": "bad", "welcome": "accent"}
HEADINGS = {
    "name": gettext_lazy("Name"),
    "alive": gettext_lazy("Still with us"),
    "value": gettext_lazy("Value"),
    "step": gettext_lazy("Next step"),
    "seen": gettext_lazy("Last seen"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One customer as a line of the list."""

    pk: int
    href: str
    name: str
    place: str
    family: str
    label: str
    step: str
    tone: str
    alive: float | None
    value: float | None
    low: float | None
    high: float | None
    span: charts.Span | None
    days: int | None  # since we last heard of each other


@dataclass(frozen=True, slots=True)
class Link:
    """A filter or an order that one click away shows."""

    label: str
    href: str
    is_current: bool
    family: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the list shows of one page."""

    rows: list[Row]
    axis: charts.Axis
    families: list[Link]
    sorts: dict[str, Link]
    known: int | None  # everybody, as of the newest scoring; None: not to be told
    is_scored: bool
    newer: str
    older: str


def listing(
    wanted: Wanted, user: User, *, as_of: date, after: str = "", before: str = "", size: int = 50
) -> Listing:
    """Two queries, whatever the number of rows; more only where one part of the list ends."""
    found = window(queries.parts(wanted, user), after=after, before=before, size=size)
    picture = queries.newest_counts()
    sees_all = roles.may(user, "see_company")
    rows, axis = _rows(found, user, as_of)
    return Listing(
        rows=rows,
        axis=axis,
        families=_families(wanted, user, picture if sees_all else None),
        sorts=_sorts(wanted),
        known=picture.customers if picture and sees_all else None,
        is_scored=picture is not None,
        newer=f"{wanted.address()}&before={found.before}" if found.before else "",
        older=f"{wanted.address()}&after={found.after}" if found.after else "",
    )


def _rows(found: Window[Customer], user: User, as_of: date) -> tuple[list[Row], charts.Axis]:
    frank = roles.may(user, "see_negative_types")
    sees_people = roles.may(user, "see_people")
    profiles = [getattr(customer, "profile", None) for customer in found.rows]
    bounds = [b for p in profiles if p and p.value is not None for b in (p.value_low, p.value_high)]
    axis = charts.axis([bound for bound in bounds if bound is not None], ticks=3)
    rows = [
        _row(customer, profile, user, axis, as_of, frank=frank, sees_people=sees_people)
        for customer, profile in zip(found.rows, profiles, strict=True)
    ]
    return rows, axis


def _row(
    customer: Customer, profile: Profile | None, user: User, axis: charts.Axis, as_of: date,
    *, frank: bool, sees_people: bool,
) -> Row:  # fmt: skip
    shown = label(profile, frank=frank)
    facts: dict[str, Any] = dict.fromkeys(("alive", "value", "low", "high", "span"))
    if profile is not None:
        low, mid, high = profile.value_low, profile.value, profile.value_high
        facts = {"alive": profile.alive, "span": None}
        facts |= {"value": _whole(mid), "low": _whole(low), "high": _whole(high)}
        if low is not None and mid is not None and high is not None:
            facts["span"] = axis.span(low, mid, high)
    step = profile.next_step if profile else ""
    seen = customer.last_seen_on
    return Row(
        pk=customer.pk,
        href=reverse("customers:profile", args=(customer.pk,)),
        name=called(customer, user),
        place=_place(customer) if sees_people else customer.country,
        family=shown.family,
        label=shown.words if profile else _not_scored(customer),
        step=typology().groups.get(step, ""),
        tone=TONES.get(step, ""),
        days=max((as_of - seen).days, 0) if seen else None,
        **facts,
    )


def _whole(amount: float | None) -> float | None:
    """Cents beside hundreds are noise."""
    return None if amount is None else float(round(amount)) if abs(amount) >= 10 else amount


def _not_scored(customer: Customer) -> str:
    return _("Objects to profiling") if customer.objects_to_profiling else _("Not scored yet")


def _place(customer: Customer) -> str:
    if customer.name and customer.email and not customer.city:
        return customer.email
    return ", ".join(filter(None, (customer.city, customer.country)))


def _families(wanted: Wanted, user: User, picture: Portfolio | None) -> list[Link]:
    """Counts are those of the newest scoring, so they stand only beside the plain families."""
    frank = roles.may(user, "see_negative_types")
    told = picture if not (wanted.given.keys() - {"sort", "family"}) else None
    everyone = Link(_("All"), wanted.address(family=""), not wanted.family,
                    count=told.customers if told else None)  # fmt: skip
    found = [everyone]
    for family in (*ORDER, Family.UNDETERMINED):
        count = told.families.get(family, {}).get("shown", 0) if told else None
        name = families_name(family, frank=frank)
        href = wanted.address(family=str(family))
        found.append(Link(name, href, wanted.family == family, str(family), count))
    return found


def _sorts(wanted: Wanted) -> dict[str, Link]:
    return {
        key: Link(str(words), wanted.address(sort=key), wanted.sort == key)
        for key, words in HEADINGS.items()
    }


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields of the filter offer."""

    types: list[tuple[str, list[tuple[str, str]]]]  # by family
    steps: list[tuple[str, str]]
    personae: list[Persona]
    chances: tuple[tuple[str, str], ...] = CHANCES


def choices(user: User) -> Choices:
    kinds = typology()
    frank = roles.may(user, "see_negative_types")
    types = [
        (str(family.label), [(t.key, t.name) for t in kinds.types if t.family == family])
        for family in ORDER
        if frank or family != Family.NEGATIVE
    ]
    steps = [(key, kinds.groups[key]) for key in queries.URGENCY if key in kinds.groups]
    return Choices(types, steps, queries.personae())
