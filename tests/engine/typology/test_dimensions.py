"""Valence, closeness, intensity: worked by hand, monotone, and silent where nothing is known."""

from math import exp, inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.engine.typology import Calibration, dimensions
from relationships.engine.typology.dimensions import Dimensions
from relationships.engine.typology.evidence import Evidence
from tests.engine.typology.cast import TODAY, complaint, event, known, purchase

ONLY_PURCHASES = {"purchases": inf}
ORDER_MOOD = 0.35
ages = st.integers(0, 900)
few = settings(max_examples=15, deadline=None)


def placed(evidence: Evidence, alive: float = 1.0) -> Dimensions:
    return dimensions(evidence, Calibration(), np.full(len(evidence), alive))


def test_valence_by_hand() -> None:
    """One order today (.35, weight .15) and one two-star review today (−.6, weight 1, λ 1.5)."""
    evidence = known([purchase(0), event("review", 0, rating=2.0)])
    by_hand = (1 * 0.15 + 0.15 * 0.35 + 1.5 * -0.6) / (1 + 0.15 + 1.5)
    assert placed(evidence).valence.value[0] == pytest.approx(by_hand)


def test_a_complaint_by_hand() -> None:
    """Major (1.6), one order before (buffer 1/1.05), resolved within a day, satisfied: −1 + .85."""
    filed = complaint(0, severity=3, resolved_day=TODAY, satisfied=1)
    evidence = known([purchase(0)], complaints=[filed])
    weight = 1.6 / 1.05
    by_hand = (0.15 + 0.15 * 0.35 + 1.5 * weight * -0.15) / (1 + 0.15 + 1.5 * weight)
    assert placed(evidence).valence.value[0] == pytest.approx(by_hand)


def test_a_complaint_halves_in_a_year() -> None:
    evidence = known([purchase(365)], complaints=[complaint(365)])
    weight, order = 0.5 / 1.05, 0.5 * 0.15
    by_hand = (0.15 + order * 0.35 - 1.5 * weight) / (1 + order + 1.5 * weight)
    assert placed(evidence).valence.value[0] == pytest.approx(by_hand)


def test_a_return_counts_by_the_share_of_an_order_it_undoes() -> None:
    evidence = known([purchase(0, 100.0), event("return", 0, amount=25.0, reason="defect")])
    weight = 0.25 * 0.4  # the order itself is no longer without a problem
    by_hand = (0.15 + 1.5 * weight * -0.6) / (1 + 1.5 * weight)
    assert placed(evidence).valence.value[0] == pytest.approx(by_hand)


def test_how_they_say_it_feels_by_hand() -> None:
    """Delighted (1) today and low (−1/3, λ 1.5) 270 days ago: weights 2 and 1."""
    evidence = known([event("survey_answer", 0, feeling=1.0), event("survey_answer", 270,
                                                                    feeling=-1 / 3)])  # fmt: skip
    mood = placed(evidence).valence
    by_hand = (0.15 + 2 * 1 + 1.5 * 1 * -1 / 3) / (1 + 2 + 1.5 * 1)
    assert mood.value[0] == pytest.approx(by_hand)
    assert [source for source, _ in mood.top(0)] == ["feeling_good", "feeling_bad"]


def test_a_broken_promise_by_hand() -> None:
    """−.5 with weight .5, halved in 270 days; kept promises say nothing of how it feels."""
    evidence = known([event("promise_broken", 270, category="in-time"), event("promise_kept", 1)])
    by_hand = (0.15 + 1.5 * 0.25 * -0.5) / (1 + 1.5 * 0.25)
    assert placed(evidence).valence.value[0] == pytest.approx(by_hand)
    silent = known([event("promise_broken", 270)], connected=ONLY_PURCHASES)
    assert placed(silent).valence.value[0] == pytest.approx(0.15)


def test_contributions_of_valence_add_up_from_its_start() -> None:
    story = [purchase(3), event("review", rating=5.0), event("unsubscribed"), event("referral")]
    mood = placed(known(story, complaints=[complaint()])).valence
    assert 0.15 + mood.contributions[0].sum() == pytest.approx(mood.value[0])
    assert mood.top(0)[0][0] == "complaints"


