"""Classification: gates, independence of strangers, recovery of drawn types, speed."""

from dataclasses import replace
from math import inf
from time import process_time

import numpy as np
import pytest
from sklearn.metrics import f1_score

from relationships.engine.evaluation.drawn import draw
from relationships.engine.typology import (
    CHANNELS,
    Calibration,
    Evidence,
    calibrate,
    calibrate_channels,
    classify,
    default_spec,
    typology,
)
from relationships.engine.typology.channels import log_likelihoods
from relationships.engine.typology.gates import possible
from tests.engine.typology.cast import TODAY, complaint, event, known, purchase

KINDS = typology()
CATEGORIES = tuple("abcdefgh")


@pytest.fixture(scope="module")
def bent_world() -> tuple[np.ndarray, Evidence, Calibration]:
    """3,000 customers of a firm that differs from the specification by a factor of about 1.6."""
    types, evidence = draw(3_000, by=0.5, seed=5)
    return types, evidence, calibrate(evidence, CATEGORIES)


def judged(evidence: Evidence, calibration: Calibration | None = None):
    return classify(evidence, calibration or Calibration(), alive=np.ones(len(evidence)))


def allowed(*story: dict, complaints: list[dict] | None = None, **options) -> set[str]:
    row = possible(known(list(story), complaints=complaints, **options), KINDS)[0]
    return {key for key, is_open in zip(KINDS.keys, row, strict=True) if is_open}


ALWAYS = allowed(purchase(5), connected={"purchases": inf})


def test_purchases_alone_allow_exactly_eleven_types() -> None:
    assert {"F1", "F2", "R1", "R2", "R4", "R6", "M1", "M2", "D1", "D3", "D4"} == ALWAYS


@pytest.mark.parametrize(
    ("seen", "opened"),
    [
        (event("return"), {"N4"}),
        (event("suggestion"), {"R5", "R7", "M3"}),
        (event("referral"), {"R5", "R8"}),
        (event("support"), {"M6"}),
        (event("message_sent"), {"R5", "D2"}),
        (event("subscription_started"), {"M4"}),
        (event("review", rating=5.0), set()),
        (event("review", rating=1.0), {"N1"}),
        (event("mention", sentiment=-0.8), {"N1", "N5"}),
        (event("complaint"), {"N1", "N6"}),
        (purchase(5, discount=4.0), {"F4"}),
        (purchase(5, novel=1.0), {"F5"}),
        (purchase(5, category="tea"), {"R3"}),
    ],
)
def test_a_type_opens_only_when_its_evidence_is_seen(seen: dict, opened: set[str]) -> None:
    assert allowed(purchase(5), seen) - ALWAYS == opened


def test_silence_is_distant_and_never_negative() -> None:
    assert not {"N1", "N2", "N3", "N5", "N6"} & allowed(purchase(700), event("unsubscribed", 600))


def test_ambivalence_needs_both_praise_and_anger() -> None:
    assert "N2" not in allowed(event("complaint"))
    assert "N2" in allowed(event("complaint"), event("referral"))


def test_a_captive_is_bound_and_hurt() -> None:
    assert "N3" in allowed(event("subscription_started"), event("complaint"))


def test_hard_labels_expire_after_a_year() -> None:
    assert "N5" not in allowed(event("mention", 366, sentiment=-0.8))
    assert "N4" not in allowed(purchase(500), event("return", 366))


@pytest.mark.parametrize("dropped", sorted(set(CHANNELS) - {"purchases"}))
def test_a_dropped_channel_leaves_none_of_its_types(dropped: str) -> None:
    _, evidence = draw(400, seed=2)
    rest = {name: inf for name in CHANNELS if name != dropped}
    some = replace(evidence, connected=rest)
    found = judged(some, calibrate(some, CATEGORIES)).posterior.max(axis=0)
    for key, spec in zip(KINDS.keys, KINDS.types, strict=True):
        if spec.gate and all(dropped in one for one in spec.gate):
            assert found[KINDS.keys.index(key)] == 0


def test_probabilities_by_hand_for_a_customer_of_one_day() -> None:
    """One day: tenure, a usual order, and no second purchase in a 56th of a cycle."""
    evidence = known([purchase(0, float(np.exp(3.7)))], connected={"purchases": inf})
    spec = default_spec()
    tenure = -0.5 * (np.log(1 / 7) - np.log(spec["tenure_weeks"])) ** 2
    spend = -0.5 * spec["log_spend_shift"] ** 2 / (0.35**2 + 0.7**2)
    silence = -4 * np.log(4 + spec["purchases_per_cycle"] * spec.rhythm[:, 0] / 56)
    weight = np.exp((tenure + spend + silence) / 2)
    weight[[key not in ALWAYS for key in KINDS.keys]] = 0
    np.testing.assert_allclose(judged(evidence).posterior[0], weight / weight.sum())


