"""Sign-up forms with their figures, and who signed up through one of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from customers.models import SignUp, SignUpForm, Wording
from customers.signup.facts import known
from relcrm.lib import charts
from relcrm.lib.rest.keyset import Order, whole
from relcrm.lib.windows import Part, Window, window

LATELY = timedelta(days=30)
WEEKS = 12
PAGE = 20
NEWEST = Order((("pk", whole),), descending=True)


def forms(now: datetime) -> QuerySet[SignUpForm]:
    """Each with how many signed up and how many confirmed it: ever, and in the last 30 days."""
    is_theirs, lately = Q(sign_ups__state="confirmed"), Q(sign_ups__at__gt=now - LATELY)
    return SignUpForm.objects.annotate(
        came=Count("sign_ups"), confirmed=Count("sign_ups", filter=is_theirs),
        came_lately=Count("sign_ups", filter=lately),
        confirmed_lately=Count("sign_ups", filter=lately & is_theirs),
    ).select_related("brand")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday on: how many signed up and how many of them confirmed."""

    begins: datetime
    came: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Page:
    """One form: what it asks, its sign-ups week by week, and who they were."""

    form: Any  # a SignUpForm with the figures of `forms`
    asks: list[Any]
    newer: dict[int, int]  # number of a wording → its newest version, where that is another one
    weeks: list[Week]
    columns: tuple[charts.Column, ...]
    people: Window[SignUp]
    waiting: int
    facts: list[tuple[Any, bool]]  # what is asked, and whether it must be filled in


def page(form: Any, *, now: datetime, after: str = "") -> Page:
    asks = list(form.asks.select_related("wording"))
    rows = SignUp.objects.filter(form=form).select_related("customer")
    found = weeks(form, now)
    return Page(
        form=form, asks=asks, newer=_newer([ask.wording for ask in asks]), weeks=found,
        columns=charts.columns([week.came for week in found]) if any(w.came for w in found) else (),
        people=window([Part(rows, NEWEST)], after=after, size=PAGE),
        waiting=form.came - form.confirmed, facts=_facts(form),
    )  # fmt: skip


def _facts(form: SignUpForm) -> list[tuple[Any, bool]]:
    """What cannot be asked any more is left out of the form, too."""
    facts = known() if form.facts else {}
    return [
        (each["label"] or facts[each["what"]].label, each["is_required"])
        for each in form.facts if each["what"] in facts
    ]  # fmt: skip


def weeks(form: SignUpForm, now: datetime) -> list[Week]:
    """The last twelve, this one included, also those in which nobody came."""
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    rows = (
        SignUp.objects.filter(form=form, at__gte=first)
        .annotate(week=TruncWeek("at", tzinfo=now.tzinfo))
        .values("week")
        .annotate(came=Count("*"), confirmed=Count("pk", filter=Q(state="confirmed")))
        .values_list("week", "came", "confirmed")
        .order_by("week")
    )
    found = {week.date(): (came, confirmed) for week, came, confirmed in rows}
    begins = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return [Week(day, *found.get(day.date(), (0, 0))) for day in begins]


def newest_wordings() -> list[Wording]:
    """Of each statement and language the version in use."""
    found: dict[tuple[str, str], Wording] = {}
    for wording in Wording.objects.order_by("version"):
        found[wording.key, wording.language] = wording
    return sorted(found.values(), key=lambda each: (each.key, each.language))


def _newer(held: list[Wording]) -> dict[int, int]:
    newest = {(each.key, each.language): each.version for each in newest_wordings()} if held else {}
    return {
        each.pk: newest[each.key, each.language]
        for each in held
        if newest[each.key, each.language] != each.version
    }
