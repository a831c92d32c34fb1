"""Charts: numbers in, coordinates out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relcrm.lib import charts


def test_percent_stays_in_the_box():
    assert [charts.percent(v) for v in (-0.2, 0.625, 1.7)] == ["0.0%", "62.5%", "100.0%"]


def test_an_axis_holds_zero_and_has_round_ticks():
    axis = charts.axis([-24, 255])
    assert [tick.value for tick in axis.ticks] == [0, 100, 200]
    assert [tick.is_zero for tick in axis.ticks] == [True, False, False]
    span = axis.span(178, 214, 255)
    assert float(span.low[:-1]) < float(span.mid[:-1]) < float(span.high[:-1]) <= 100


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_every_value_lies_on_its_axis(values):
    axis = charts.axis(values)
    assert all(0 <= float(axis.at(v)[:-1]) <= 100 for v in values)
    assert any(tick.is_zero for tick in axis.ticks)


def test_a_mix_adds_up_and_its_ribbons_join_the_bars():
    now = [("friend", 3.0), ("fling", 1.0)]
    drawn = charts.mix(now, [("friend", 1.0), ("fling", 1.0)])
    assert [(p.key, p.x, p.width) for p in drawn.now] == [
        ("friend", "0.0%", "75.0%"),
        ("fling", "75.0%", "25.0%"),
    ]
    assert drawn.ribbons[0][1].startswith("M0.00 18H50.00C50.00 44 75.00 40 75.00 66")


def test_a_mix_without_a_past_has_no_ribbons():
    drawn = charts.mix([("friend", 1.0)])
    assert drawn.then == ()
    assert drawn.ribbons == ()


def test_a_sparkline_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        charts.sparkline([])


def test_the_highest_column_fills_the_height():
    assert [c.height for c in charts.columns([1, 2, 0], height=60)] == [30, 60, 1]


def test_ticks_are_no_closer_than_can_be_told_apart():
    near = charts.axis([0.001, 0.004], ticks=3, finest=0.01)
    assert [tick.value for tick in near.ticks] == [0]
    assert [tick.value for tick in charts.axis([0, 0.03], ticks=3, finest=0.01).ticks] == (
        pytest.approx([0, 0.01, 0.02, 0.03])
    )
