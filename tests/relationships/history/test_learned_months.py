"""A month is judged by what had been learned from labels by its end, and by nothing later."""

from datetime import date, timedelta

import numpy as np
import pytest

from customers.models import Customer, Interaction, Kind
from relationships import live
from relationships.actions import fitting, scoring
from relationships.actions.history.planning import plan
from relationships.actions.history.running import tell_history
from relationships.actions.learning import learn_when_due
from relationships.actions.store import unpacked
from relationships.engine.history.quantised import quantised
from relationships.engine.typology import shipped, shipped_document
from relationships.models import Edition, FittedModel, Month, Profile, Snapshot
from relationships.queries.judging import learned_by, standard
from relcrm.base import company as companies
from tests.conftest import NOW, TODAY

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def told(as_of=TODAY, **more):
    company = companies.current()
    return tell_history(company, as_of=as_of, months=2, now=NOW, progress=silent, **more)


def answers(people, number=1, on=FEBRUARY - timedelta(days=3)):
    Interaction.objects.bulk_create(
        Interaction(
            customer=one, kind=Kind.SURVEY_ANSWER, category="wish", occurred_on=on,
            occurred_at=NOW - (TODAY - on), source="survey", source_id=f"{one.pk}-{number}",
            properties={"q2": "a steady partner for years"},
        )
        for one in people
    )  # fmt: skip


def learned(on):
    """At a hundred labels, and again at a quarter more."""
    rng = np.random.default_rng(1)
    return learn_when_due(companies.current(), as_of=on, now=NOW, rng=rng)


@pytest.fixture
def people(company, ada, bo, cyd):
    """110 who bought twice and call us a steady partner; judged at the end of February."""
    days = [FEBRUARY - timedelta(days=20 + 40 * back) for back in range(3)]
    alike = Customer.objects.bulk_create(Customer(name=f"Like Ada {n}") for n in range(110))
    Interaction.objects.bulk_create(
        Interaction(customer=one, kind=Kind.PURCHASE, occurred_on=day, amount=40,
                    occurred_at=NOW - (TODAY - day), source="shop", source_id=f"{one.pk}-{day}")
        for one in alike for day in days
    )  # fmt: skip
    told(FEBRUARY)
    answers(alike)
    fitting.fit(company, as_of=FEBRUARY, now=NOW, rng=np.random.default_rng(2))
    assert learned(FEBRUARY).is_current
    scoring.score_everyone(company, as_of=FEBRUARY, now=NOW, progress=silent)
    return alike


def closes(on=FEBRUARY):
    rows = Snapshot.objects.filter(on=on, is_close=True).order_by("customer")
    fields = ("customer", "family", "type", "held", "chances", "value", "closeness")
    return [(*row[:4], bytes(row[4]), *row[5:]) for row in rows.values_list(*fields)]


def test_a_close_after_learning_is_the_judgement_of_that_day(people):
    day = {one.pk: one for one in Profile.objects.all()}
    told()
    assert Month.objects.get(on=FEBRUARY).learned.kind == "learned"
    rows = closes()
    assert len(rows) == len(day) == 113
    for who, family, kind, held, chances, value, closeness in rows:
        then = day[who]
        assert (family, kind, held) == (then.family, then.type, then.held)
        assert chances == quantised(unpacked(then.posterior)[None, :]).tobytes()
        assert value == pytest.approx(then.value, abs=0.005)
        assert closeness / 100 == pytest.approx(then.closeness, abs=0.005)
    Month.objects.filter(on=FEBRUARY).update(learned=None)
    told(afresh_since=NOW + timedelta(hours=1))
    assert closes() != rows, "what was learned must have moved it, else nothing was shown"


def test_what_is_learned_later_changes_no_earlier_month(people, company):
    told()
    before = closes(JANUARY), closes()
    assert Month.objects.get(on=JANUARY).learned is None  # learned from answers of February
    pinned = Month.objects.get(on=FEBRUARY).learned
    more = Customer.objects.bulk_create(Customer(name=f"New {n}") for n in range(40))
    answers(more, on=TODAY)
    later = learned(TODAY)
    assert later.pk != pinned.pk
    assert not FittedModel.objects.get(pk=pinned.pk).is_current
    told(afresh_since=NOW + timedelta(hours=1))
    assert Month.objects.get(on=FEBRUARY).learned == pinned
    assert (closes(JANUARY), closes()) == before
    known = standard(company, FEBRUARY).learned  # looked at as of that day, from today
    assert known.to_json()["bias"] == pinned.parameters["bias"]


def trial(on, *, edition=1, is_better=True, version=1):
    return FittedModel.objects.create(
        kind="learned", version=version, name="labels", parameters={"spec_version": edition},
        report={"is_better": is_better}, data_through=on, fitted_at=NOW, is_current=False,
    )  # fmt: skip


def test_what_serves_a_day_was_learned_by_then_for_the_edition_and_was_better(db):
    rules = shipped()
    assert learned_by(FEBRUARY, rules) is None
    first = trial(JANUARY)
    trial(TODAY, version=2)
    trial(FEBRUARY, edition=2, version=3)
    assert learned_by(JANUARY - timedelta(days=1), rules) is None
    assert learned_by(FEBRUARY, rules) == first
    trial(FEBRUARY, is_better=False, version=4)
    assert learned_by(FEBRUARY, rules) is None, "the newest trial decides"


def test_told_afresh_under_another_edition_a_month_takes_what_was_learned_for_that(company, ada):
    told()
    first, second = trial(FEBRUARY), trial(FEBRUARY, edition=2, version=2)
    shop = {"as_of": TODAY, "months": 2, "now": NOW, "afresh_since": NOW}
    Edition.objects.create(
        version=2, document=shipped_document() | {"version": 2}, note="Like ours", created_at=NOW
    )
    for version, expected in ((1, None), (2, second), (1, first)):
        company.specification_version = version
        live.follow(company)
        plan(company, **shop)
        # Under the edition that it was opened by, what was pinned stays: here, nothing.
        assert Month.objects.get(on=FEBRUARY).learned == expected
