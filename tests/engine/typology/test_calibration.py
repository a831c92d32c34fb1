"""Calibration: the purchase cycle, the stored constants, and the channels by EM."""

import json
from dataclasses import replace

import numpy as np
import pytest

from relationships.engine.evaluation.drawn import draw
from relationships.engine.typology import (
    BrokenSpecification,
    Calibration,
    calibrate,
    calibrate_channels,
    cycle_weeks,
    default_spec,
    read_calibration,
    typology,
)
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.cycle import DEFAULT_CYCLE_WEEKS
from relationships.engine.typology.em import logit_shift
from tests.engine.typology.cast import event, known, purchase

CATEGORIES = tuple("abcdefgh")


def test_the_cycle_is_the_median_over_repeaters_of_tenure_per_purchase() -> None:
    tenure = np.array([10.0] * 20 + [30.0] * 21 + [99.0] * 100)
    repeats = np.array([1] * 20 + [2] * 21 + [0] * 100)
    assert cycle_weeks(tenure, repeats) == pytest.approx(30 / 2.5)


def test_few_repeaters_leave_the_default_cycle() -> None:
    assert cycle_weeks(np.full(29, 50.0), np.ones(29)) == DEFAULT_CYCLE_WEEKS
    assert cycle_weeks([], []) == DEFAULT_CYCLE_WEEKS


def test_constants_by_hand() -> None:
    """40 customers: 20.00 and 80.00 thirteen weeks ago and today, a click on 1 of 8 messages."""
    sent = [event("message_sent", at) for at in range(8)]
    story = [purchase(90, 20.0), purchase(0, 80.0), *sent, event("message_clicked", 3)]
    found = calibrate(known(*[story] * 40))
    assert found.reference_order == pytest.approx(50.0)
    assert found.log_spend == pytest.approx(np.log(40.0))
    assert found.repeats_per_week == pytest.approx(1 / 13)
    assert found.click_share == pytest.approx(1 / 8)


def test_a_young_company_keeps_the_defaults() -> None:
    found = calibrate(known([purchase(3, 999.0)]))
    assert replace(found, customers=0) == Calibration(category_shares=found.category_shares)


def test_category_shares_add_up_and_leave_room_for_the_others() -> None:
    story = [purchase(3, category=name) for name in ("tea", "tea", "tea", "pots")]
    found = calibrate(known(story, categories=["tea", "pots"]), ("tea", "pots"))
    assert sum(found.category_shares) == pytest.approx(1)
    assert found.category_shares[0] == pytest.approx(0.75 / 1.01)
    assert found.category_shares[2] == pytest.approx(0.01 / 1.01)


def test_a_calibration_survives_json() -> None:
    _, evidence = draw(300, seed=4)
    found = calibrate_channels(evidence, calibrate(evidence, CATEGORIES))
    assert found.is_channel_calibrated
    assert read_calibration(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("cycle_weeks", 0, r"calibration\.cycle_weeks must be a number from 0.1 to 520, not 0"),
        ("multipliers", {"smell": 2}, r"calibration\.multipliers\.smell is not a known field"),
        ("base_rates", [0.5, "x"], r"calibration\.base_rates\[1\] must be a number"),
    ],
)
def test_a_broken_calibration_is_refused_by_field(field: str, value: object, message: str) -> None:
    with pytest.raises(BrokenSpecification, match=message):
        read_calibration(Calibration().to_json() | {field: value})


def test_channel_calibration_finds_how_far_a_company_is_from_the_specification() -> None:
    spec = default_spec()
    busy = spec.shifted({"visits": 2.5, "advocacy": 0.4}, {"messages": 0.8, "promo": -0.7}, {})
    _, evidence = draw(2_000, seed=8, spec=busy)
    found = calibrate_channels(evidence, calibrate(evidence, CATEGORIES))
    assert found.multipliers["visits"] == pytest.approx(2.5, rel=0.15)
    assert found.multipliers["advocacy"] == pytest.approx(0.4, rel=0.2)
    assert found.multipliers["support"] == pytest.approx(1.0, rel=0.15)
    assert found.multipliers["categories"] == pytest.approx(1.0, rel=0.2)
    assert found.shifts["messages"] == pytest.approx(0.8, abs=0.2)
    assert found.shifts["promo"] == pytest.approx(-0.7, abs=0.2)
    assert found.shifts["returns"] == pytest.approx(0.0, abs=0.2)


def test_a_shop_of_few_kinds_of_goods_does_not_make_everyone_a_friend_of_one_room() -> None:
    narrow = default_spec().shifted({"categories": 0.3}, {}, {})
    truth, evidence = draw(1_500, seed=8, spec=narrow)
    found = calibrate_channels(evidence, calibrate(evidence, CATEGORIES))
    assert found.multipliers["categories"] == pytest.approx(0.3, rel=0.2)
    said = posterior_of(evidence, found, default_spec(), typology()).argmax(axis=1)
    one_room = typology().keys.index("R3")
    assert (said == one_room).mean() < 2 * (truth == one_room).mean()


def test_small_companies_and_those_with_purchases_only_keep_the_specification() -> None:
    _, evidence = draw(149, seed=4)
    constants = calibrate(evidence, CATEGORIES)
    assert calibrate_channels(evidence, constants) == constants
    _, many = draw(200, seed=4)
    bare = replace(many, connected={"purchases": np.inf, "returns": np.inf})
    assert calibrate_channels(bare, constants) == constants


def test_a_logit_shift_makes_expected_hits_equal_those_observed() -> None:
    trials, share = np.array([1e6, 3e6]), np.array([0.1, 0.4])
    shift = logit_shift(1e6, trials, share)
    odds = share / (1 - share) * np.exp(shift)
    assert (trials * odds / (1 + odds)).sum() == pytest.approx(1e6, rel=1e-4)


def test_a_channel_that_never_spoke_moves_nothing_or_not_far() -> None:
    assert logit_shift(0.0, np.zeros(2), np.array([0.1, 0.4])) == 0
    assert logit_shift(0.0, np.array([1e9, 1e9]), np.array([0.1, 0.4])) == -3.0
