"""Promises are tested against what happened, again and again, and nothing counts twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Interaction, Kind
from feedback import actions as desk
from feedback.models import Outcome
from feedback.promises.rules import compared
from relcrm.base.models import Brand, Company
from tests.conftest import NOW, TODAY
from tests.feedback.promises.conftest import DAY, bought, complain, look, promised, verbs


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
