"""Learning from labels: the prior as offset, admitted only when better, calibrated, stored."""

import json

import numpy as np
import pytest
from scipy.optimize import check_grad

from relationships.engine.evaluation.drawn import draw
from relationships.engine.typology import (
    BrokenSpecification,
    calibrate,
    default_spec,
    dimensions,
    typology,
)
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.learning import (
    _loss,
    as_sets,
    calibration_error,
    fit_offset,
    learn,
    read_offset,
)
from relationships.engine.typology.shown import normalised
from relationships.engine.typology.signatures import FEATURES, features

KINDS = typology()
TAUGHT = 200


@pytest.fixture(scope="module")
def world():
    """1,500 customers of a firm unlike the specification, with log prior, features and truth."""
    truth, evidence = draw(1_500, by=0.5, seed=5)
    known = calibrate(evidence, tuple("abcdefgh"))
    alive = np.ones(len(evidence))
    with np.errstate(divide="ignore"):
        prior = np.log(posterior_of(evidence, known, default_spec(), KINDS))
    return prior, features(evidence, dimensions(evidence, known, alive), known, alive), truth


def loss(log_chance, truth) -> float:
    return -np.maximum(log_chance[np.arange(len(truth)), truth], np.log(1e-6)).mean()


def test_what_was_learned_from_200_answers_holds_for_others(world) -> None:
    prior, marks, truth = world
    found = learn(
        prior[:TAUGHT], marks[:TAUGHT], truth[:TAUGHT], np.ones(TAUGHT),
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert found is not None
    assert found.is_better
    assert found.gain > found.gain_se
    after = found.offset.apply(prior[TAUGHT:], marks[TAUGHT:])
    assert loss(after, truth[TAUGHT:]) < loss(prior[TAUGHT:], truth[TAUGHT:]) - 0.1
    assert calibration_error(after, as_sets(truth[TAUGHT:], 29)) < 0.05


def test_a_view_that_is_only_too_cautious_is_made_surer_and_nothing_else() -> None:
    truth, evidence = draw(700, by=0.0, seed=5)
    known = calibrate(evidence, tuple("abcdefgh"))
    marks = np.random.default_rng(1).normal(size=(700, len(FEATURES)))  # tell nothing more
    with np.errstate(divide="ignore"):
        right = np.log(posterior_of(evidence, known, default_spec(), KINDS, heat=1.0))
    cautious = normalised(right / 3.0)
    found = learn(
        cautious[:250], marks[:250], truth[:250], np.ones(250), rng=np.random.default_rng(2)
    )
    assert found is not None
    assert found.is_better
    assert not found.offset.weights.any()
    again = found.offset.apply(cautious, marks)
    assert np.array_equal(again.argmax(axis=1), cautious.argmax(axis=1))
    assert loss(again[250:], truth[250:]) < loss(cautious[250:], truth[250:])


def test_answers_given_at_random_are_not_admitted(world) -> None:
    prior, marks, truth = world
    rng = np.random.default_rng(2)
    drawn = np.array([rng.choice(29, p=np.exp(row)) for row in prior[:TAUGHT]])
    found = learn(prior[:TAUGHT], marks[:TAUGHT], drawn, np.ones(TAUGHT), rng=rng)
    assert found is not None
    assert not found.is_better


def test_fewer_than_a_hundred_usable_labels_teach_nothing(world) -> None:
    prior, marks, truth = world
    few = learn(prior[:99], marks[:99], truth[:99], np.ones(99), rng=np.random.default_rng(1))
    assert few is None


def test_a_label_that_the_gates_exclude_is_left_out_and_stays_impossible(world) -> None:
    prior, marks, truth = world
    prior, told = prior[:TAUGHT].copy(), truth[:TAUGHT].copy()
    prior[7, 28], told[7] = -np.inf, 28
    found = fit_offset(prior, marks[:TAUGHT], told)
    assert found.apply(prior, marks[:TAUGHT])[7, 28] == -np.inf
    few = learn(prior[:100], marks[:100], told[:100], np.ones(100), rng=np.random.default_rng(1))
    assert few is None  # 99 of them are usable


def test_without_labels_the_prior_stays_as_it_was(world) -> None:
    prior, marks, truth = world
    silent = fit_offset(prior[:50], marks[:50], truth[:50], np.zeros(50))
    again = silent.apply(prior[:50], marks[:50])
    assert np.allclose(np.exp(again), np.exp(prior[:50]), atol=1e-4)


def test_an_answer_may_mean_several_types(world) -> None:
    """'A friend who knows my taste' is R3 or R4: their sum becomes likely, neither alone."""
    prior, marks, truth = world
    pair = [KINDS.keys.index(key) for key in ("R3", "R4")]
    said = np.zeros((120, 29), dtype=bool)
    said[:, pair] = True
    after = np.exp(fit_offset(prior[:120], marks[:120], said).apply(prior[:120], marks[:120]))
    before = np.exp(prior[:120])
    assert after[:, pair].sum(axis=1).mean() > before[:, pair].sum(axis=1).mean() + 0.3


def test_the_slope_is_the_slope_of_the_loss(world) -> None:
    prior, marks, truth = world
    rng = np.random.default_rng(3)
    z, p = rng.normal(size=(20, 4)), np.maximum(prior[:20, :5], -9.0)
    said = as_sets(truth[:20] % 5, 5)
    arguments = (z, p, said, rng.random(20))
    x = rng.normal(size=1 + 4 * 5 + 5)
    error = check_grad(lambda x: _loss(x, *arguments)[0], lambda x: _loss(x, *arguments)[1], x)
    assert error < 1e-4


def test_it_is_stored_as_plain_numbers(world) -> None:
    prior, marks, truth = world
    offset = fit_offset(prior[:60], marks[:60], truth[:60])
    kept = read_offset(json.loads(json.dumps(offset.to_json())), len(FEATURES), 29)
    assert np.allclose(kept.apply(prior, marks), offset.apply(prior, marks), equal_nan=True)


def test_parameters_that_do_not_fit_are_refused_by_name(world) -> None:
    prior, marks, truth = world
    kept = fit_offset(prior[:60], marks[:60], truth[:60]).to_json()
    with pytest.raises(BrokenSpecification, match=r"learned\.bias must be a list of 29"):
        read_offset(kept | {"bias": kept["bias"][1:]}, len(FEATURES), 29)
