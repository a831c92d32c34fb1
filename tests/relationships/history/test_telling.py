"""The past is told from what had happened by then, once, and the same in whatever order."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from customers.actions.ingest import ingest
from customers.events import Event
from customers.models import Customer, Kind
from relationships import tasks
from relationships.actions import scoring
from relationships.actions.history import running
from relationships.actions.store import unpacked
from relationships.engine.history.turning import State
from relationships.engine.typology import typology
from relationships.models import FittedModel, Month, Profile, ProfileChange, Snapshot
from relationships.queries.history.reasons import rival
from tests.conftest import NOW, TODAY, happened

MONTHS = 6
LAST = date(2026, 2, 28)


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def told(company, *, as_of=TODAY, months=MONTHS, **more):
    return running.tell_history(
        company, as_of=as_of, months=months, now=NOW, progress=silent, **more
    )


@pytest.fixture
def history(company, ada, bo, cyd):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    return told(company)


ALL = ("customer", "on", "is_close", "family", "type", "held", "chances", "confidence", "valence",
       "closeness", "intensity", "alive", "value", "turn", "seen", "told")  # fmt: skip
CHANGED = ("customer", "on", "family", "type", "old_family", "old_type", "reason")


def rows(model, fields, **which):
    found = model.objects.filter(**which).order_by("customer", "on", "pk").values_list(*fields)
    return [tuple(bytes(x) if isinstance(x, memoryview) else x for x in row) for row in found]


def profiles():
    """Labels and probabilities; sums may differ in their last bits with the rows beside them."""
    found = Profile.objects.order_by("pk").values_list("pk", "family", "type", "posterior")
    return [(*row[:-1], np.round(unpacked(row[-1]), 5).tolist()) for row in found]


def test_each_month_has_its_books_and_each_customer_who_was_there_a_snapshot(history, ada, bo):
    assert history == {"months": MONTHS, "customers": 3}
    ends = list(Month.objects.order_by("on").values_list("on", flat=True))
    assert ends[-1] == LAST
    assert ends[0] == date(2025, 9, 30)
    assert not Month.objects.filter(closed_at=None).exists()
    assert Snapshot.objects.filter(customer=ada, is_close=True).count() == MONTHS
    assert not Snapshot.objects.filter(customer=bo, on=LAST - timedelta(days=28)).exists()


def test_telling_twice_changes_nothing(history, company):
    before = rows(Snapshot, ALL), rows(ProfileChange, CHANGED)
    assert told(company)["months"] == 0
    later = NOW + timedelta(hours=1)
    assert told(company, afresh_since=later)["months"] == MONTHS
    assert (rows(Snapshot, ALL), rows(ProfileChange, CHANGED)) == before


def test_what_was_known_on_a_day_is_the_same_after_everything_that_came_later(
    history, company, ada
):
    """No leakage: told again from nothing, months later, each month's end is as it was."""
    before = rows(Snapshot, ALL, is_close=True)
    for day in range(1, 20, 3):
        happened(ada, Kind.PURCHASE, LAST + timedelta(days=day), 500)
    happened(ada, Kind.RETURN, LAST + timedelta(days=9), 90)
    Month.objects.all().delete()
    Snapshot.objects.all().delete()
    Profile.objects.all().delete()
    FittedModel.objects.all().delete()
    told(company, as_of=date(2026, 4, 10), months=MONTHS + 1)
    after = rows(Snapshot, ALL, is_close=True, on__lte=LAST)
    assert after == before
    assert Snapshot.objects.filter(is_close=True, on=date(2026, 3, 31)).count() == 3


def bought(customer, number, day, amount="25"):
    return Event(
        customer_id=customer.pk, kind=Kind.PURCHASE, amount=Decimal(amount), source="shop",
        source_id=number, occurred_at=datetime(2025, day.month, day.day, 12, tzinfo=NOW.tzinfo),
    )  # fmt: skip


ORDERS = ([0, 1, 2, 3], [3, 0, 0, 2, 3, 1])


@pytest.mark.parametrize("order", ORDERS)
def test_late_and_double_events_in_any_order_end_alike(history, company, bo, cyd, order):
    company.as_of = TODAY
    company.save()
    late = [bought(bo, f"late {n}", date(2025, 6 + n, 3 + 5 * n)) for n in range(4)]
    late[3] = bought(cyd, "late 3", date(2025, 12, 9), "70")
    for at, n in enumerate(order):
        ingest([late[n]], now=NOW + timedelta(minutes=at))
        tasks.score_due()
    ends = rows(Snapshot, ALL, is_close=True), profiles()
    told(company, afresh_since=NOW + timedelta(days=1))
    tasks.score_due()
    assert rows(Snapshot, ALL, is_close=True) == ends[0]
    assert Snapshot.objects.filter(customer=bo, is_close=True).count() == MONTHS
    assert profiles() == ends[1]


