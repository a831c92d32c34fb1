"""Histories that cannot have happened are refused by name; grouping loses nothing."""

import numpy as np
import pytest

from relationships.engine.value import BadHistories, Histories, PurchaseDays, gammagamma
from relationships.engine.value.histories import (
    CountsAndTimesDisagree,
    LengthsDiffer,
    NotANumber,
    SeenAfterNow,
)
from relationships.engine.value.purchases import BoughtAfterNow, NegativeSpend, NotSorted
from tests.engine.value.test_worked_examples import MODELS, ONE


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (([1, 2], [1], [2]), LengthsDiffer),
        (([1], [1], [np.nan]), NotANumber),
        (([1], [np.inf], [2]), NotANumber),
        (([1], [9], [3]), SeenAfterNow),
        (([-1], [0], [3]), CountsAndTimesDisagree),
        (([1.5], [1], [3]), CountsAndTimesDisagree),
        (([0], [1], [3]), CountsAndTimesDisagree),
        (([2], [0], [3]), CountsAndTimesDisagree),
        (([0], [0], [-1]), SeenAfterNow),
        (([0], [0], [3], [0]), CountsAndTimesDisagree),
    ],
)
def test_an_impossible_history_is_refused(columns, error):
    with pytest.raises(error):
        Histories.of(*columns)
    assert issubclass(error, BadHistories)


def test_equal_histories_are_grouped_and_scattered_back():
    h = Histories.of([0, 2, 0, 2], [0, 5, 0, 5], [9, 9, 9, 9], [1, 1, 2, 1])
    unique, inverse = h.grouped()
    assert len(unique) == 2
    assert unique.weights.tolist() == [3, 2]
    assert unique.repeats[inverse].tolist() == h.repeats.tolist()
    assert (unique.customers, unique.repeaters) == (h.customers, h.repeaters)


def test_two_purchases_in_a_day_are_one_day_and_one_sum():
    p = PurchaseDays.gather([7, 7, 7, 3], [14, 0, 14, 7], [5.0, 2.0, 6.0, 1.0])
    assert p.customer.tolist() == [3, 7, 7]
    assert p.spend.tolist() == [1.0, 2.0, 11.0]
    assert p.spent().tolist() == [1.0, 13.0]
    h = p.histories(21)
    assert (h.repeats.tolist(), h.last_seen.tolist(), h.age.tolist()) == ([0, 1], [0, 2], [2, 3])


def test_a_cut_knows_nothing_of_later_days():
    p = PurchaseDays.gather([0, 0, 1], [0, 14, 21], [5.0, 2.0, 6.0])
    assert p.cut(14).customers.tolist() == [0]
    assert p.after(0, 14).day.tolist() == [14]
    with pytest.raises(BoughtAfterNow):
        p.histories(20)


def test_no_purchases_are_no_histories():
    nothing = PurchaseDays.gather([], [], [])
    assert (len(nothing.histories(5)), len(nothing.spent()), len(nothing.customers)) == (0, 0, 0)


def test_impossible_purchases_are_refused():
    with pytest.raises(NegativeSpend, match="return"):
        PurchaseDays.gather([1], [1], [-5.0])
    with pytest.raises(NotANumber):
        PurchaseDays.gather([1], [1], [np.nan])
    with pytest.raises(LengthsDiffer):
        PurchaseDays.gather([1], [1, 2], [5.0])
    with pytest.raises(NotSorted):
        PurchaseDays(customer=np.array([1, 0]), day=np.array([1, 1]), spend=np.array([1.0, 1.0]))


def test_spend_of_nobody_is_refused():
    with pytest.raises(gammagamma.NoSpend):
        gammagamma.fit([1.0, 2.0], [0.0, 0.0], prior=True)
    with pytest.raises(LengthsDiffer):
        gammagamma.fit([1.0], [1.0, 2.0], prior=True)


def test_a_horizon_must_be_a_number_of_weeks():
    for model in MODELS:
        with pytest.raises(ValueError, match="horizon"):
            model.expected_repeats(ONE, -1)
        assert model.expected_repeats(ONE, 0) == pytest.approx([0])
