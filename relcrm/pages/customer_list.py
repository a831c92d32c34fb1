"""The customer list put together: rows as people read them, filters and orders as links."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.models import Customer, CustomField, Tag
from customers.queries.custom import fields_for
from customers.queries.segments import is_withheld_from, names
from customers.queries.tags import tags
from customers.segments import Reader
from relationships import veil
from relationships.labels import judged, label
from relationships.live import typology
from relationships.models import Family, GapLabel, Persona, Portfolio, Profile
from relationships.naming import ORDER, families_name
from relationships.queries.overrides import marks
from relcrm.base import roles
from relcrm.base.models import Company, User
from relcrm.base.templatetags.words import CENT, chance, money
from relcrm.lib import charts
from relcrm.lib.windows import Window, window
from relcrm.pages.profile import called
from relcrm.pages.queries import customers as queries
from relcrm.pages.wanted import Wanted

CHANCES = (("0.2", "20 %"), ("0.5", "50 %"), ("0.8", "80 %"))
SOON = (
    (1, gettext_lazy("within a month")),
    (3, gettext_lazy("within three months")),
    (6, gettext_lazy("within half a year")),
    (12, gettext_lazy("within a year")),
)
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
    by_hand: str  # until when and why a colleague has set the label, "" when it is our own
    step: str
    tone: str
    alive: str
    value: str  # "" when there is none
    likely: str
    span: charts.Span | None
    seen: str


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
    found: str  # how many the filters mean; "" without filters, or where it is not known
    is_scored: bool
    may_choose: bool  # rows can be ticked
    went: str  # whom it shows, when it was opened from the page of moves
    is_withheld: bool  # the segment asked for is not for this reader
    newer: str
    older: str

    @property
    def zero(self) -> str:
        return self.axis.at(0)


def shown_fields(user: User) -> list[str]:
    """What a row of the list tells this person about a customer."""
    personal = ["name", "email", "city"] if roles.may(user, "see_people") else []
    return [*personal, "country", "relationship", "value", "last seen"]


def listing(
    wanted: Wanted, user: User, company: Company, *, as_of: date, after: str = "",
    before: str = "", size: int = 50,
) -> Listing:  # fmt: skip
    """Two queries, whatever the number of rows; more only where one part of the list ends, and one
    that counts where filters mean more than a page."""
    found = window(queries.parts(wanted, user), after=after, before=before, size=size)
    picture = queries.newest_counts(as_of)
    sees_all = roles.may(user, "see_company")
    rows, axis = _rows(found, View(user, company, as_of))
    known = picture.customers if picture and sees_all else None
    return Listing(
        rows=rows,
        axis=axis,
        families=_families(wanted, user, picture if sees_all else None),
        sorts=_sorts(wanted, sees_people=roles.may(user, "see_people")),
        known=known,
        found=_found(found, wanted, user, known) if wanted.is_filtered and rows else "",
        is_scored=picture is not None,
        may_choose=roles.may(user, "export_data") or roles.may(user, "edit_customers"),
        went=wanted.went.words(frank=roles.may(user, "see_negative_types")) if wanted.went else "",
        is_withheld=not rows and _is_withheld(wanted, user),
        newer=f"{wanted.address()}&before={found.before}" if found.before else "",
        older=f"{wanted.address()}&after={found.after}" if found.after else "",
    )


def _found(page: Window[Customer], wanted: Wanted, user: User, known: int | None) -> str:
    """Counted only where there is more than this page; above a bound only that they are more."""
    is_whole = not (page.before or page.after)
    n = len(page.rows) if is_whole else queries.how_many(wanted, user, most=queries.MOST_COUNTED)
    if n is None:
        return ""
    words = {"n": f"{min(n, queries.MOST_COUNTED):,}", "all": f"{known or 0:,}"}
    if n > queries.MOST_COUNTED:
        more = (
            _("more than %(n)s of %(all)s customers") if known else _("more than %(n)s customers")
        )
        return more % words
    if known and n <= known:
        return _("%(n)s of %(all)s customers") % words
    return ngettext("%(n)s customer", "%(n)s customers", n) % words


def _is_withheld(wanted: Wanted, user: User) -> bool:
    """Looked up only where nobody was found: of such a segment nobody ever is."""
    return wanted.segment is not None and is_withheld_from(wanted.segment, Reader.of(user))


def _rows(found: Window[Customer], view: "View") -> tuple[list[Row], charts.Axis]:
    profiles = [judged(customer) for customer in found.rows]
    bounds = [b for p in profiles if p and p.value is not None for b in (p.value_low, p.value_high)]
    axis = charts.axis([bound for bound in bounds if bound is not None], ticks=3, finest=CENT)
    view.by_hand = marks(profiles, frank=view.frank, sees_people=view.sees_people)
    rows = [
        _row(customer, profile, axis, view)
        for customer, profile in zip(found.rows, profiles, strict=True)
    ]
    return rows, axis


class View:
    """For whom rows are put into words; every word is looked up once, not for every row."""

    def __init__(self, user: User, company: Company, as_of: date) -> None:
        self.user, self.currency, self.as_of = user, company.currency, as_of
        self.frank = roles.may(user, "see_negative_types")
        self.sees_people = roles.may(user, "see_people")
        self.range_words, self.days_words = _("%(low)s to %(high)s"), _("%d d")
        self.steps = typology().groups
        self.by_hand: dict[int, str] = {}

    def money(self, amount: float) -> str:
        """Cents beside hundreds are noise."""
        return money(round(amount) if abs(amount) >= 10 else amount, self.currency)

    def likely(self, profile: Profile) -> str:
        if profile.value_low is None or profile.value_high is None:
            return ""
        low, high = self.money(profile.value_low), self.money(profile.value_high)
        return self.range_words % {"low": low, "high": high}

    def seen(self, day: date | None) -> str:
        return self.days_words % max((self.as_of - day).days, 0) if day else "–"


def _row(
    customer: Customer, profile: Profile | None, axis: charts.Axis, view: View
) -> Row:  # fmt: skip
    shown = label(profile, frank=view.frank)
    facts: dict[str, Any] = {"alive": "–", "value": "", "likely": "", "span": None}
    if profile is not None:
        facts["alive"] = chance(profile.alive)
        if profile.value is not None:
            facts |= {"value": view.money(profile.value), "likely": view.likely(profile)}
            facts["span"] = _span(profile, axis)
    is_told = profile is not None and not veil.is_veiled(profile.family, frank=view.frank)
    step = profile.next_step if is_told else ""
    return Row(
        pk=customer.pk,
        href=reverse("customers:profile", args=(customer.pk,)),
        name=called(customer, view.user),
        place=_place(customer) if view.sees_people else customer.country,
        family=shown.family,
        label=shown.words if profile else _not_scored(customer),
        by_hand=view.by_hand.get(customer.pk, ""),
        step=view.steps.get(step, ""),
        tone=TONES.get(step, ""),
        seen=view.seen(customer.last_seen_on),
        **facts,
    )


def _span(profile: Profile, axis: charts.Axis) -> charts.Span | None:
    low, mid, high = profile.value_low, profile.value, profile.value_high
    return None if low is None or mid is None or high is None else axis.span(low, mid, high)


def _not_scored(customer: Customer) -> str:
    if customer.restricted_at:
        return _("Use restricted")
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


def _sorts(wanted: Wanted, *, sees_people: bool) -> dict[str, Link]:
    """What each heading leads to; the one of names nowhere for who sees none."""
    return {
        key: Link(str(words), wanted.address(sort=key) if sees_people or key != "name" else "",
                  wanted.sort == key)
        for key, words in HEADINGS.items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields of the filter offer."""

    types: list[tuple[str, list[tuple[str, str]]]]  # by family
    steps: list[tuple[str, str]]
    gaps: list[tuple[str, str]]
    personae: list[Persona]
    tags: list[Tag]
    own: list[CustomField]
    segments: list[tuple[int, str]]
    chances: tuple[tuple[str, str], ...] = CHANCES
    soon: tuple[tuple[int, Any], ...] = SOON


def choices(user: User) -> Choices:
    kinds = typology()
    frank = roles.may(user, "see_negative_types")
    types = [
        (str(family.label), [(t.key, t.name) for t in kinds.types if t.family == family])
        for family in veil.families(ORDER, frank=frank)
    ]
    steps = [(key, kinds.groups[key]) for key in queries.URGENCY]
    return Choices(
        types, steps, GapLabel.choices, queries.personae(), tags(), fields_for(user),
        names(Reader.of(user)),
    )  # fmt: skip
