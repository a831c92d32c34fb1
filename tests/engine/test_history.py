"""The arithmetic of history: bytes of probabilities, turning points, matrices, what came before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationships.engine.history.moved import beyond, swings
from relationships.engine.history.preceded import ratio
from relationships.engine.history.quantised import chances, quantised
from relationships.engine.history.transitions import (
    Matrix,
    forecast,
    memory,
    rows_of,
    soft_counts,
)
from relationships.engine.history.turning import (
    BETRAYAL,
    ENDOWMENT,
    EXPLORATION,
    NEGLECT,
    RECOVERY,
    Since,
    State,
    depth,
    mechanism,
    turned,
)
from relationships.engine.typology import Calibration, Previous, classify, typology
from tests.engine.typology.cast import event, known, purchase

KEYS = typology().keys


@given(st.lists(st.floats(1e-6, 1), min_size=29, max_size=29))
def test_a_byte_keeps_a_probability_within_three_in_a_hundred(weights):
    real = np.array([weights]) / sum(weights)
    kept = chances(quantised(real))
    assert kept.sum() == pytest.approx(1)
    large = real > 1e-5
    assert np.all(np.abs(np.log(kept[large] / real[large])) < 0.06)


def test_what_is_impossible_stays_impossible():
    assert chances(quantised(np.array([[0.25, 0.0, 0.75]])))[0, 1] == 0


def state(*likely: str) -> State:
    """One customer for each key, sure of it to nine in ten."""
    held = np.array([KEYS.index(key) for key in likely])
    probable = np.full((len(likely), len(KEYS)), 0.1 / (len(KEYS) - 1))
    probable[np.arange(len(likely)), held] = 0.9
    return State(probable, held)


def since(size: int, **happened: bool) -> Since:
    rows = {name: np.full(size, happened.get(name, False)) for name in ("hurt", "mended", "gift")}
    return Since(**rows)


@pytest.mark.parametrize(
    ("then", "now", "happened", "way"),
    [
        ("F1", "R2", {}, EXPLORATION),
        ("D1", "F1", {}, EXPLORATION),
        ("R2", "M2", {}, ENDOWMENT),
        ("F1", "R2", {"gift": True}, ENDOWMENT),
        ("D4", "R2", {}, RECOVERY),
        ("N1", "R4", {}, RECOVERY),
        ("R2", "R4", {"mended": True}, RECOVERY),
        ("R4", "D3", {}, NEGLECT),
        ("R4", "D3", {"hurt": True}, BETRAYAL),
        ("M2", "N1", {}, BETRAYAL),
    ],
)
def test_each_move_has_its_mechanism(then, now, happened, way):
    assert mechanism(state(now), state(then), since(1, **happened)).tolist() == [way]


def test_how_far_the_odds_moved_is_told_whole():
    """Channels tell all of it where nothing was learned or remembered; memory tells the rest."""
    story = [purchase(300), purchase(200), event("message_sent", 100)]
    loud = [*story, purchase(2), event("suggestion", 3), event("message_clicked", 99)]
    then, now = known(story), known(loud)
    there, rule = np.ones(1), Calibration()
    before, after = (classify(one, rule, alive=there) for one in (then, now))
    new, old = after.labels.held, before.labels.held
    assert new != old
    channels = swings(now, then, new, old, rule).sum(axis=1)
    assert beyond(channels, after.posterior, before.posterior, new, old) == pytest.approx([0])
    last_month = Previous(before.posterior, old, np.array([now.as_of_day - 31]))
    held_back = classify(now, rule, alive=there, previous=last_month)
    assert beyond(channels, held_back.posterior, before.posterior, new, old)[0] < -0.05


def test_a_turning_point_is_another_family_or_quite_another_picture():
    then, now = state("R2", "R2", "R2"), state("R2", "R4", "D3")
    assert turned(now, then).tolist() == [False, True, True]
    stranger = State(np.full((3, 29), np.nan), np.array([-1, -1, -1]))
    assert not turned(now, stranger).any()


def test_a_devoted_partner_is_closer_than_a_buddy_and_an_adversary_the_least():
    deep, middle, cold = depth(state("M2", "R2", "N5").chances)
    assert deep > middle > cold


def test_soft_counts_add_up_to_the_customers_and_know_where_they_went():
    then = np.array([[1.0, 0.0], [0.5, 0.5]])
    now = np.array([[0.0, 1.0], [0.5, 0.5]])
    assert soft_counts(then, now).tolist() == [[0.25, 1.25], [0.25, 0.25]]


def test_a_month_of_few_is_drawn_to_the_usual_one():
    parent = np.array([[900.0, 100.0], [50.0, 950.0]])
    few = Matrix.of(np.array([[0.0, 5.0], [0.0, 0.0]]), parent)
    assert few.mean[0].tolist() == pytest.approx([45 / 55, 10 / 55])  # 50 × .9, 50 × .1 + 5
    assert few.mean[1].tolist() == pytest.approx([0.05, 0.95])
    assert np.all(few.low < few.mean)
    assert np.all(few.mean < few.high)


def test_intervals_cover_the_truth_eight_times_in_ten():
    rng = np.random.default_rng(3)
    truth = np.array([[0.9, 0.08, 0.02], [0.1, 0.85, 0.05], [0.05, 0.15, 0.8]])
    inside = []
    for _ in range(200):
        seen = np.stack([rng.multinomial(400, row) for row in truth]).astype(float)
        found = Matrix.of(seen, 1000 * truth)
        inside.append((found.low <= truth) & (truth <= found.high))
    assert 0.78 <= np.mean(inside) <= 0.92  # the parent is the truth here, so a little wide


def test_months_without_memory_pass_and_movers_who_keep_moving_do_not():
    monthly = np.array([[0.9, 0.1], [0.2, 0.8]])
    twice = 1000 * monthly @ monthly
    assert memory(monthly, twice) == pytest.approx(0, abs=1e-9)
    apart = np.array([[900.0, 100.0], [200.0, 800.0]])  # in two months as much as in one
    assert memory(monthly, apart) > 0.05


def test_a_forecast_ends_where_the_chain_settles():
    monthly = np.array([[0.9, 0.1], [0.2, 0.8]])
    matrix = Matrix.of(1e6 * monthly, 1e6 * monthly)
    ahead = forecast(np.array([1.0, 0.0]), matrix, 60, np.random.default_rng(1))
    assert ahead.mean[0].tolist() == pytest.approx([0.9, 0.1], abs=1e-6)
    assert ahead.mean[-1].tolist() == pytest.approx([2 / 3, 1 / 3], abs=1e-3)  # stationary
    assert np.all(ahead.low <= ahead.mean + 1e-6)
    assert np.all(ahead.mean <= ahead.high + 1e-6)


def test_rows_without_anybody_stay_where_they_are():
    assert rows_of(np.zeros((2, 2))).tolist() == [[1, 0], [0, 1]]


def test_a_ratio_needs_enough_cases_and_says_when_chance_would_do():
    assert ratio(3, 20, 30, 1000) is None
    clear = ratio(60, 200, 150, 1000)
    assert clear.ratio == pytest.approx(2.0, abs=0.06)
    assert clear.low < 2 < clear.high
    assert clear.is_clear
    assert not ratio(16, 100, 150, 1000).is_clear


def test_a_few_cases_on_one_side_are_no_ratio_however_large_it_would_be():
    """One of 47 who moved had cancelled, 16 of 20,734 others: 28 times, and nothing."""
    assert ratio(1, 47, 16, 20_734) is None
    assert ratio(40, 40, 9, 400) is None  # too few of the others
    assert ratio(9, 40, 12, 4_000) is None  # too few of the movers
    assert ratio(2, 400, 300, 5_000).is_clear  # … unless many of them should have met it


@given(st.integers(10, 60), st.integers(10, 60))
def test_a_ratio_from_few_cases_is_drawn_towards_once_as_often(met, others_met):
    few, many = ratio(met, 60, others_met, 60), ratio(100 * met, 6000, 100 * others_met, 6000)
    assert abs(np.log(few.ratio)) <= abs(np.log(many.ratio)) + 1e-9
    assert few.low <= few.ratio <= few.high
    assert few.high / few.low >= many.high / many.low


def test_a_ratio_by_hand():
    """12 of 500 and 30 of 5,000: 4.0 times; variance .1125; .81 of its logarithm stays."""
    found = ratio(12, 500, 30, 5_000)
    raw = (12.5 / 500.5) / (30.5 / 5000.5)
    variance = 1 / 12.5 - 1 / 500.5 + 1 / 30.5 - 1 / 5000.5
    kept = np.log(2) ** 2 / (np.log(2) ** 2 + variance)
    assert (raw, kept) == (pytest.approx(4.09, abs=0.01), pytest.approx(0.813, abs=0.002))
    assert found.ratio == pytest.approx(raw**kept)
    assert np.log(found.high / found.ratio) == pytest.approx(1.96 * (kept * variance) ** 0.5)
