"""Old against new on the same past, drift, and the forecast of one window ago."""

from dataclasses import replace

import numpy as np
import pytest

from relationships.engine.value import ModelSet, PurchaseDays, fit_all
from relationships.engine.value.contest import contest
from relationships.engine.value.drift import watch
from relationships.engine.value.proof import prove
from tests.engine.value.conftest import CALIBRATION_ENDS, HOLDOUT_ENDS


def fitted(cdnow: PurchaseDays, day: int) -> ModelSet:
    return fit_all(cdnow, as_of_day=day, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def half(cdnow) -> PurchaseDays:
    """Every second customer: enough for each of these, at half the cost."""
    return cdnow.of(cdnow.customers[::2])


@pytest.fixture(scope="module")
def old(half) -> ModelSet:
    return fitted(half, CALIBRATION_ENDS)


@pytest.fixture(scope="module")
def new(half) -> ModelSet:
    return fitted(half, HOLDOUT_ENDS)


def verdict(old: ModelSet | None, new: ModelSet, purchases: PurchaseDays):
    rng = np.random.default_rng(1)
    return contest(old, new, purchases, horizon_weeks=52.0, rng=rng)


def wilder(models: ModelSet, factor: float) -> ModelSet:
    wrong = {n: replace(m, r=m.r * factor) for n, m in models.models.items()}
    return replace(models, models=wrong)


def test_numbers_of_the_same_customers_are_as_good_as_a_year_ago(old, new, half):
    found = verdict(old, new, half)
    assert found.kind == "as good"
    assert found.goes_live
    assert [one.as_it_stood for one in found.rounds][-1]
    assert found.rounds[-1].weeks < new.origins[-1].weeks
    assert found.deviance("old") == pytest.approx(found.deviance("new"), rel=0.01)


def test_wrong_old_numbers_lose_and_win_against_worse(old, new, half):
    assert verdict(wilder(old, 8.0), new, half).kind == "better"
    # Were the new formula so wrong at each origin, its own record would say so.
    lines = [
        replace(o, lines=tuple(replace(x, deviance=x.deviance * 1.5) for x in o.lines))
        for o in new.origins
    ]
    found = verdict(old, replace(new, origins=tuple(lines)), half)
    assert found.kind == "worse"
    assert not found.goes_live


def test_a_leap_needs_proof(old, new, half):
    leaping = wilder(new, 30.0)
    found = verdict(old, leaping, half)
    assert (found.kind, found.ratio > 1.5) == ("leaps", True)


def test_without_a_tested_one_before_the_first_goes_live(old, new, half):
    assert verdict(None, new, half).kind == "first"
    assert verdict(replace(old, origins=()), new, half).kind == "first"
    assert verdict(new, old, half).kind == "first"  # it knew what had not happened
    assert verdict(replace(old, customers=9_999), new, half).kind == "first"
    assert verdict(old, replace(new, origins=()), half).kind == "untested"


def test_cdnow_gives_no_false_alarm_on_any_week(old, half):
    """Steady customers, 39 weeks after the fit: not one weekly look says that they stray."""
    for weeks in range(4, 40):
        assert not watch(old, half.cut(CALIBRATION_ENDS + 7 * weeks), CALIBRATION_ENDS + 7 * weeks
                         ).has_drifted  # fmt: skip


def test_a_break_is_found_within_weeks(old, half):
    """Half of all purchases stop eight weeks after the fit."""
    broke = CALIBRATION_ENDS + 56
    rng = np.random.default_rng(4)
    kept = (half.day <= broke) | (rng.random(len(half)) < 0.35)
    fewer = PurchaseDays(customer=half.customer[kept], day=half.day[kept], spend=half.spend[kept])
    found = [
        week
        for week in range(8, 26)
        if watch(
            old, fewer.cut(CALIBRATION_ENDS + 7 * week), CALIBRATION_ENDS + 7 * week
        ).has_drifted  # fmt: skip
    ]
    assert found
    assert 10 <= found[0] <= 16


def test_too_short_or_too_few_says_nothing(old, half):
    assert watch(old, half, CALIBRATION_ENDS + 27).stretches == ()
    few = half.of(half.customers[:20])
    assert watch(old, few, CALIBRATION_ENDS + 70).stretches == ()
    nobody = PurchaseDays.gather([], [], [])
    assert not watch(old, nobody, CALIBRATION_ENDS + 70).has_drifted


def test_the_proof_adds_up_week_by_week_and_tenth_by_tenth(new, half):
    found = prove(new, half, np.random.default_rng(1))
    assert len(found.expected) == len(found.bought) == found.weeks
    assert found.expected == sorted(found.expected)
    assert all(a <= e <= b for a, e, b in zip(found.low, found.expected, found.high, strict=True))
    assert sum(one.customers for one in found.groups) == found.customers
    by_tenths = sum(one.customers * one.bought for one in found.groups)
    assert by_tenths == pytest.approx(found.bought[-1])
    best, worst = found.groups[0], found.groups[-1]
    assert best.expected > worst.expected
    assert best.bought > worst.bought
    assert prove(replace(new, origins=()), half, np.random.default_rng(1)) is None
    by_money = sum(one.customers * one.spent for one in found.groups)
    assert by_money == pytest.approx(found.spent[-1], abs=0.01)
    lines = (found.low_spend, found.expected_spend, found.high_spend)
    assert all(a <= e <= b for a, e, b in zip(*lines, strict=True))
    forecast = sum(one.customers * one.expected_spend for one in found.groups)
    assert forecast == pytest.approx(found.expected_spend[-1], rel=1e-6)


def test_what_came_later_changes_neither_the_formula_nor_the_band_of_the_proof(new, half):
    few = half.of(half.customers[::5])
    day = new.origins[-1].day
    later = few.day > day
    kept = ~later | (few.customer % 4 == 0)
    spend = np.where(later, 7 * few.spend, few.spend)[kept]
    other = PurchaseDays.gather(few.customer[kept], few.day[kept], spend)
    hindsight = replace(new, outcome=replace(new.outcome, model="NBD"))
    told, again = (
        prove(models, days, np.random.default_rng(1)).to_json()
        for models, days in ((new, few), (hindsight, other))
    )
    came = {"bought", "spent", "groups"}
    assert all(told[name] != again[name] for name in came)
    assert {k: v for k, v in told.items() if k not in came} == {
        k: v for k, v in again.items() if k not in came
    }
