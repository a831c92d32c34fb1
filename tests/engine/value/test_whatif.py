"""What if more stayed, margins were other, later money counted otherwise; and who came again."""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relationships.engine.value import PARTS as EVERY_PART
from relationships.engine.value import Histories, PurchaseDays
from relationships.engine.value.clv import Terms
from relationships.engine.value.cohorts import triangle
from relationships.engine.value.defaults import purchase_model
from relationships.engine.value.models import STORED_DEFAULT, Facts
from relationships.engine.value.paretonbd import ParetoNbd
from relationships.engine.value.whatif import Change, Stream, changed, stream

PARTS = {
    "sales": 1000.0, "goods": -700.0, "orders": -50.0, "returned": -30.0, "handling": -10.0,
    "service": -20.0, "remedies": 0.0, "messages": 0.0, "discounting": -10.0,
}  # fmt: skip

EVEN = Stream(shares=(0.5, 0.3, 0.2), weeks_per_period=52.0, discount=0.1)
EPOCH = date(1970, 1, 1)
UNFITTED = Facts(method=STORED_DEFAULT)


def test_nothing_changed_is_the_value_itself():
    assert changed(PARTS, EVEN, Change()) == pytest.approx(sum(PARTS.values()))


money = st.integers(-(10**8), 10**8).map(lambda cents: cents / 100)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(dict.fromkeys(EVERY_PART, money) | {"sales": money.map(abs)}),
    st.one_of(st.none(), st.floats(-3, 3)),
)
def test_nothing_changed_is_the_value_itself_whatever_the_parts(parts, fee_margin):
    assert changed(parts, EVEN, Change(), fee_margin) == sum(parts[name] for name in EVERY_PART)


def test_what_each_one_sends_back_and_each_fee_move_by_themselves():
    """200 of 1000 come back, of goods at 60 %; the rest is at 20 %: 160 + 120 are left of 1000 and
    120 of what is sent back goes with it. Ten points more are 100, less 20. Fees of 300 at 10 %."""
    mixed = dict.fromkeys(EVERY_PART, 0.0) | {
        "sales": 1000.0, "goods": -720.0, "returned": -120.0, "contract": 30.0,
    }  # fmt: skip
    told = mixed | {"sent_back": 200.0, "fees": 300.0}
    assert changed(told, EVEN, Change(margin=0.1)) == pytest.approx(190 + 100 - 20 + 30)
    assert changed(told, EVEN, Change(off=0.05)) == pytest.approx(190 - 50 + 10 - 15)
    assert changed(told | {"renewing": -12.0}, EVEN, Change(margin=0.1)) == pytest.approx(288)


def test_fees_of_contracts_move_by_their_own_margin_by_hand():
    # Sales at 1 % and fees of 300 of which 30 % are left: five points more are 50 and 15.
    thin = dict.fromkeys(PARTS, 0.0) | {"sales": 1000.0, "goods": -990.0, "contract": 90.0}
    assert changed(thin, EVEN, Change(margin=0.05), 0.3) == pytest.approx(165)
    nothing_left = thin | {"goods": -1000.0}
    assert changed(nothing_left, EVEN, Change(), 0.3) == 90.0
    assert changed(nothing_left, EVEN, Change(discount=0.1), 0.3) == 90.0


def test_a_loss_of_more_than_the_price_stays_one_until_the_margin_is_moved():
    given_away = dict.fromkeys(PARTS, 0.0) | {"sales": 100.0, "goods": -300.0}
    assert changed(given_away, EVEN, Change()) == -200.0
    assert changed(given_away, EVEN, Change(margin=-0.5)) == -200.0  # no lower than it is
    assert changed(given_away, EVEN, Change(margin=0.5)) == pytest.approx(-150.0)


def test_a_margin_moves_goods_and_what_returns_cost_by_hand():
    # 1000 × .4 − 30 × .4/.3 − 80 = 280, of which the same 18/19 is left after discounting.
    assert changed(PARTS, EVEN, Change(margin=0.1)) == pytest.approx(280 * 180 / 190)


def test_fewer_who_leave_stretch_the_stream_by_hand():
    # All stay: .5 in each period instead of .5, .3, .2; later money counts less.
    all_stay = changed(PARTS, EVEN, Change(stay=1.0))
    assert all_stay == pytest.approx(
        190 * 1.5 * (180 / 190) * EVEN.present(np.full(3, 0.5), 0.1)
        / EVEN.present(np.array(EVEN.shares), 0.1)
    )  # fmt: skip
    half = changed(PARTS, EVEN, Change(stay=0.5))
    assert sum(PARTS.values()) < half < all_stay


