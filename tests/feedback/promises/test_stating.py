"""Somebody says how it went, says otherwise, or takes it back."""

from datetime import UTC, datetime

import pytest

from customers.models import Interaction, Kind
from feedback.models import Outcome
from feedback.promises.outcomes import BY_HAND, correct_outcome, withdraw_outcome
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY
from tests.feedback.promises.conftest import DAY, bought, complain, look, promised, say, verbs


def test_an_outcome_writes_one_interaction_and_has_the_customer_thought_over(company, mara, bo):
    promise = promised(mara)
    outcome = say(promise, bo, mara, source_id="1")
    told = Interaction.objects.get(source="promises")
    bo.refresh_from_db()
    assert (told.kind, told.category, told.source_id) == (
        "promise_broken", "in-time", str(outcome.pk),
    )  # fmt: skip
    assert (told.customer, told.occurred_on, bo.touched_at) == (bo, TODAY - DAY, NOW)


def test_said_again_it_is_once_and_said_otherwise_it_is_corrected(company, mara, bo):
    promise = promised(mara)
    say(promise, bo, mara, source_id="1")
    say(promise, bo, mara, source_id="1")
    assert verbs(promise) == ["promise.made", "promise.outcome_stated"]
    say(promise, bo, mara, is_kept=True, source_id="1")
    assert Outcome.objects.get().is_kept
    assert Interaction.objects.get(source="promises").kind == Kind.PROMISE_KEPT
    assert verbs(promise)[-1] == "promise.outcome_corrected"


def test_an_event_counts_once_whoever_speaks_of_it(delivered, mara, bo):
    event = bought(bo, 9, 9)
    look()
    said = {"event": event, "is_kept": True, "occurred_at": event.occurred_at}
    say(delivered, bo, mara, source_id="1", reason="Left with the neighbour in time", **said)
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
