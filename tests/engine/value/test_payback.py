"""What customers of one way have left us, step by step, and when that pays for winning them."""

import numpy as np
import pytest

from relationships.engine.value import PurchaseDays
from relationships.engine.value.payback import brought, left_by_each, paid_back_at

NOW = 1000


def group_of(days_ago: list[list[int]], spend: float = 100.0) -> PurchaseDays:
    rows = [(who, NOW - ago) for who, each in enumerate(days_ago) for ago in each]
    who, day = zip(*rows, strict=True)
    return PurchaseDays.gather(who, day, [spend] * len(rows))


def test_each_step_is_the_mean_of_those_who_lived_through_it():
    # Thirty bought 60 days ago and again 20 days later; thirty once, 40 days ago.
    days = group_of([[60, 40]] * 30 + [[40]] * 30)
    left = left_by_each(days, gain=0.3, cost=10.0)  # 20 each
    (found,) = brought(days, np.zeros(60, dtype=np.int64), 1, left, as_of_day=NOW)
    # First day: all left 20. Within 28 days: thirty more purchases of sixty people. Days 29 to 56
    # were lived through by the older thirty alone, who bought nothing then.
    assert found.so_far.tolist() == pytest.approx([20, 30, 30])
    assert (found.customers, found.together) == (60, pytest.approx(90 * 20))


def test_steps_that_too_few_have_lived_through_are_left_out():
    days = group_of([[400, 100]] * 29 + [[40]] * 31)
    left = left_by_each(days, gain=1.0, cost=0.0)
    (found,) = brought(days, np.zeros(60, dtype=np.int64), 1, left, as_of_day=NOW)
    assert len(found.so_far) == 2  # of sixty the first day and four weeks; of 29 nothing


def test_groups_are_kept_apart_and_the_rest_is_nobodys():
    days = group_of([[40], [40], [40]])
    left = left_by_each(days, gain=0.5, cost=0.0)
    first, second = brought(days, np.array([0, 1, -1]), 2, left, as_of_day=NOW)
    assert (first.customers, second.customers) == (1, 1)
    assert (first.together, second.together) == (50, 50)
    assert len(first.so_far) == 0  # three customers say nothing of a usual one


def test_it_is_paid_back_at_the_first_step_that_reaches_the_cost():
    assert paid_back_at([5, 9, 12], 5) == 0
    assert paid_back_at([5, 9, 12], 9.5) == 8
    assert paid_back_at([5, 9, 12], 13) is None
    assert paid_back_at([], 0) is None


def test_nobody_brings_nothing():
    nobody = PurchaseDays.gather([], [], [])
    (found,) = brought(nobody, np.array([], dtype=np.int64), 1, np.array([]), as_of_day=NOW)
    assert (found.customers, found.together, len(found.so_far)) == (0, 0, 0)
