"""Two customers beside each other, in words: what speaks for one person, and what each says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as dated
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import custom, places
from customers.engine.values import chosen
from customers.models import Customer, CustomField, Duplicate, Identity
from customers.queries import custom as queries

REASONS = {
    ("name", "same"): gettext_lazy("the same name"),
    ("name", "alike"): gettext_lazy("names a slip of the pen apart"),
    ("name", "part"): gettext_lazy("one name is short for the other"),
    ("name", "near"): gettext_lazy("one name or two, hard to tell"),
    ("name", "different"): gettext_lazy("different names"),
    ("email", "same"): gettext_lazy("the same e-mail"),
    ("email", "box"): gettext_lazy("the same name before the @"),
    ("email", "different"): gettext_lazy("different e-mails"),
    ("phone", "same"): gettext_lazy("the same phone"),
    ("phone", "different"): gettext_lazy("different phones"),
    ("born", "same"): gettext_lazy("born on the same day"),
    ("born", "alike"): gettext_lazy("birthdays one digit apart"),
    ("born", "different"): gettext_lazy("born on different days"),
    ("year", "same"): gettext_lazy("born in the same year"),
    ("year", "different"): gettext_lazy("born in different years"),
    ("city", "same"): gettext_lazy("the same city"),
    ("city", "different"): gettext_lazy("different cities"),
    ("country", "different"): gettext_lazy("different countries"),
    ("gender", "different"): gettext_lazy("different genders"),
    ("number", "different"): gettext_lazy("two numbers in one system"),
}
LABELS = {
    "email": gettext_lazy("E-mail"), "birth_on": gettext_lazy("Birthday"),
    "birth_year": gettext_lazy("Year of birth"), "age_band": gettext_lazy("About how old"),
    "household_size": gettext_lazy("People in the household"),
    "preferences": gettext_lazy("How they want to hear from us"),
}  # fmt: skip
AGAINST = ("different", "near")


@dataclass(frozen=True)
class Reason:
    text: str
    is_for: bool


@dataclass(frozen=True)
class Pair:
    """A likely pair as the list shows it."""

    row: Duplicate
    keep: Customer
    other: Customer
    chance: str
    reasons: list[Reason]


def pair(row: Duplicate) -> Pair:
    keep, other = keeper(row.first, row.second)
    return Pair(row, keep, other, chance(row.score), reasons(row.reasons))


def chance(score: float) -> str:
    """98 %, and never 100: nobody is that sure."""
    return _("%d%%") % min(int(score * 100), 99)


def reasons(told: Iterable[Iterable[str]]) -> list[Reason]:
    """In words, what speaks for it first."""
    found = [
        Reason(str(REASONS[what, how]), how not in AGAINST)
        for what, how in map(tuple, told)
        if (what, how) in REASONS
    ]
    return sorted(found, key=lambda reason: not reason.is_for)


def keeper(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Whose number stays unless somebody says otherwise: known longer, then added earlier."""

    def age(customer: Customer) -> tuple[date, int]:
        return customer.first_seen_on or date.max, customer.pk

    return (one, other) if age(one) <= age(other) else (other, one)


def lines(customer: Customer) -> list[str]:
    """How we know them, and a fact or two."""
    contact = [customer.email, customer.phone]
    numbers = [
        f"{each.source or _('number')} {each.value}"
        for each in customer.identities.all()
        if each.kind == Identity.Kind.EXTERNAL
    ]
    facts = [shown(customer.birth_on), customer.city]
    return [part for part in (*contact, *numbers[:2], *facts) if part]


@dataclass(frozen=True)
class Choice:
    """One field of which either value may hold; `is_open` when somebody has to say which."""

    name: str
    label: str
    mine: str
    theirs: str
    is_open: bool


def choices(keep: Customer, other: Customer, names: Iterable[str]) -> list[Choice]:
    """Fields in which the two say something; those to decide about first."""
    found = []
    for name in names:
        mine, theirs = getattr(keep, name), getattr(other, name)
        said = [places.countries().get(each, each) if name == "country" else shown(each)
                for each in (mine, theirs)]  # fmt: skip
        if any(said):
            label = str(LABELS.get(name) or Customer._meta.get_field(name).verbose_name)
            is_open = chosen(mine, theirs)[1]
            found.append(Choice(name, capfirst(label), *said, is_open))
    return sorted(found, key=lambda choice: not choice.is_open)


def own_choices(keep: Customer, other: Customer, fields: Iterable[CustomField]) -> list[Choice]:
    """The same for the company's own fields; one query."""
    known = list(fields)
    told = queries.values([keep.pk, other.pk], known)
    found = []
    for field in known:
        mine, theirs = (told.get(each.pk, {}).get(field.pk) for each in (keep, other))
        if mine is not None or theirs is not None:
            words = ["" if value is None else custom.shown(field, value)
                     for value in (mine, theirs)]  # fmt: skip
            is_open = None not in (mine, theirs) and mine != theirs
            found.append(Choice(f"custom.{field.key}", field.label, *words, is_open))
    return sorted(found, key=lambda choice: not choice.is_open)


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return dated(value, "j M Y")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