def test_who_says_nothing_keeps_the_start_and_no_confidence() -> None:
    mood = placed(known([event("visit")])).valence
    assert (mood.value[0], mood.confidence[0]) == (pytest.approx(0.15), 0)


def test_closeness_by_hand_on_purchases_alone() -> None:
    """History u(16 cycles … 5) and commitment u(1 order; 3), weights .15 and .10."""
    evidence = known([purchase(895), purchase(0)], connected=ONLY_PURCHASES)
    history = 1 - 2 ** -((896 / 7) / 8 / 5)
    commitment = 1 - 2 ** -((1 + 2 ** (-895 / 180)) / 3)
    by_hand = (0.15 * history + 0.10 * commitment) / 0.25
    assert placed(evidence).closeness.value[0] == pytest.approx(by_hand)


def test_breadth_is_the_number_of_evenly_used_categories_less_one() -> None:
    names = ("tea", "pots")
    evidence = known([purchase(0, category=name) for name in names])
    near = placed(evidence).closeness
    breadth = near.contributions[0][0] * (0.2 + 0.2 + 0.15 + 0.15 + 0.1) / 0.2
    assert breadth == pytest.approx(1 - 2 ** (-1 / 1.5))


def test_a_complaint_is_dialogue_only_while_they_buy() -> None:
    buying = known([purchase(20), event("complaint", 5)])
    gone = known([purchase(300), event("complaint", 5)])
    talk = [placed(one).closeness.contributions[0][2] for one in (buying, gone)]
    assert talk[0] > 0
    assert talk[1] == 0


def test_intensity_by_hand_on_purchases_alone() -> None:
    """alive · (.7 √u_rate + .3 u_spend) for one repeat today, 16 weeks after the first."""
    evidence = known([purchase(111, 30.0), purchase(0, 30.0)], connected=ONLY_PURCHASES)
    known_calibration = Calibration(repeats_per_week=0.05, reference_order=60.0)
    found = dimensions(evidence, known_calibration, np.array([0.9])).intensity
    rates = []
    for half in (16.0, 64.0):
        exposure = half / log(2) * (1 - 2 ** (-16 / half))
        rates.append((0.05 * 6 + 1) / (6 + exposure))
    rate = 1 - exp(-0.7 * 8 * sum(rates) / 2)
    ratio = (60 + 120) / 4 / 60
    by_hand = 0.9 * (0.7 * sqrt(rate) + 0.3 * ratio / (1 + ratio))
    assert found.value[0] == pytest.approx(by_hand)


def test_a_usual_answering_rate_gives_half_a_response() -> None:
    sent = [event("message_sent", at) for at in range(20)]
    clicked = [event("message_clicked", at) for at in range(2)]
    evidence = known([purchase(30), *sent, *clicked])
    share = placed(evidence).intensity.contributions[0][2] / 0.25
    assert share == pytest.approx(0.5)


@few
@given(st.lists(ages, min_size=1, max_size=6), st.booleans())
def test_one_more_purchase_never_lowers_intensity(bought: list[int], rich: bool) -> None:
    channels = {"connected": ONLY_PURCHASES} if not rich else {}
    story = [purchase(age) for age in bought]
    before, after = placed(known(story, [*story, purchase(0)], **channels)).intensity.value
    assert after >= before - 1e-12


GLAD = ("referral", "mention", "support", "message_clicked", "survey_answer")
told = st.lists(st.tuples(st.sampled_from(GLAD), ages), max_size=6)


@few
@given(st.lists(ages, min_size=1, max_size=6), told)
def test_one_more_purchase_draws_mood_towards_what_an_order_is_worth(
    bought: list[int], rest: list[tuple[str, int]]
) -> None:
    more = [event(kind, age, sentiment=1.0, rating=10, category="nps") for kind, age in rest]
    story = [*(purchase(age) for age in bought), *more]
    before, after = placed(known(story, [*story, purchase(0)])).valence.value
    assert after >= min(before, ORDER_MOOD) - 1e-12
    assert after >= before - 0.018


def test_who_feels_better_than_an_order_is_worth_comes_down_by_one() -> None:
    story = [event("referral", 0)]
    mood = placed(known(story, [*story, purchase(0)])).valence.value
    assert mood == pytest.approx([0.528, 0.514], abs=5e-4)


