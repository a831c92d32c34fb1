"""Outcomes on the timeline, through merges and retention, and in segments."""

from customers.actions.merge import merge_customers
from customers.models import Customer, Interaction, RetentionRule
from customers.segments import Moment, Reader
from customers.segments.compile import matching
from customers.segments.explain import explain
from customers.segments.reading import read
from customers.timeline import Slice, timeline
from feedback.models import Complaint, Outcome
from feedback.promises.retention import SHELF
from relcrm.base.models import Company
from tests.conftest import NOW, TODAY
from tests.feedback.promises.conftest import DAY, bought, complain, look, promised, say


def entries(customer, *, sees_people=True):
    asked = Slice(customer, until=NOW + DAY, currency="EUR", sees_people=sees_people,
                  hides=frozenset(), sees_negative=True, group="work")  # fmt: skip
    return timeline(asked).entries


def test_the_timeline_says_which_promise_and_what_came(answered, company, dan, mara, sam):
    complain(dan, sam, hours_ago=50, answered_after=30)
    look()
    say(promised(mara), dan, mara, is_kept=True, reason="Dan was glad", occurred_at=NOW)
    kept, broken = entries(dan)
    assert (kept.title, kept.why) == ("We kept “In time”", "Dan was glad")
    assert broken.title == "We broke “Answered in a day”"
    assert broken.why == "promised: 24 hours · it was: 30 hours"
    assert broken.tone == "bad"
    assert entries(dan, sees_people=False)[0].why == ""


def test_outcomes_move_with_a_merge_and_are_not_doubled(answered, dan, sam, root):
    twin = Customer.objects.create(name="D. Okafor")
    complain(twin, sam, hours_ago=50)
    complain(dan, sam, hours_ago=50)
    look()
    merge_customers(dan, twin, by=root, now=NOW)
    assert set(Outcome.objects.values_list("customer", flat=True)) == {dan.pk}
    assert look()["found"] == 0
    told = Interaction.objects.filter(source="promises")
    assert set(told.values_list("customer", flat=True)) == {dan.pk}
    assert Complaint.objects.filter(customer=dan).count() == told.count() == 2


def test_what_was_forgotten_for_its_age_is_not_found_again(delivered, ada):
    bought(ada, 200, 9), bought(ada, 9, 9)
    look()
    RetentionRule.objects.create(what=SHELF.key, months=3, changed_at=NOW)
    assert SHELF.count(NOW - 90 * DAY) == 1
    assert SHELF.clear(NOW - 90 * DAY, NOW) == 1
    assert look()["found"] == 0
    assert Outcome.objects.count() == Interaction.objects.filter(source="promises").count() == 1


def meant(rule, *, by, as_of=TODAY):
    reader = Reader.of(by)
    moment = Moment(as_of, Company.objects.get().tzinfo)
    group = read({"version": 1, "all": [rule]}, reader=reader)
    everybody = Customer.objects.all()
    found = matching(group, everybody, moment=moment, reader=reader)
    for one in everybody:
        told = explain(group, one.pk, everybody, moment=moment, reader=reader)
        assert told.is_in is (one in found), one
    return set(found.values_list("name", flat=True))


def test_segments_ask_who_was_let_down_and_to_whom_it_was_kept(mara, ada, bo, cyd, promise):
    say(promise, ada, mara)
    say(promise, bo, mara, days_ago=40)
    say(promise, cyd, mara, is_kept=True)
    let_down = {"field": "let_down_by", "operator": "is", "value": promise.key}
    assert meant(let_down, by=mara) == {"Ada Novak", "Bo Lind"}
    assert meant(let_down, by=mara, as_of=TODAY - 5 * DAY) == {"Bo Lind"}
    lately = {"field": "let_down_on", "operator": "within_last_days", "value": 30}
    assert meant(lately, by=mara) == {"Ada Novak"}
    kept = {"field": "kept_promise", "operator": "is_any_of", "value": [promise.key]}
    assert meant(kept, by=mara) == {"Cyd Moreau"}


def test_segments_ask_how_often_in_how_many_days(mara, ada, bo, promise):
    other = promised(mara, name="Another")
    say(promise, ada, mara, days_ago=3), say(promise, ada, mara, days_ago=9)
    say(promise, bo, mara, days_ago=3), say(promise, bo, mara, days_ago=99)
    say(other, bo, mara, days_ago=4)
    twice = {"did": True, "kinds": ["promise_broken"], "where": {"categories": [promise.key]},
             "times": {"at_least": 2}, "within": {"last_days": 30}}  # fmt: skip
    assert meant(twice, by=mara) == {"Ada Novak"}