def test_fewer_who_leave_is_what_the_model_itself_says_of_a_slower_leaving():
    new = Histories.of([0.0], [0.0], [0.0])
    usual = ParetoNbd(r=0.6, alpha=10.0, s=0.7, beta=12.0, facts=UNFITTED)
    slower = ParetoNbd(r=0.6, alpha=10.0, s=0.7, beta=12.0 / (1 - 0.4), facts=UNFITTED)
    terms = Terms(periods=52, weeks_per_period=1.0)
    made, wanted = (stream(one, new, terms, 0.1) for one in (usual, slower))
    times = (slower.expected_repeats(new, 52.0) / usual.expected_repeats(new, 52.0))[0]
    found, by_hand = made.stretched(0.4), np.array(wanted.shares) * times
    assert found.sum() == pytest.approx(by_hand.sum(), rel=1e-4)
    assert found == pytest.approx(by_hand, rel=0.012)  # read between the ends of weeks


def test_at_fixed_occasions_fewer_who_leave_never_blow_up_a_stream():
    yearly = Stream(
        shares=(0.5, 0.0, 0.0, 0.4), left=(0.9, 0.9, 0.9, 0.72), weeks_per_period=52.0, discount=0.1
    )
    assert yearly.stretched(1.0) == pytest.approx([0.5 / 0.9, 0.0, 0.0, 0.4 / 0.72])
    assert yearly.stretched(0.0) == pytest.approx(yearly.shares)


def test_a_lower_price_takes_more_from_value_than_its_percent_by_hand():
    # A tenth off 1000: of the 300 that are left 100 go, and a third of what returns cost with them.
    plain = 1000 * 0.2 - 30 * (0.2 / 0.3) - 80
    assert changed(PARTS, EVEN, Change(off=0.1)) == pytest.approx(plain * 180 / 190)
    assert changed(PARTS, EVEN, Change(off=0.3)) < 0  # sold at cost


def test_goods_sold_at_a_loss_can_be_sold_at_a_gain():
    loss = PARTS | {"goods": -1100.0, "returned": 10.0, "discounting": 0.0}
    # 1000 × .1 + 10 × (.1 / −.1) − 80
    assert changed(loss, EVEN, Change(margin=0.2)) == pytest.approx(10.0)


def test_a_higher_discount_takes_off_and_none_gives_the_plain_sum():
    assert changed(PARTS, EVEN, Change(discount=0.3)) < changed(PARTS, EVEN, Change())
    assert changed(PARTS, Stream(shares=(1.0,), weeks_per_period=4.0, discount=0.0), Change()) > 0


def test_without_sales_or_a_stream_nothing_breaks():
    nothing = dict.fromkeys(PARTS, 0.0)
    empty = Stream(shares=(), weeks_per_period=4.0, discount=0.1)
    assert changed(nothing, empty, Change(margin=0.2, stay=0.5, discount=0.2)) == 0
    made = stream(purchase_model("MBG/NBD"), Histories.of([], [], []), Terms(), 0.1)
    assert made.shares == ()


def test_the_stream_of_real_customers_falls_and_adds_up(cdnow_histories):
    made = stream(purchase_model("MBG/NBD"), cdnow_histories, Terms(), 0.1)
    assert sum(made.shares) == pytest.approx(1, abs=1e-4)
    assert list(made.shares) == sorted(made.shares, reverse=True)


def days(*bought: tuple[int, str]) -> PurchaseDays:
    when = [(date.fromisoformat(day) - EPOCH).days for _, day in bought]
    return PurchaseDays.gather([who for who, _ in bought], when, [1.0] * len(bought))


def test_the_triangle_by_hand():
    bought = days(
        (1, "2025-01-05"), (1, "2025-01-20"), (1, "2025-02-03"), (2, "2025-01-31"),
        (2, "2025-03-01"), (3, "2025-02-10"), (3, "2025-04-02"),
    )  # fmt: skip
    found = triangle(bought, (date(2025, 4, 20) - EPOCH).days)
    assert found.months == 1
    january, february = found.cohorts
    assert (january.begins_on, january.customers, january.again) == ("2025-01-01", 2, [0.5, 0.5])
    assert (february.customers, february.again) == (1, [0.0])  # April is not over yet


def test_the_last_day_of_a_month_ends_it_and_long_histories_go_by_quarters():
    bought = days((1, "2022-01-05"), (1, "2022-05-05"), (2, "2024-11-01"), (2, "2024-12-31"))
    found = triangle(bought, (date(2024, 12, 31) - EPOCH).days)
    assert found.months == 3
    assert [one.begins_on for one in found.cohorts] == ["2022-01-01", "2024-10-01"]
    assert found.cohorts[0].again == [1.0, *[0.0] * 10]
    assert triangle(days(), 9).cohorts == ()
