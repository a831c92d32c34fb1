"""Figures by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from relationships.engine.evaluation.check import check, table, unmeasured
from relationships.engine.evaluation.figures import (
    brier_skill,
    calibration_error,
    likely,
    log_loss,
    macro_f1,
    shown_accuracy,
)
from relationships.engine.evaluation.pairs import PAIRS, classes, shared, together
from relationships.engine.evaluation.reliability import bands, groups, large_enough
from relationships.engine.typology import typology

RNG = np.random.default_rng(5)
TRUTH, SAID = RNG.integers(0, 4, 300), RNG.integers(0, 5, 300)


def test_macro_f1_is_sklearns_over_the_classes_that_occur() -> None:
    theirs = f1_score(TRUTH, SAID, average="macro", labels=np.unique(TRUTH))
    assert macro_f1(TRUTH, SAID) == pytest.approx(theirs)


def test_who_is_as_sure_as_right_has_no_calibration_error() -> None:
    """Four at 75 %, three of them right; and one at 100 %, wrong: 1/5 of everyone is off by 1."""
    chances = np.array([[0.75, 0.25]] * 4 + [[1.0, 0.0]])
    assert calibration_error(np.array([0, 0, 0, 1, 1]), chances) == pytest.approx(0.2)
    assert calibration_error(np.array([0, 0, 0, 1]), chances[:4]) == pytest.approx(0.0)


def test_telling_everyone_the_base_rates_has_no_skill_and_the_truth_has_all() -> None:
    truth = np.array([0, 0, 0, 1])
    assert brier_skill(truth, np.tile([0.75, 0.25], (4, 1))) == pytest.approx(0.0)
    assert brier_skill(truth, np.eye(2)[truth]) == pytest.approx(1.0)


def test_the_hardest_pairs_count_as_one_and_all_others_stay_apart() -> None:
    """Eight types of five pairs are three classes, as the buddy stands in three of the pairs."""
    codes, of = list(typology().keys), classes()
    assert all(of[codes.index(one)] == of[codes.index(other)] for one, other in PAIRS)
    assert sorted(np.bincount(of))[-4:] == [1, 2, 2, 4]
    assert len(np.unique(of)) == 29 - 5
    chances = RNG.dirichlet(np.ones(29), 7)
    assert together(chances).sum(axis=1) == pytest.approx(np.ones(7))
    best, devoted = codes.index("R5"), codes.index("M2")
    as_one = together(chances)[:, of[best]]
    assert as_one == pytest.approx(chances[:, best] + chances[:, devoted])
    assert shared(np.array([best, devoted, -1])).tolist() == [of[best], of[best], -1]


def test_log_loss_by_hand_and_never_infinite() -> None:
    assert log_loss(np.array([0, 1]), np.array([[0.5, 0.5], [0.75, 0.25]])) == pytest.approx(
        (np.log(2) + np.log(4)) / 2
    )
    assert np.isfinite(log_loss(np.array([1]), np.array([[1.0, 0.0]])))


def test_of_those_shown_two_in_three_are_right() -> None:
    right, share = shown_accuracy(np.array([0, 1, 2, 3]), np.array([0, 1, 3, -1]))
    assert (right, share) == (pytest.approx(2 / 3), 0.75)
    assert shown_accuracy(np.array([0]), np.array([-1])) == (0.0, 0.0)


def test_nobody_is_called_what_is_not_likely_enough() -> None:
    assert likely(np.array([[0.7, 0.3], [0.55, 0.45]]), 0.6).tolist() == [0, -1]


@pytest.mark.parametrize(
    ("figure", "target", "reached"),
    [
        (0.74, ">= 0.74", True),
        (0.739, ">= 0.74", False),
        (0.05, "<= 0.05", True),
        (1, "= 0", False),
    ],
)
def test_a_figure_is_held_against_its_target(figure: float, target: str, reached: bool) -> None:
    assert check("x", figure, target).to_json() == {
        "check": "x", "figure": figure, "target": target, "reached": reached,
    }  # fmt: skip


def test_the_table_says_what_was_not_reached() -> None:
    said = table([check("short", 0.5), check("a longer one", 0.1, ">= 0.2")]).splitlines()
    assert said[1].split() == ["short", "0.5"]
    assert said[2].endswith(">= 0.2       not reached")


def test_more_than_and_as_far_as_are_aims_too() -> None:
    assert check("errors", 1.0, "> 1").reached is False
    assert check("errors", 1.1, "> 1").reached is True
    assert check("shuffled", 0.495, "0.5 ± 0.005").reached is True
    assert check("shuffled", 0.4949, "0.5 ± 0.005").reached is False


def test_a_row_that_was_not_measured_is_neither_reached_nor_missed() -> None:
    row = unmeasured("months", "the file is short", ">= 0.5")
    assert row.reached is None
    assert table([row]).splitlines()[1].split() == [
        "months:", "the", "file", "is", "short", "–", ">=", "0.5",
    ]  # fmt: skip
    assert table([]) == ""


def test_reliability_by_hand() -> None:
    """Of four told one half, three; of one told nothing, nobody: a fifth of an error."""
    chance, was = np.array([0.5] * 4 + [0.0]), np.array([1, 1, 1, 0, 0], dtype=bool)
    (one,) = groups("shop", "country", np.array(["IE"] * 5), chance, was)
    assert (one.people, one.told, one.was, one.error) == (5, 0.4, 0.6, 0.2)
    assert [line.check for line in one.to_checks()][-1] == "reliability, shop, country IE: error"
    assert large_enough(np.array(["IE"] * 50 + ["FR"] * 49))[-1] == "others"
    assert bands(np.array([0.0, 13.0, 51.9, 104.0, 900.0])).tolist() == [
        "under a quarter", "a quarter to half a year", "half a year to a year",
        "two years and more", "two years and more",
    ]  # fmt: skip
