"""Any story, in any order, however odd: the same state, judged, and nothing out of the future."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.engine.evaluation.drawn import drawn
from relationships.engine.typology import (
    Calibration,
    Evidence,
    calibrate,
    classify,
    dimensions,
    evidence_from_events,
    typology,
)
from relationships.engine.typology.changes import CHANGES
from tests.engine.typology.cast import (
    CYCLE_WEEKS,
    EVERYTHING,
    TODAY,
    complaint,
    event,
    known,
    purchase,
)

few = settings(max_examples=10, deadline=None)
FAMILIES = list(typology().families)
KINDS = ("purchase", "return", "review", "support", "referral", "mention", "message_sent",
         "message_clicked", "message_replied", "unsubscribed", "visit", "suggestion",
         "survey_answer", "subscription_started", "subscription_cancelled")  # fmt: skip
events = st.builds(
    lambda kind, age, amount, tone: event(
        kind, age, amount=amount, sentiment=tone, rating=round(5.5 + 4.5 * tone), category="nps"
    ),
    st.sampled_from(KINDS),
    st.integers(0, 1_500),
    st.sampled_from([0.0, 0.01, 20.0, 1e6]),
    st.floats(-1, 1),
)
stories = st.lists(events, min_size=1, max_size=10)


def judged(evidence: Evidence):
    return classify(evidence, Calibration(), alive=np.ones(len(evidence)))


def is_sound(evidence: Evidence) -> bool:
    found = judged(evidence)
    placed = found.dimensions
    numbers = [found.posterior, found.spoke, found.confidence, placed.valence.value,
               placed.closeness.value, placed.intensity.value]  # fmt: skip
    return all(np.isfinite(one).all() for one in numbers) and np.allclose(
        found.posterior.sum(axis=1), 1.0
    )


@few
@given(stories)
def test_every_story_is_judged(story: list[dict]) -> None:
    assert is_sound(known(story))


@few
@given(stories, st.randoms(use_true_random=False))
def test_late_events_in_any_order_give_the_same_state(story: list[dict], random) -> None:
    shuffled = list(story)
    random.shuffle(shuffled)
    np.testing.assert_allclose(known(story).values, known(shuffled).values, rtol=1e-12)


@few
@given(stories, stories)
def test_what_comes_later_never_changes_what_was_known(
    story: list[dict], later: list[dict]
) -> None:
    """Type at any past date is reproducible from the log: nothing leaks back."""
    future = [row | {"day": 2 * TODAY - row["day"] + 1} for row in later]
    np.testing.assert_array_equal(known(story).values, known([*story, *future]).values)


@few
@given(stories, st.integers(0, len(CHANGES) - 1))
def test_what_could_happen_next_leaves_every_story_sound(story: list[dict], which: int) -> None:
    evidence, change = known(story), CHANGES[which]
    if change.can_happen(evidence)[0]:
        assert is_sound(change.happen(evidence, Calibration(categories=("nps", "tea"))))


@few
@given(st.integers(0, 199), st.integers(1, 8))
def test_every_purchase_more_raises_intensity_or_leaves_it(row: int, times: int) -> None:
    order = next(one for one in CHANGES if one.code == "order")
    evidence = WORLD.evidence.at(slice(row, row + 1))
    heat = []
    for _ in range(times + 1):
        heat.append(dimensions(evidence, RULE, np.ones(1)).intensity.value[0])
        evidence = order.happen(evidence, RULE)
    assert np.all(np.diff(heat) >= -1e-9)


@few
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 4)), min_size=1, max_size=6))
def test_settling_what_is_open_well_never_lowers_mood(filed: list[tuple[int, int]]) -> None:
    repair = next(one for one in CHANGES if one.code == "repair")
    rows = [complaint(age, severity=severity) for age, severity in filed]
    evidence = known([purchase(500)], complaints=rows)
    both = [evidence, repair.happen(evidence, Calibration())]
    before, after = (dimensions(one, Calibration(), np.ones(1)).valence.value[0] for one in both)
    assert after > before


def test_customers_without_any_event_are_too_early_to_tell() -> None:
    people = pd.DataFrame({"customer": [3, 8], "profile_fields": [np.nan, 4.0]})
    nothing = pd.DataFrame(columns=["customer", "day", "kind"])
    evidence = evidence_from_events(
        nothing, as_of_day=TODAY, cycle_weeks=CYCLE_WEEKS, connected=EVERYTHING, profiles=people
    )
    assert evidence.customers.tolist() == [3, 8]
    assert is_sound(evidence)
    assert (judged(evidence).labels.type == -1).all()


def test_only_future_events_are_as_good_as_none() -> None:
    evidence = known([purchase(-5), event("complaint", -1)], [purchase(3)])
    assert 0 not in evidence.customers
    assert is_sound(evidence)


def test_events_before_their_birth_and_before_1970_make_them_an_old_customer_and_no_error() -> None:
    ancient = (date(1901, 1, 1) - date(1970, 1, 1)).days
    evidence = known([{"kind": "purchase", "day": ancient, "amount": 10.0}, purchase(3)])
    assert evidence.tenure_weeks[0] > 6_000
    assert is_sound(evidence)


def test_contradictory_answers_on_one_day_meet_in_the_middle() -> None:
    def answered(*ratings: float) -> float:
        rows = [event("survey_answer", 5, rating=one, category="nps") for one in ratings]
        evidence = known([purchase(50), *rows])
        assert is_sound(evidence)
        return float(judged(evidence).dimensions.valence.value[0])

    assert answered(0, 0) < answered(0, 10) < answered(10, 10)


def test_praise_and_hostility_on_one_day_open_what_needs_both_and_shut_nothing() -> None:
    rows = [event("mention", 4, sentiment=one) for one in (-0.9, 0.9)]
    found = judged(known([purchase(50), *rows])).posterior[0]
    keys = typology().keys
    assert found[keys.index("N2")] > 0
    assert found[keys.index("R2")] > 0


@pytest.mark.parametrize("kind", ["purchase", "complaint", "message_sent", "mention"])
def test_fifty_thousand_events_of_one_kind_are_judged(kind: str) -> None:
    rows = pd.DataFrame(
        {
            "customer": 0,
            "day": TODAY - np.arange(50_000) % 1_200,
            "kind": kind,
            "amount": 5.0,
            "sentiment": -0.9,
        }
    )
    evidence = evidence_from_events(
        rows, as_of_day=TODAY, cycle_weeks=CYCLE_WEEKS, connected=EVERYTHING
    )
    assert is_sound(evidence)


WORLD = drawn(200, seed=12)
RULE = calibrate(WORLD.evidence, WORLD.categories)
