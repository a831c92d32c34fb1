"""The pages of promises put together: rows of the list, and one promise with its months."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.timeline import end_of
from feedback.engine.rates import FEWEST, Rate
from feedback.models import Outcome, Promise
from feedback.promises import queries, words
from relcrm.base.company import Viewpoint
from relcrm.lib import charts


@dataclass(frozen=True, slots=True)
class Listed:
    """One promise in the list of them."""

    promise: Promise
    rate: Rate
    tested: str
    verdict: str
    likely: str
    share: str  # of a bar
    goal: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was let down."""

    pk: int
    customer: int
    name: str
    outcome: Outcome
    actual: str
    expected: str
    reason: str
    repair: str
    is_stated: bool


@dataclass(frozen=True, slots=True)
class MonthShown:
    """One month: its bar, or nothing where too little was counted."""

    name: str
    rate: Rate
    share: str


@dataclass(frozen=True, slots=True)
class Page:
    """One promise."""

    standing: Listed
    holds: str
    months: list[MonthShown]
    fewest: int
    let_down: queries.LetDown
    rows: list[Person]
    newer: str
    older: str


def listed(as_of: date) -> list[Listed]:
    return [_listed(each.promise, each.rate) for each in queries.standings(as_of)]


def _listed(promise: Promise, rate: Rate) -> Listed:
    return Listed(
        promise, rate, words.tested(promise), words.verdict(rate), words.likely(rate),
        charts.percent(rate.share or 0.0) if rate.is_telling else "",
        charts.percent(rate.target),
    )  # fmt: skip


def page(
    promise: Promise, viewpoint: Viewpoint, zone: ZoneInfo, *, sees_people: bool,
    after: str = "", before: str = "",
) -> Page:  # fmt: skip
    as_of = viewpoint.as_of
    until = end_of(as_of, zone)
    found = queries.let_down(promise, viewpoint, until, after=after, before=before)
    return Page(
        standing=_listed(promise, queries.rates([promise], as_of)[promise.pk]),
        holds=words.holds(promise),
        months=[_month(each) for each in queries.months(promise, as_of)],
        fewest=FEWEST,
        let_down=queries.let_down_lately(promise, as_of, until),
        rows=[_person(promise, each, sees_people) for each in found.rows],
        newer=found.before,
        older=found.after,
    )


def _month(month: queries.Month) -> MonthShown:
    share = charts.percent(month.rate.share or 0.0) if month.rate.is_telling else ""
    return MonthShown(date_format(month.begins_on, "M Y"), month.rate, share)


def _person(promise: Promise, outcome: Outcome, sees_people: bool) -> Person:
    called = _("Customer %d") % outcome.customer_id
    return Person(
        pk=outcome.pk,
        customer=outcome.customer_id,
        name=outcome.customer.label if sees_people else called,
        outcome=outcome,
        actual=words.measured(promise, outcome.actual),
        expected=words.measured(promise, outcome.expected),
        reason=outcome.reason if sees_people else "",
        repair=_repair(outcome),
        is_stated=outcome.source != Outcome.TEST,
    )


def _repair(outcome: Outcome) -> str:
    """What put it right, as far as we know."""
    if outcome.satisfied_later:
        return _("complaint resolved, satisfied")
    return _("kept since") if outcome.kept_later else ""
