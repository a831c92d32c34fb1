"""Lift with its range, and which lifts stand out."""

import numpy as np
import pandas as pd
import pytest

from relationships.engine.personae import Trait, lifts, marks
from relationships.engine.personae.clusters import explained, jaccard
from relationships.engine.personae.lifts import benjamini_hochberg


def one(x1, n1, x, n):
    return lifts(*(np.array([value], dtype=float) for value in (x1, n1, x, n)))[0]


def test_a_lift_worked_by_hand():
    """60 of 100 in the group, 60 of 300 in the rest; docs/method/personae.md has the steps."""
    lift = one(60, 100, 120, 400)
    assert lift.lift == pytest.approx(1.9934, abs=1e-4)
    assert (lift.low, lift.high) == pytest.approx((1.8204, 2.1829), abs=5e-4)
    assert (lift.share, lift.overall, lift.people) == (0.6, 0.3, 60)
    assert lift.stands_out


def test_fewer_than_thirty_people_say_nothing():
    assert one(20, 29, 120, 400) is None
    assert one(10, 100, 29, 400) is None


def test_a_trait_as_common_as_anywhere_does_not_stand_out():
    lift = one(30, 100, 120, 400)
    assert lift.lift == pytest.approx(1.0, abs=0.02)
    assert lift.low < 1 < lift.high
    assert not lift.stands_out


def test_a_trait_nobody_in_the_group_has_keeps_a_range():
    lift = one(0, 100, 120, 400)
    assert 0 < lift.low < lift.lift < lift.high < 0.2


def test_false_discoveries_are_held_down():
    """Benjamini & Hochberg's steps: at 10 % the limits of four are .025, .05, .075 and .1."""
    chances = np.array([0.03, 0.01, 0.5, 0.02])
    assert benjamini_hochberg(chances, 0.10).tolist() == [True, True, False, True]
    assert not benjamini_hochberg(np.array([0.2, 0.9]), 0.10).any()


def test_of_pure_chance_at_most_few_stand_out():
    rng = np.random.default_rng(4)
    n1, n = np.full(400, 200.0), np.full(400, 1000.0)
    x1, rest = rng.binomial(200, 0.3, 400), rng.binomial(800, 0.3, 400)
    found = lifts(x1.astype(float), n1, (x1 + rest).astype(float), n)
    assert sum(lift.stands_out for lift in found) <= 8


def test_the_range_holds_the_truth_about_four_times_in_five():
    rng = np.random.default_rng(5)
    x1, rest = rng.binomial(300, 0.4, 2000), rng.binomial(900, 0.2, 2000)
    found = lifts(
        x1.astype(float), np.full(2000, 300.0), (x1 + rest).astype(float), np.full(2000, 1200.0)
    )
    truth = 0.4 / (0.25 * 0.4 + 0.75 * 0.2)
    assert np.mean([lift.low <= truth <= lift.high for lift in found]) == pytest.approx(
        0.8, abs=0.03
    )


def test_overlap_of_groupings_is_jaccard():
    same, other = np.array([0, 0, 1, 1]), np.array([1, 1, 0, 1])
    assert jaccard(same, same, 2).tolist() == [1, 1]
    assert jaccard(same, other, 2).tolist() == pytest.approx([2 / 3, 1 / 2])


def test_groups_explain_what_lies_between_them():
    rows = np.array([[0.0], [0.0], [2.0], [2.0]])
    assert explained(rows, np.array([0, 0, 1, 1])) == 1
    assert explained(rows, np.array([0, 1, 0, 1])) == 0


def test_what_is_unknown_is_neither_had_nor_lacked():
    people = pd.DataFrame({"age": [30.0, np.nan, 70.0], "interests": [["dogs"], [], ["chess"]]})
    found = marks(people, [Trait("age", "25-34"), Trait("interests", "dogs")])
    assert found.has.tolist() == [[True, True], [False, False], [False, False]]
    assert found.known.tolist() == [[True, True], [False, False], [True, True]]