@few
@given(
    st.lists(st.tuples(ages, st.sampled_from("abc")), min_size=1, max_size=8), st.booleans(), told
)
def test_one_more_purchase_lowers_closeness_only_by_narrowing_the_choice(
    bought: list[tuple[int, str]], is_bound: bool, rest: list[tuple[str, int]]
) -> None:
    bond = [event("subscription_started", 800)] if is_bound else []
    bond += [event(kind, age) for kind, age in rest]
    for named, most in ((True, 0.023), (False, 1e-12)):
        # One of late, or one more would be the first of which the category is known.
        lately = [*bought, (30, "a")]
        story = [purchase(age, category=name if named else "") for age, name in lately]
        story = [*story, *bond]
        one_more = purchase(0, category="a" if named else "")
        near = placed(known(story, [*story, one_more])).closeness.value
        assert np.diff(near)[0] >= -most


@few
@given(
    st.lists(st.tuples(st.integers(31, 700), st.integers(1, 4)), min_size=1, max_size=5),
    st.integers(0, 30),
    st.sampled_from([1, None, 0]),
)
def test_a_complaint_settled_well_never_lowers_valence_against_left_open(
    filed: list[tuple[int, int]], days: int, otherwise: int | None
) -> None:
    """Against the same complaint left open, unanswered or unsatisfying: repair always helps."""
    rows = [complaint(age, severity=severity) for age, severity in filed]
    day = TODAY - filed[0][0]
    fixed = rows[0] | {"resolved_day": day + days, "satisfied": 1}
    worse = rows[0] | {"resolved_day": day + days, "satisfied": otherwise}
    cases = [
        row | {"customer": who}
        for who, first in enumerate((rows[0], worse, fixed))
        for row in (first, *rows[1:])
    ]
    mood = placed(known(*3 * [[purchase(800)]], complaints=cases)).valence.value
    assert np.all(np.diff(mood) >= -1e-12)


@few
@given(st.integers(0, 25), st.integers(1, 30))
def test_a_faster_repair_is_never_worse(quick: int, later: int) -> None:
    rows = [
        complaint(60, customer=who, resolved_day=TODAY - 60 + days, satisfied=1)
        for who, days in enumerate((quick + later, quick))
    ]
    mood = placed(known([purchase(80)], [purchase(80)], complaints=rows)).valence.value
    assert np.diff(mood)[0] >= -1e-12


@few
@given(st.integers(0, 10), st.sampled_from(["referral", "suggestion", "support"]))
def test_one_more_kind_contact_never_lowers_closeness(times: int, kind: str) -> None:
    story = [purchase(40), *(event(kind, at) for at in range(times))]
    found = placed(known(story, [*story, event(kind, 11)])).closeness.value
    assert np.diff(found)[0] >= -1e-12


@few
@given(st.floats(0, 1), st.floats(0, 1))
def test_who_is_likelier_alive_is_never_further_away(low: float, high: float) -> None:
    low, high = sorted((low, high))
    story = [purchase(200), purchase(100)]
    found = dimensions(known(story, story), Calibration(), np.array([low, high]))
    assert np.diff(found.closeness.value)[0] >= -1e-12
    assert np.diff(found.intensity.value)[0] >= -1e-12


@few
@given(st.lists(st.tuples(st.sampled_from(
    ["purchase", "return", "review", "support", "referral", "mention", "message_sent",
     "message_clicked", "unsubscribed", "visit", "subscription_started"]),
    ages, st.floats(0, 1e6), st.floats(-1, 1)), min_size=1, max_size=12))  # fmt: skip
def test_every_story_stays_within_bounds(rows: list[tuple[str, int, float, float]]) -> None:
    story = [
        event(kind, age, amount=amount, sentiment=tone, rating=1 + 4 * abs(tone))
        for kind, age, amount, tone in rows
    ]
    found = placed(known(story))
    assert -1 <= found.valence.value[0] <= 1
    assert 0 <= found.closeness.value[0] <= 1
    assert 0 <= found.intensity.value[0] <= 1
    assert 0 <= found.confidence[0] <= 1
