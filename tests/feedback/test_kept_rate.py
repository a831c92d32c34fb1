"""The share of promises kept, and how far it can be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.engine.rates import Rate, wilson


def test_the_worked_example_of_the_method_page():
    low, high = wilson(81, 90)
    assert (round(low, 3), round(high, 3)) == (0.821, 0.946)


def test_everything_kept_is_not_everything_known():
    """10 of 10: Brown, Cai and DasGupta (2001) have .722 to 1."""
    low, high = wilson(10, 10)
    assert (round(low, 3), high) == (0.722, pytest.approx(1.0))


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_range_holds_the_share_and_stays_within_none_and_all(kept, broken):
    rate = Rate(kept, kept + broken)
    assert 0 <= rate.low <= rate.high <= 1
    if rate.n:
        assert rate.low - 1e-9 <= rate.share <= rate.high + 1e-9


@pytest.mark.parametrize(
    ("kept", "n", "is_telling", "tone"),
    [(0, 0, False, ""), (9, 9, False, ""), (0, 9, False, ""), (81, 90, True, "bad"),
     (87, 90, True, ""), (398, 400, True, "good")],
)  # fmt: skip
def test_few_cases_say_nothing_and_many_say_where_they_stand(kept, n, is_telling, tone):
    rate = Rate(kept, n, 0.95)
    assert (rate.is_telling, rate.tone) == (is_telling, tone)


def test_nothing_counted_has_no_share():
    assert Rate(0, 0).share is None
    assert wilson(0, 0) == (0.0, 1.0)
