"""Two records of one person, each judged, set by hand and with a past: merged, and parted again."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now as clock

from customers.actions.ingest import ingest
from customers.actions.merge import merge_customers
from customers.actions.rights import object_to, restrict
from customers.actions.unmerge import undo_merge
from customers.events import Event
from customers.models import Customer, Kind
from relationships import tasks
from relationships.actions import scoring
from relationships.actions.history import running
from relationships.actions.overriding import set_label
from relationships.models import Gap, Override, Profile, ProfileChange, Snapshot
from tests.conftest import NOW, TODAY, happened
from tests.relationships.history.test_corrections import CLOSES, plain, silent

MINE = [("2025-08-20", 30), ("2025-10-05", 45), ("2025-12-12", 60), ("2026-02-20", 25)]
THEIRS = [("2025-11-02", 20), ("2026-01-15", 35), ("2026-02-25", 15)]
LATER = NOW + timedelta(hours=1)


def bought(customer, days, shop):
    return [
        Event(customer_id=customer.pk, kind=Kind.PURCHASE, amount=Decimal(paid), source=shop,
              source_id=f"{shop} {day}",
              occurred_at=datetime.fromisoformat(f"{day}T12:00:00+00:00"))
        for day, paid in days
    ]  # fmt: skip


def say(customer, by, key, family):
    """Until some day that is not over when the worker looks at its clock."""
    now = clock()
    return set_label(
        customer, family=family, key=key, reason=f"We met {customer.name}", by=by, frank=False,
        until=now.date() + timedelta(days=30), as_of=TODAY, now=now,
    )  # fmt: skip


def wished(customer, day, wish):
    happened(customer, Kind.SURVEY_ANSWER, day, category="wish", properties={"q1": wish})


def gaps(customer):
    found = Gap.objects.filter(customer=customer)
    return [(gap.wish, gap.label, round(gap.gap, 3), gap.treated) for gap in found]


def closes(customer):
    rows = Snapshot.objects.filter(customer=customer, is_close=True).order_by("on")
    return plain(rows.values_list(*CLOSES))


def shown(customer):
    return Profile.objects.values_list("family", "type", "own_family").get(pk=customer.pk)


@pytest.fixture
def three(company):
    """Two who are one, and one of whom all of it is known under one number."""
    company.as_of = TODAY
    company.save()
    ann, ani, all_ = (Customer.objects.create(name=name) for name in ("Ann", "Ani", "Anna"))
    for customer in (ann, all_):
        wished(customer, TODAY - timedelta(days=40), "close friend")
    for customer in (ani, all_):
        wished(customer, TODAY - timedelta(days=10), "keep your distance")
    ingest(bought(ann, MINE, "a"), now=NOW)
    ingest(bought(ani, THEIRS, "b"), now=NOW)
    ingest(bought(all_, MINE + THEIRS, "c"), now=NOW)
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)
    running.tell_history(company, as_of=TODAY, months=6, now=NOW, progress=silent)
    return ann, ani, all_


def merged(ann, ani, by):
    record = merge_customers(ann, ani, by=by, now=LATER)
    tasks.score_due()
    return record


def test_of_two_labels_set_by_hand_the_survivors_stands_and_both_come_back(three, mara):
    ann, ani, _all = three
    first, second = say(ann, mara, "R5", "friend"), say(ani, mara, "M2", "marriage")
    record = merged(ann, ani, mara)
    assert list(Override.objects.values_list("pk", flat=True)) == [first.pk]
    assert shown(ann)[:2] == ("friend", "R5")
    undo_merge(record, by=mara, now=LATER + timedelta(hours=1))
    tasks.score_due()
    assert set(Override.objects.values_list("pk", "customer")) == {
        (first.pk, ann.pk), (second.pk, ani.pk),
    }  # fmt: skip
    assert (shown(ann)[:2], shown(ani)[:2]) == (("friend", "R5"), ("marriage", "M2"))


def test_a_label_set_for_the_one_holds_for_the_person_until_they_are_parted(three, mara):
    ann, ani, _all = three
    before = shown(ann)
    say(ani, mara, "M2", "marriage")
    record = merged(ann, ani, mara)
    assert shown(ann)[:2] == ("marriage", "M2")
    assert shown(ann)[2]  # and our own view beside it
    undo_merge(record, by=mara, now=LATER + timedelta(hours=1))
    tasks.score_due()
    assert shown(ann) == before
    assert shown(ani)[:2] == ("marriage", "M2")


def test_the_past_of_both_is_one_and_is_parted_again(three, mara):
    ann, ani, all_ = three
    before = closes(ann), closes(ani)
    record = merged(ann, ani, mara)
    assert closes(ann) == closes(all_)
    assert not Snapshot.objects.filter(customer=ani.pk).exists()
    undo_merge(record, by=mara, now=LATER + timedelta(hours=1))
    tasks.score_due()
    assert (closes(ann), closes(ani)) == before


def test_days_on_which_labels_changed_stay_whose_they_were(three, mara):
    """A line says what colleagues saw of that record: it is no change of the survivor's label."""
    ann, ani, _all = three
    day = date(2026, 3, 1)
    for customer, key in ((ann, "R2"), (ani, "M2")):
        ProfileChange.objects.create(
            customer=customer, on=day, recorded_at=NOW, family="friend", type=key,
            old_family="fling", reason={},
        )  # fmt: skip
    record = merged(ann, ani, mara)
    lines = ProfileChange.objects.filter(customer=ann, on=day)
    assert {line.type for line in lines} >= {"R2"}
    undo_merge(record, by=mara, now=LATER + timedelta(hours=1))
    for customer, key in ((ann, "R2"), (ani, "M2")):
        assert ProfileChange.objects.get(customer=customer, on=day).type == key


def test_there_is_one_gap_of_the_person_judged_anew_and_two_after_parting(three, mara):
    ann, ani, all_ = three
    before = gaps(ann), gaps(ani)
    assert [rows[0][0] for rows in before] == ["close friend", "keep your distance"]
    record = merged(ann, ani, mara)
    assert gaps(ann) == gaps(all_)
    assert gaps(ani) == []
    undo_merge(record, by=mara, now=LATER + timedelta(hours=1))
    tasks.score_due()
    assert (gaps(ann), gaps(ani)) == before


@pytest.mark.parametrize("right", ["objection", "restriction"])
def test_a_no_of_the_person_leaves_no_judgement_to_be_brought_back(three, mara, right):
    ann, ani, _all = three
    for who in (ann, ani):
        say(who, mara, "R5", "friend")
    record = merged(ann, ani, mara)
    assert any(row["model"].startswith("relationships.") for row in record.dropped)
    if right == "objection":
        object_to(ann, marketing=False, profiling=True, by=mara, now=LATER)
    else:
        restrict(ann, by=mara, now=LATER)
    tasks.score_due()
    record.refresh_from_db()
    assert not any(row["model"].startswith("relationships.") for row in record.dropped)
    back = undo_merge(record, by=mara, now=LATER + timedelta(hours=1))
    back.refresh_from_db()
    assert not back.is_judgeable, "nobody knows whose word it was"
    tasks.score_due()
    for model in (Gap, Override, Profile, ProfileChange, Snapshot):
        assert not model.objects.filter(customer__in=[ann.pk, ani.pk]).exists()