def test_who_is_left_alone_by_late_events_is_not_told_again(history, company, ada, cyd):
    kept = dict(Snapshot.objects.filter(customer=ada).values_list("on", "pk"))
    ids = np.array([ada.pk, cyd.pk])
    assert running.tell_late(ids, company, as_of=TODAY, now=NOW) == 0
    happened(cyd, Kind.RETURN, LAST - timedelta(days=40), 60)
    assert running.tell_late(ids, company, as_of=TODAY, now=NOW) == 1
    assert dict(Snapshot.objects.filter(customer=ada).values_list("on", "pk")) == kept


def test_a_first_judgement_is_taken_back_where_the_past_says_how_it_began(history, cyd):
    lines = list(ProfileChange.objects.filter(customer=cyd).order_by("on"))
    assert lines[0].is_reconstructed
    assert lines[0].on < TODAY
    for earlier, later in zip(lines, lines[1:], strict=False):
        assert (later.old_family, later.old_type) == (earlier.family, earlier.type)
    shown = Profile.objects.get(customer=cyd)
    assert (lines[-1].family, lines[-1].type) == (shown.family, shown.type)


def test_a_change_of_the_same_day_is_told_anew_and_never_there_and_straight_back(
    history, company, bo
):
    """Scored first and looked back on afterwards, the same day: from the label of that close."""
    first = Profile.objects.get(customer=bo)
    ProfileChange.objects.filter(customer=bo, on=TODAY).delete()
    close = Snapshot.objects.get(customer=bo, on=LAST)
    Profile.objects.filter(customer=bo).update(family="marriage", type="M1")
    ProfileChange.objects.create(
        customer=bo, on=TODAY, recorded_at=NOW, family="marriage", type="M1",
        old_family=close.family, old_type=close.type,
    )  # fmt: skip
    later = NOW + timedelta(hours=1)
    told(company, afresh_since=later)
    now = Profile.objects.get(customer=bo)
    assert (now.family, now.type) == (first.family, first.type)
    lines = ProfileChange.objects.filter(customer=bo, on=TODAY)
    is_other = (close.family, close.type) != (now.family, now.type)
    assert [(line.old_family, line.family) for line in lines] == (
        [(close.family, now.family)] if is_other else []
    )


def test_every_change_says_what_moved(history):
    lines = ProfileChange.objects.exclude(old_family__in=["", "undetermined"])
    assert lines
    for line in lines:
        assert line.reason["mechanism"]
        assert line.reason["since"] < line.on.isoformat()
        assert all(one["strength"] > 0 for one in line.reason["moved"])
    for line in ProfileChange.objects.filter(old_family=""):
        assert line.reason["moved"][0]["code"]


def test_the_rival_of_a_type_that_is_told_is_another_that_is_told():
    keys = list(typology().keys)
    likely = np.full((2, len(keys)), 0.001)
    for key, chance in (("R2", 0.5), ("N5", 0.3), ("N4", 0.25), ("F1", 0.1)):
        likely[:, keys.index(key)] = chance
    held = np.array([keys.index("R2"), keys.index("N5")])
    assert [keys[at] for at in rival(State(likely, held))] == ["F1", "R2"]


class Killed(BaseException):
    """The worker's end."""


def test_a_killed_telling_goes_on_behind_its_last_block(company, ada, bo, cyd, monkeypatch):
    monkeypatch.setattr(running, "BLOCK", 1)

    def die(done, *, total=None, position=None):
        if position == bo.pk:
            raise Killed

    with pytest.raises(Killed):
        running.tell_history(company, as_of=TODAY, months=MONTHS, now=NOW, progress=die)
    assert not Month.objects.exclude(closed_at=None).exists()
    half = rows(Snapshot, ALL, customer=ada, is_close=True)
    assert told(company, after=bo.pk) == {"months": MONTHS, "customers": 3}
    assert rows(Snapshot, ALL, customer=ada, is_close=True) == half
    assert Month.objects.get(on=LAST).customers == Snapshot.objects.filter(on=LAST).count()


def test_how_far_it_is_grows_with_each_month(company, ada, bo, cyd, monkeypatch):
    """A block may hold everybody, and take minutes."""
    monkeypatch.setattr(running, "bring_to_present", lambda *_, **__: None)
    stood = []
    running.tell_history(
        company, as_of=TODAY, months=MONTHS, now=NOW,
        progress=lambda done, *, total=None, position=None: stood.append((done, total)),
    )  # fmt: skip
    done = [one for one, _total in stood]
    assert done == sorted(done)
    assert {0, 1, 2, 3} == set(done)  # of three customers, before the last month as well
    assert {total for _done, total in stood} == {3}


def test_who_objects_has_no_past_either(company, ada, cyd):
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True)
    told(company)
    assert set(Snapshot.objects.values_list("customer", flat=True)) == {cyd.pk}


def test_the_books_add_up(history):
    month = Month.objects.get(on=LAST)
    assert sum(one["shown"] for one in month.families.values()) == month.customers == 3
    hard = np.array(month.moves["hard"])
    assert hard.sum() + sum(month.moves["new"]) == month.customers
    assert np.array(month.moves["soft"]).sum() == pytest.approx(hard.sum(), abs=1e-2)
    assert Month.objects.earliest("on").moves == {}
