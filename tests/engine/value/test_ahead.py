"""How long a customer stays, when they choose next, and the parts of what they are worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from relationships.engine.value import (
    CAUSES,
    PARTS,
    Histories,
    Money,
    PurchaseDays,
    Terms,
    bgnbd,
    defaults,
    durability,
    reach,
    rhythm,
)
from relationships.engine.value import alive as living
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.clv import values
from relationships.engine.value.losing import RENEWALS, Losing, with_contracts
from relationships.engine.value.models import Facts
from relationships.engine.value.money import CostRates
from relationships.engine.value.nbd import Nbd
from tests.engine.value.conftest import CALIBRATION_ENDS, HOLDOUT_ENDS
from tests.engine.value.simulation import last_purchase
from tests.engine.value.test_clv import CUSTOMERS, MBG, MONEY, NO_COSTS, SPEND

TERMS = Terms(cost_per_order=2.0, cost_per_return=3.0)
SOME = CostRates(spend=30.0, return_share=0.1, returns=0.2, service=1.0, remedies=0.5, messages=0.1)


def worth(money, rates=SOME, h=CUSTOMERS, terms=TERMS):
    return values(MBG, SPEND, rates, h, money, terms)


def test_parts_with_a_pencil():
    """NBD, two periods of .7 purchases at 25.93 (value-clv.md); a fifth comes back."""
    model = Nbd(r=0.5, alpha=10.0, facts=Facts(method="by hand"))
    terms = Terms(periods=2, discount_per_period=0.05, cost_per_order=2, cost_per_return=4)
    money = Money.of([100.0], [20.0], [1], [8.0], messages=[4.0])
    rates = CostRates(spend=0.0, return_share=0, returns=0, service=0)
    found = values(model, SPEND, rates, Histories.of(3, 8, 10), money, terms)
    spend, purchases, net = 6.2 * 115 / 27.5, 1.4, 0.3 * 0.8 * 6.2 * 115 / 27.5 - 2 - 4 / 9 - 12 / 9
    expected = {
        "sales": purchases * spend, "goods": -0.7 * purchases * spend, "orders": -2.8,
        "returned": -0.3 * 0.2 * purchases * spend, "handling": -purchases * 4 / 9,
        "service": -purchases * 8 / 9, "remedies": 0.0, "messages": -purchases * 4 / 9,
        "contract": 0.0, "renewing": 0.0,
        "discounting": (0.7 / 1.05 + 0.7 / 1.05**2 - 1.4) * net,
    }  # fmt: skip
    assert {name: part[0] for name, part in found.parts.columns().items()} == pytest.approx(
        expected
    )


@given(
    returned=st.floats(0, 1e9), returns=st.integers(0, 1000), service=st.floats(0, 1e9),
    earned=st.floats(-1e9, 1e9), spent=st.floats(0, 1e9),
)  # fmt: skip
def test_parts_add_up_to_the_value_whatever_happened(returned, returns, service, earned, spent):
    money = Money.of([spent], [returned], [returns], [service], told=[spent], earned=[earned])
    found = worth(money, h=Histories.of(3, 8, 10))
    columns = found.parts.columns()
    assert list(columns) == list(PARTS)
    size = sum(abs(part[0]) for part in columns.values())
    assert found.parts.total()[0] == pytest.approx(found.expected[0], abs=1e-9 * max(size, 1))
    assert np.isfinite([found.low, found.expected, found.high, *columns.values()]).all()
    assert found.low <= found.expected <= found.high


@given(st.floats(0, 500), st.floats(0, 500), st.integers(0, 30), st.integers(0, 30))
def test_more_returns_never_raise_the_value(less, more, few, many):
    less, more = sorted((less, more))
    few, many = sorted((few, many))
    calm, sends_back = (
        worth(Money.of([500.0], [sum_], [n]), h=Histories.of(9, 30, 39)).expected[0]
        for sum_, n in ((less, few), (more, many))
    )
    assert sends_back <= calm + 1e-9


def test_over_one_year_it_is_the_value_of_the_usual_horizon():
    found = worth(MONEY)
    assert found.years[:, 0] == pytest.approx(found.expected)
    lively = found.expected > 0
    assert np.all(np.diff(found.years[lively], axis=1) > 0)


def test_a_decade_in_gathered_periods_is_the_decade_in_short_ones():
    """Within a thousandth: inside a gathered period purchases are taken as evenly spread."""
    short = Terms(periods=130)
    model = replace(MBG, a=0.5)
    fine = reach.reach(model, CUSTOMERS, short)
    gathered = reach.reach(model, CUSTOMERS, Terms())
    assert gathered.years[:, 3] == pytest.approx(fine.discounted, rel=1e-2)
    assert gathered.years[:, 1] == pytest.approx(fine.years[:, 1], rel=1e-3)


def test_who_loses_money_is_told_the_habit_that_would_change_it_most():
    habits = {
        "returns": Money.of([300.0], [250.0], [9]),
        "service": Money.of([300.0], service=[900.0]),
        "remedies": Money.of([300.0], remedies=[900.0]),
        "messages": Money.of([300.0], messages=[900.0]),
        "margin": Money.of([300.0], told=[300.0], earned=[-200.0]),
        "small_orders": Money.of([6.0]),
    }
    one = Histories.of(9, 30, 39)
    for cause, money in habits.items():
        found = worth(money, h=one).losing
        assert CAUSES[found.cause[0]] == cause
        assert found.gain[0] > 0


def test_big_discounts_are_a_cause_where_the_price_would_have_carried_the_order():
    money = Money.of([100.0], discounts=[300.0])
    found = worth(money, h=Histories.of(9, 30, 39), terms=Terms(cost_per_order=6)).losing
    assert CAUSES[found.cause[0]] == "discounts"


def test_who_has_more_taken_off_leaves_less_and_the_whole_company_as_much_by_hand():
    """Ten bought for 100 each at full price, ten for 60 after 40 off; 30 of 100 euros are left.
    Goods cost .7 · 1,600 / 2,000 = .56 of the full price: 44 of 100 are left, and 4 of 60."""
    bought = np.full(20, 1e6)  # so often that nothing is borrowed
    spent = np.repeat([100.0, 60.0], 10) * bought
    money = Money.of(spent, discounts=np.repeat([0.0, 40.0], 10) * bought)
    rates = CostRates.fit(bought, money)
    margin = rates.of(bought, money, 0.3).margin
    assert margin[[0, -1]] == pytest.approx([0.44, 4 / 60], abs=1e-4)
    assert margin @ spent / spent.sum() == pytest.approx(0.3, abs=1e-5)


def test_what_is_taken_off_is_blamed_on_discounts_and_not_on_goods_or_small_orders():
    """The same goods for everybody, half price for one: told as a loss of 10 on each 50."""
    usual = CostRates(
        spend=100.0, return_share=0.0, returns=0.0, service=0.0, told_share=1.0, told_margin=0.4
    )
    money = Money.of([500.0], discounts=[500.0], told=[500.0], earned=[-100.0])
    one = Histories.of(9, 30, 39)
    found = worth(money, usual, one, Terms(cost_per_order=15)).losing
    assert CAUSES[found.cause[0]] == "discounts"


def test_where_every_order_costs_more_than_it_brings_no_habit_is_blamed():
    usual = CostRates(spend=30.0, return_share=0.0, returns=0.0, service=0.0)
    found = worth(
        Money.of([30.0 * 151]), usual, Histories.of(150, 76, 78), Terms(cost_per_order=50)
    )
    assert (CAUSES[found.losing.cause[0]], found.losing.gain[0]) == (
        "orders",
        pytest.approx(0, abs=30),
    )


def test_who_earns_has_no_cause():
    assert (worth(MONEY, NO_COSTS, terms=Terms()).losing.cause == -1).all()


def test_a_contract_pays_for_losses_or_is_the_reason_itself():
    """Purchases bring −5, 5, −1 and −5; contracts 9, −9, −9 and 2."""
    found = Losing(cause=np.array([0, -1, 1, 2]), gain=np.array([4.0, 0.0, 4.0, 4.0]))
    bought, contract = np.array([-5.0, 5.0, -1.0, -5.0]), np.array([9.0, -9.0, -9.0, 2.0])
    both = with_contracts(found, bought, contract)
    assert both.cause.tolist() == [-1, RENEWALS, RENEWALS, 2]
    assert both.gain.tolist() == [0.0, 0.0, 0.0, 4.0]


# Months ------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [4.0, 50.0, 156.0])
@pytest.mark.parametrize("repeats", [0, 3, 200])
def test_the_chance_to_stay_is_the_mean_over_what_leaving_may_be(weeks, repeats):
    h = Histories.of(repeats, 30 if repeats else 0, 39)
    stays = MBG.b + repeats + 1

    def density(p):
        beta = np.exp((MBG.a - 1) * np.log(p) + (stays - 1) * np.log1p(-p) - betaln(MBG.a, stays))
        return beta * (1 + weeks / (MBG.alpha + 39) * p) ** -(MBG.r + repeats)

    by_hand = quad(density, 0, 1e-3)[0] + quad(density, 1e-3, 1)[0]
    assert durability.staying(MBG, h, np.array([weeks]))[0, 0] == pytest.approx(by_hand, rel=1e-4)


def test_months_are_the_sum_over_36_months_of_being_here():
    alive = np.array([0.9, 0.1, 0.5, 0.8, 1.0, 0.2, 1.0])
    each = durability.staying(MBG, CUSTOMERS, np.arange(1.0, 37) * durability.WEEKS_OF_A_MONTH)
    found = durability.months_ahead(MBG, CUSTOMERS, alive)
    assert found == pytest.approx(alive * each.sum(axis=1), abs=0.01)
    assert np.all((found >= 0) & (found <= 36))


def test_nobody_stays_for_more_months_than_there_are():
    never = BetaGeometric(
        r=2.0, alpha=1.0, a=1e-6, b=50.0, first_may_be_last=True, facts=Facts(method="by hand")
    )
    assert durability.months_ahead(never, CUSTOMERS, np.ones(7)) == pytest.approx(36, abs=1e-2)


@pytest.mark.parametrize(("a", "b"), [(11_690.0, 58_337.0), (5e5, 2e6)])
def test_who_are_all_equally_likely_to_leave_stay_as_that_one_chance_says(a, b):
    """Such fits overflowed the closed form, and nobody was expected to stay a month."""
    alike = BetaGeometric(
        r=1.886, alpha=32.4, a=a, b=b, first_may_be_last=True, facts=Facts(method="by hand")
    )
    weeks, p = np.array([4.0, 52.0, 156.0]), a / (a + b)
    z = weeks / (alike.alpha + CUSTOMERS.age)[:, None]
    one_chance = (1 + p * z) ** -(alike.r + CUSTOMERS.repeats)[:, None]
    assert durability.staying(alike, CUSTOMERS, weeks) == pytest.approx(one_chance, abs=2e-3)


def test_months_seen_in_a_holdout_against_those_expected(cdnow_master):
    """CDNOW, 39 weeks known: up to which month end of the next eight somebody still bought."""
    known = cdnow_master.cut(CALIBRATION_ENDS)
    h = known.histories(CALIBRATION_ENDS)
    later = cdnow_master.of(known.customers).after(CALIBRATION_ENDS, HOLDOUT_ENDS)
    last = np.zeros(len(h))
    at = np.searchsorted(known.customers, later.customer)
    np.maximum.at(last, at, (later.day - CALIBRATION_ENDS) / 7)
    fitted = bgnbd.fit(h, first_may_be_last=True, prior=False)
    alive, rng = fitted.probability_alive(h), np.random.default_rng(1)
    expected = last_purchase(fitted, h, alive, weeks=39.0, rng=rng)
    ends = durability.WEEKS_OF_A_MONTH * np.arange(1, 9)
    months = [(one[:, None] > ends).sum(axis=1).mean() for one in (expected, last)]
    # 23 % short, as the same model's purchases are 19 % short there (docs/method/value-parts.md).
    assert months == pytest.approx([1.13, 1.464], abs=0.03)


# The next purchase -------------------------------------------------------------------------


def test_the_shape_of_simulated_gaps_is_found_again():
    rng = np.random.default_rng(3)
    gaps = np.maximum(1, np.rint(rng.gamma(4.0, 30 / 4.0, (400, 30)))).astype(int)
    days = np.cumsum(gaps, axis=1)
    table = PurchaseDays.gather(np.repeat(np.arange(400), 30), days.ravel(), np.ones(12_000))
    assert rhythm.shape_of_gaps(table, 30 / 7) == pytest.approx(4.0, rel=0.1)


def test_kaplan_and_meier_with_a_pencil():
    """Five customers: purchases at .2, .4, .8; two are still waiting at .3 and .9."""
    come = rhythm.share_come(
        np.array([0.2, 0.3, 0.4, 0.8, 0.9]), np.array([True, False, True, True, False])
    )
    at = dict(zip(rhythm.GRID.round(2), come, strict=True))
    assert (at[0.1], at[0.2]) == (0, pytest.approx(1 / 5))
    assert at[0.4] == pytest.approx(1 - 4 / 5 * 2 / 3)
    assert at[1.0] == pytest.approx(1 - 4 / 5 * 2 / 3 * 1 / 2)


def test_a_place_and_the_weeks_to_it_are_each_other_s_inverse():
    known = rhythm.Rhythm(shape=2.0, mean_gap_weeks=8.0, least=(), come=())
    weeks = np.array([1.0, 5, 2, 9, 3, 12, 0.5])
    assert known.after(CUSTOMERS, known.place(CUSTOMERS, weeks)) == pytest.approx(weeks)


def test_windows_hold_what_happened_on_cdnow(cdnow_master):
    """Fitted on 39 weeks, checked on the next 39; nothing later than the split is used."""
    from tests.engine.value.conftest import CALIBRATION_ENDS, HOLDOUT_ENDS

    known = cdnow_master.cut(CALIBRATION_ENDS)
    h = known.histories(CALIBRATION_ENDS)
    alive = living.fit(h, default=defaults.alive_model())
    found = rhythm.fit(known, as_of_day=CALIBRATION_ENDS, alive=alive)
    ahead = found.next(h, alive.alive(h))
    later = cdnow_master.after(CALIBRATION_ENDS, HOLDOUT_ENDS).of(known.customers)
    came = np.full(len(h), np.nan)
    came[np.searchsorted(known.customers, later.customers)] = (
        later.day[later.starts] - CALIBRATION_ENDS
    ) / 7
    shown = ahead.high <= 39  # false where nothing is promised
    bought = shown & ~np.isnan(came)
    assert shown.sum() > 500
    assert 0.75 <= ((came >= ahead.low) & (came <= ahead.high))[bought].mean() <= 0.9
    in_time = came[shown] <= (rhythm.CYCLES * found.own_gap(h))[shown]
    assert in_time.mean() == pytest.approx(ahead.soon[shown].mean(), abs=0.08)


@pytest.mark.parametrize("days", [[], [10], [10] * 5], ids=["nobody", "one", "all same day"])
def test_too_little_promises_nothing(days):
    table = PurchaseDays.gather(np.arange(len(days)), days, np.ones(len(days)))
    found = rhythm.fit(table, as_of_day=100, alive=defaults.alive_model())
    h = table.histories(100)
    ahead = found.next(h, np.ones(len(h)))
    assert np.isnan([ahead.high, ahead.soon]).all()
    assert rhythm.Rhythm.from_json(found.to_json()) == found
