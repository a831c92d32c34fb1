"""A promise is made, changed and retired; what makes none is refused."""

from datetime import date

import pytest

from feedback.models import Outcome, Promise
from feedback.promises.actions import change_promise, retire_promise
from relcrm.base.models import Job
from relcrm.base.tasks import work_due_jobs
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY
from tests.feedback.promises.conftest import DAY, complain, look, promised, verbs


def test_a_promise_has_a_readable_key_of_its_own(company, mara):
    first, second = promised(mara, name="In time!"), promised(mara, name="In time")
    assert (first.key, second.key) == ("in-time", "in-time-2")
    assert verbs(first) == ["promise.made"]


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


def test_a_promise_with_a_test_is_tested_by_the_worker_at_once(answered, dan, sam):
    complain(dan, sam, hours_ago=50, answered_after=2)
    assert work_due_jobs() == 1
    assert Outcome.objects.get().is_kept
    assert Job.objects.get().result["found"] == 1


def test_a_promise_for_ever_is_tested_like_any_other(company, mara, dan, sam):
    promised(
        mara, test="complaint_answered", within_hours=24, active_from=date.min,
        active_until=date.max,
    )  # fmt: skip
    complain(dan, sam, hours_ago=50, answered_after=2)
    work_due_jobs()
    assert Outcome.objects.get().is_kept


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