def test_what_is_not_connected_says_nothing() -> None:
    evidence = known([purchase(5), event("visit")], connected={"purchases": inf})
    assert set(log_likelihoods(evidence, default_spec(), Calibration())) == {
        "purchases", "tenure", "spend",
    }  # fmt: skip


def test_a_thousand_strangers_change_nobody(bent_world) -> None:
    _, evidence, calibration = bent_world
    alone = judged(evidence.at(slice(0, 100)), calibration)
    among = judged(evidence, calibration)
    np.testing.assert_allclose(among.posterior[:100], alone.posterior, atol=1e-12)
    np.testing.assert_array_equal(among.labels.type[:100], alone.labels.type)


def test_chunks_join_without_a_seam(bent_world) -> None:
    _, evidence, calibration = bent_world
    whole = judged(evidence, calibration)
    many = judged(evidence.at(np.tile(np.arange(len(evidence)), 4)), calibration)
    for times in range(4):
        rows = slice(times * len(evidence), (times + 1) * len(evidence))
        np.testing.assert_allclose(many.posterior[rows], whole.posterior, atol=1e-12)
        valence = many.dimensions.valence.contributions[rows]
        np.testing.assert_allclose(valence, whole.dimensions.valence.contributions, atol=1e-12)


def test_nobody_is_classified_without_error() -> None:
    nobody = known([purchase(1)]).at(slice(0, 0))
    assert len(judged(nobody)) == 0


@pytest.mark.parametrize("alive", [[0.5, 0.5], [1.2], [float("nan")]])
def test_alive_must_be_one_probability_each(alive: list[float]) -> None:
    with pytest.raises(ValueError, match="alive"):
        classify(known([purchase(1)]), Calibration(), alive=alive)


def test_a_customer_with_fifty_thousand_events_is_judged() -> None:
    evidence = known([event("visit", at % 700) for at in range(50_000)] + [purchase(600)])
    assert np.isclose(judged(evidence).posterior.sum(), 1)


def test_severe_stories_end_in_their_family() -> None:
    bad = [
        purchase(200),
        purchase(90),
        *(event("mention", at, sentiment=-0.9) for at in (5, 9, 30)),
    ]
    bad += [event("review", 8, rating=1.0), event("support", 9), event("complaint", 9)]
    found = judged(known(bad, complaints=[complaint(9, severity=4)]))
    assert list(KINDS.families)[found.families[0].argmax()] == "negative"
    assert found.customers.tolist() == [0]
    assert found.dimensions.valence.value[0] < -0.4


def test_types_of_the_specifications_own_world_are_recovered() -> None:
    types, evidence = draw(3_000, seed=1)
    found = judged(evidence, calibrate(evidence, CATEGORIES))
    families = KINDS.family_of
    assert f1_score(types, found.posterior.argmax(axis=1), average="macro") > 0.74
    assert f1_score(families[types], found.families.argmax(axis=1), average="macro") > 0.83


def test_channel_calibration_helps_in_a_world_that_differs(bent_world) -> None:
    types, evidence, constants = bent_world
    channels = calibrate_channels(evidence, constants)
    scores = [
        f1_score(types, judged(evidence, one).posterior.argmax(axis=1), average="macro")
        for one in (constants, channels)
    ]
    assert scores[1] > scores[0] + 0.02
    assert scores[1] > 0.68


def test_shown_types_are_mostly_right(bent_world) -> None:
    types, evidence, constants = bent_world
    found = judged(evidence, calibrate_channels(evidence, constants))
    shown = found.labels.type >= 0
    assert shown.mean() > 0.4
    assert (found.labels.type[shown] == types[shown]).mean() > 0.8


def test_twelve_thousand_customers_a_second_on_one_core(bent_world) -> None:
    _, evidence, calibration = bent_world
    many = evidence.at(np.tile(np.arange(len(evidence)), 5))  # two chunks
    start = process_time()
    judged(many, calibration)
    assert len(many) / (process_time() - start) > 12_000
    assert many.as_of_day == TODAY


def test_among_some_types_the_odds_between_them_stay_and_nothing_is_left() -> None:
    here = known([purchase(400), purchase(300), purchase(30)])
    whole = classify(here, Calibration(), alive=np.ones(1))
    among = np.ones(29, dtype=bool)
    among[whole.labels.held[0]] = False
    some = classify(here, Calibration(), alive=np.ones(1), among=among)
    alone = np.where(among, whole.posterior[0], 0.0)
    np.testing.assert_allclose(some.posterior[0], alone / alone.sum(), atol=1e-9)
    assert some.labels.held[0] == whole.runner_up[0]
    assert among[some.runner_up[0]]
