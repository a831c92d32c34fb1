"""A promise's way: made, tested against what happened, stated, corrected, retired."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.actions.merge import merge_customers
from customers.models import Customer, Interaction, Kind, RetentionRule
from customers.timeline import Slice, timeline
from feedback import actions as desk
from feedback.models import Complaint, Outcome, Promise
from feedback.promises.actions import change_promise, make_promise, retire_promise
from feedback.promises.judging import judge_promises
from feedback.promises.outcomes import (
    BY_HAND,
    correct_outcome,
    state_outcome,
    withdraw_outcome,
)
from feedback.promises.retention import SHELF
from feedback.promises.rules import compared
from relcrm.base.models import AuditLine, Brand, Company, Job
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

DAY = timedelta(days=1)


def quietly(done, *, total=None, position=None):
    """A progress that nobody watches."""


def look(now=NOW) -> Counter[str]:
    return judge_promises(now=now, progress=quietly)


def promised(by, **facts):
    facts = {"name": "In time", "words": "In three days.", "active_from": date(2024, 1, 1)} | facts
    return make_promise(by=by, now=NOW, **facts)


@pytest.fixture
def answered(company, mara) -> Promise:
    return promised(mara, name="Answered in a day", test="complaint_answered", within_hours=24)


@pytest.fixture
def delivered(company, mara) -> Promise:
    return promised(
        mara, name="Three days", test="property", kind="purchase", property_key="delivery_days",
        comparison="at_most", expected="3",
    )  # fmt: skip


def complain(customer, by, *, hours_ago, answered_after=None, resolved_after=None):
    filed = NOW - timedelta(hours=hours_ago)
    found = desk.file_complaint(customer, subject="Late", severity=2, by=by, now=filed)
    if answered_after is not None:
        desk.acknowledge_complaint(found, by=by, now=filed + timedelta(hours=answered_after))
    if resolved_after is not None:
        at = filed + timedelta(hours=resolved_after)
        desk.resolve_complaint(found, resolution="Done.", by=by, now=at)
    return found


def bought(customer, days_ago, delivery_days, **more):
    on = TODAY - timedelta(days=days_ago)
    properties = {} if delivery_days is None else {"delivery_days": delivery_days}
    return happened(customer, Kind.PURCHASE, on, 20, properties=properties, **more)


def say(promise, customer, by, **more):
    said = {"is_kept": False, "occurred_at": NOW - DAY, "source": "carrier", "source_id": "1"}
    return state_outcome(promise, customer, by=by, now=NOW, **(said | more))


def verbs(promise):
    lines = AuditLine.objects.filter(subject_kind="feedback.promise", subject_id=promise.pk)
    return list(lines.order_by("id").values_list("verb", flat=True))


# Making ----------------------------------------------------------------------------------------


def test_a_promise_has_a_readable_key_of_its_own(company, mara):
    first, second = promised(mara, name="In time!"), promised(mara, name="In time")
    assert (first.key, second.key) == ("in-time", "in-time-2")
    assert verbs(first) == ["promise.made"]


def test_a_promise_with_a_test_is_tested_by_the_worker_at_once(answered, dan, sam):
    complain(dan, sam, hours_ago=50, answered_after=2)
    assert work_due_jobs() == 1
    assert Outcome.objects.get().is_kept
    assert Job.objects.get().result["found"] == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": " "}, "a name"),
        ({"words": ""}, "what customers are told"),
        ({"test": "complaint_answered"}, "needs more: within hours"),
        ({"test": "complaint_resolved", "within_days": 900}, "At most 365 days"),
        ({"test": "complaint_answered", "within_hours": 9000}, "in days instead"),
        ({"test": "property", "kind": "purchase"}, "property key, comparison, expected"),
        ({"active_until": date(2023, 1, 1)}, "end before it begins"),
        ({"target_percent": 0}, "between 1 and 100"),
        ({"test": "magic"}, "Choose how"),
        ({"test": "property", "kind": "purchase", "property_key": "days",
          "comparison": "at_most", "expected": "three"}, "needs a number"),
    ],
)  # fmt: skip
def test_what_makes_no_promise_is_refused_in_words(company, mara, facts, words):
    with pytest.raises(Refused, match=words):
        promised(mara, **facts)
    assert not Promise.objects.exists()


def test_the_test_cannot_change_once_it_was_counted_by(answered, dan, sam, mara):
    change_promise(answered, within_hours=12, by=mara, now=NOW)
    complain(dan, sam, hours_ago=50, answered_after=2)
    look()
    with pytest.raises(Refused, match="counted by this test already"):
        change_promise(answered, within_hours=48, by=mara, now=NOW)
    answered.refresh_from_db()
    change_promise(answered, words="Within the day.", by=mara, now=NOW)
    assert verbs(answered)[-1] == "promise.changed"


def test_a_retired_promise_ends_today_and_keeps_what_was_counted(answered, dan, sam, mara):
    complain(dan, sam, hours_ago=50, answered_after=2)
    look()
    retire_promise(answered, by=mara, now=NOW)
    complain(dan, sam, hours_ago=-48)
    look(NOW + 10 * DAY)
    assert answered.active_until == TODAY
    assert Outcome.objects.count() == 1
    for again in (retire_promise, lambda p, **by: change_promise(p, words="New", **by)):
        with pytest.raises(Refused, match="retired"):
            again(answered, by=mara, now=NOW)


# Testing ---------------------------------------------------------------------------------------


def test_an_answer_in_time_keeps_the_promise_a_late_one_breaks_it(answered, ada, bo, dan, sam):
    complain(ada, sam, hours_ago=50, answered_after=2)
    complain(bo, sam, hours_ago=50, answered_after=30)
    complain(dan, sam, hours_ago=50)
    assert look()["found"] == 3
    found = {each.customer: each for each in Outcome.objects.select_related("customer")}
    assert {who: each.is_kept for who, each in found.items()} == {ada: True, bo: False, dan: False}
    assert [found[who].actual for who in (ada, bo, dan)] == ["2 hours", "30 hours", "not yet"]
    assert found[ada].occurred_at == NOW - timedelta(hours=48)  # when it was answered
    assert found[dan].occurred_at == NOW - timedelta(hours=26)  # when the time was over


def test_while_there_is_time_nothing_counts(answered, dan, sam):
    complain(dan, sam, hours_ago=23)
    assert look()["found"] == 0
    assert look(NOW + DAY)["found"] == 1


def test_resolved_within_days_is_corrected_when_it_is_opened_again(company, mara, dan, sam):
    promised(mara, test="complaint_resolved", within_days=3)
    complaint = complain(dan, sam, hours_ago=96, resolved_after=24)
    look()
    assert Outcome.objects.get().is_kept
    desk.reopen_complaint(complaint, reason="Broke again", by=sam, now=NOW)
    assert look()["corrected"] == 1
    assert not Outcome.objects.get().is_kept
    told = Interaction.objects.get(source="promises")
    assert told.kind == Kind.PROMISE_BROKEN


def test_a_figure_that_an_event_carries_is_compared(delivered, ada, bo, dan):
    bought(ada, 9, 3)
    bought(bo, 9, "4.5")
    bought(dan, 9, None)  # carries no figure: counts neither way
    bought(dan, 8, "soon")
    look()
    found = dict(Outcome.objects.values_list("customer__name", "is_kept"))
    assert found == {"Ada Novak": True, "Bo Lind": False}
    assert Outcome.objects.get(customer=bo).expected == "at most 3"


@pytest.mark.parametrize(
    ("found", "comparison", "expected", "holds"),
    [
        (3, "at_most", "3", True), ("3.1", "at_most", "3", False), (True, "at_most", "3", None),
        (5, "at_least", "4", True), ("x", "at_least", "4", None), (3.0, "is", "3", True),
        ("Yes", "is", "yes", True), (True, "is", "true", True), (False, "is_not", "true", True),
        ([1], "is", "1", None), ("NaN", "at_most", "3", None), (None, "at_least", "1", None),
    ],
)  # fmt: skip
def test_figures_and_words_are_compared_as_people_mean_them(found, comparison, expected, holds):
    assert compared(found, comparison, expected) is holds


def test_testing_again_changes_nothing(delivered, answered, ada, dan, sam):
    bought(ada, 9, 3)
    complain(dan, sam, hours_ago=50)
    first = look()
    before = list(Outcome.objects.order_by("pk").values())
    again = look(NOW + timedelta(minutes=5))
    assert (first["found"], again["found"], again["corrected"], again["withdrawn"]) == (2, 0, 0, 0)
    assert list(Outcome.objects.order_by("pk").values()) == before
    assert Interaction.objects.filter(source="promises").count() == 2


def test_late_data_correct_an_outcome_and_data_taken_back_withdraw_it(delivered, ada, bo):
    late, gone = bought(ada, 9, 2), bought(bo, 9, 9)
    look()
    Interaction.objects.filter(pk=late.pk).update(properties={"delivery_days": 6})
    gone.delete()
    done = look()
    assert (done["corrected"], done["withdrawn"]) == (1, 1)
    outcome = Outcome.objects.get()
    assert (outcome.customer, outcome.is_kept, outcome.actual) == (ada, False, "6")
    assert Interaction.objects.get(source="promises").customer == ada
    assert verbs(delivered) == ["promise.made", "promise.tested", "promise.tested"]


def test_an_event_given_to_somebody_else_lets_them_down_instead(delivered, ada, bo):
    event = bought(ada, 9, 9)
    look()
    Interaction.objects.filter(pk=event.pk).update(customer=bo)
    look()
    assert Outcome.objects.get().customer == bo
    assert Interaction.objects.get(source="promises").customer == bo


def test_only_what_happened_while_it_held_and_under_its_brand_counts(company, mara, ada):
    lark = Brand.objects.create(name="Lark", slug="lark")
    main = Brand.objects.create(name="Main", slug="main", is_default=True)
    for name, brand in (("Lark's", lark), ("Main's", main)):
        promised(
            mara, name=name, brand=brand, active_from=TODAY - 10 * DAY,
            active_until=TODAY - 5 * DAY, test="property", kind="purchase",
            property_key="delivery_days", comparison="at_most", expected="3",
        )  # fmt: skip
    bought(ada, 11, 1), bought(ada, 4, 1)
    bought(ada, 10, 1, brand=lark), bought(ada, 5, 1)
    look()
    found = Outcome.objects.values_list("promise__name", "event__occurred_on")
    assert set(found) == {("Lark's", TODAY - 10 * DAY), ("Main's", TODAY - 5 * DAY)}


def test_the_as_of_day_is_the_last_that_counts(answered, dan, sam):
    complain(dan, sam, hours_ago=50)
    Company.objects.update(as_of=TODAY - 2 * DAY)
    assert look()["found"] == 0
    Company.objects.update(as_of=TODAY)
    assert look()["found"] == 1
    Company.objects.update(as_of=TODAY - 2 * DAY)
    assert look()["withdrawn"] == 0  # looking from an earlier day undoes nothing


def test_a_window_costs_the_same_however_many_are_let_down(delivered, ada, bo, dan):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            look()
        return len(asked)

    bought(ada, 9, 9)
    first = statements()
    for at in range(30):
        bought([ada, bo, dan][at % 3], 8, at)
    assert statements() <= first + 2


def test_what_was_forgotten_for_its_age_is_not_found_again(delivered, ada):
    bought(ada, 200, 9), bought(ada, 9, 9)
    look()
    RetentionRule.objects.create(what=SHELF.key, months=3, changed_at=NOW)
    assert SHELF.count(NOW - 90 * DAY) == 1
    assert SHELF.clear(NOW - 90 * DAY, NOW) == 1
    assert look()["found"] == 0
    assert Outcome.objects.count() == Interaction.objects.filter(source="promises").count() == 1


# Stating ---------------------------------------------------------------------------------------


def test_an_outcome_writes_one_interaction_and_has_the_customer_thought_over(company, mara, bo):
    promise = promised(mara)
    outcome = say(promise, bo, mara)
    told = Interaction.objects.get(source="promises")
    bo.refresh_from_db()
    assert (told.kind, told.category, told.source_id) == (
        "promise_broken", "in-time", str(outcome.pk),
    )  # fmt: skip
    assert (told.customer, told.occurred_on, bo.touched_at) == (bo, TODAY - DAY, NOW)


def test_said_again_it_is_once_and_said_otherwise_it_is_corrected(company, mara, bo):
    promise = promised(mara)
    say(promise, bo, mara)
    say(promise, bo, mara)
    assert verbs(promise) == ["promise.made", "promise.outcome_stated"]
    say(promise, bo, mara, is_kept=True)
    assert Outcome.objects.get().is_kept
    assert Interaction.objects.get(source="promises").kind == Kind.PROMISE_KEPT
    assert verbs(promise)[-1] == "promise.outcome_corrected"


def test_an_event_counts_once_whoever_speaks_of_it(delivered, mara, bo):
    event = bought(bo, 9, 9)
    look()
    said = {"event": event, "is_kept": True, "occurred_at": event.occurred_at}
    say(delivered, bo, mara, reason="Left with the neighbour in time", **said)
    assert look()["corrected"] == 0
    outcome = Outcome.objects.get()
    assert (outcome.is_kept, outcome.source) == (True, "carrier")
    with pytest.raises(Refused, match="carrier has already said"):
        say(delivered, bo, mara, source_id="2", **said)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"occurred_at": NOW + DAY}, "future"),
        ({"occurred_at": datetime(2020, 1, 1, tzinfo=UTC)}, "did not hold"),
        ({"source": "test"}, "name another source"),
        ({"source": BY_HAND, "reason": " "}, "what happened"),
    ],
)
def test_what_cannot_be_stated_is_refused_in_words(company, mara, bo, said, words):
    with pytest.raises(Refused, match=words):
        say(promised(mara), bo, mara, **said)
    assert not Outcome.objects.exists()


def test_a_person_may_say_that_it_went_otherwise_and_the_test_gives_way(answered, dan, sam):
    complain(dan, sam, hours_ago=50)
    look()
    outcome = Outcome.objects.get()
    with pytest.raises(Refused, match="what happened"):
        correct_outcome(outcome, is_kept=True, reason="", by=sam, now=NOW)
    correct_outcome(outcome, is_kept=True, reason="Called her at once", by=sam, now=NOW)
    assert look()["corrected"] == 0
    assert Outcome.objects.get().is_kept
    assert Interaction.objects.get(source="promises").kind == Kind.PROMISE_KEPT
    with pytest.raises(Refused, match="recorded already"):
        correct_outcome(outcome, is_kept=True, reason="Again", by=sam, now=NOW)


def test_what_was_said_by_mistake_is_taken_back_and_what_was_found_is_not(
    answered, company, dan, mara, sam
):
    promise = promised(mara)
    outcome = say(promise, dan, mara)
    withdraw_outcome(outcome, reason="Another customer", by=mara, now=NOW)
    assert not Outcome.objects.exists()
    assert not Interaction.objects.filter(source="promises").exists()
    assert verbs(promise)[-1] == "promise.outcome_withdrawn"
    complain(dan, sam, hours_ago=50)
    look()
    with pytest.raises(Refused, match="The test found this"):
        withdraw_outcome(Outcome.objects.get(), reason="x", by=mara, now=NOW)


# Beside other rooms ----------------------------------------------------------------------------


def entries(customer, *, sees_people=True):
    asked = Slice(customer, until=NOW + DAY, currency="EUR", sees_people=sees_people,
                  sees_negative=True, group="work")  # fmt: skip
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
