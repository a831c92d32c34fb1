"""Figures of validity, against hand counts and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import log_loss as sklearns_log_loss
from sklearn.metrics import roc_auc_score

from relationships.engine.typology.evaluate import (
    auc,
    group_scores,
    log_loss,
    logit_scores,
    mutual_information_bits,
)

RNG = np.random.default_rng(11)
SCORE = RNG.integers(0, 20, 400).astype(float)
OUTCOME = RNG.random(400) < SCORE / 25


def test_auc_is_sklearns_with_ties_half() -> None:
    assert auc(OUTCOME, SCORE) == pytest.approx(roc_auc_score(OUTCOME, SCORE))
    assert auc([0, 1], [3, 3]) == 0.5


def test_auc_needs_an_outcome_that_varies() -> None:
    with pytest.raises(ValueError, match="vary"):
        auc([1, 1], [0, 1])


def test_a_group_that_tells_everything_tells_one_bit() -> None:
    outcome = np.tile([0, 1], 5_000)
    assert mutual_information_bits(outcome, outcome) == pytest.approx(1.0, abs=1e-3)


def test_random_groups_tell_nothing_after_the_correction() -> None:
    outcome, groups = RNG.integers(0, 2, 20_000), RNG.integers(0, 50, 20_000)
    assert mutual_information_bits(outcome, groups) == pytest.approx(0.0, abs=1e-3)


def test_log_loss_is_sklearns() -> None:
    chance = np.clip(SCORE / 25, 0.01, 0.99)
    assert log_loss(OUTCOME, chance) == pytest.approx(sklearns_log_loss(OUTCOME, chance))


def test_scores_never_learn_from_their_own_customer() -> None:
    noise = RNG.random(2_000) < 0.5
    own_group = np.arange(2_000)
    assert np.ptp(group_scores(noise, own_group)) < 0.05
    assert auc(noise, logit_scores(noise, RNG.normal(size=(2_000, 5)))) < 0.55
