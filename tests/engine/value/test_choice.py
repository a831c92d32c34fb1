"""The backtest uses nothing of the future, keeps score rightly, and its winner is chosen."""

from dataclasses import replace

import numpy as np
import pytest

from relationships.engine.value import (
    Chosen,
    Histories,
    NoChurnYet,
    NotTestedYet,
    PurchaseDays,
    TooLittleHistory,
    UnknownModel,
    defaults,
    fit_all,
    naive,
)
from relationships.engine.value.backtest import Origin, backtest, line, look_back, origin_days
from relationships.engine.value.choice import (
    CANDIDATES,
    best_of,
    outcome_from_json,
    outcome_to_json,
    table,
)
from relationships.engine.value.portfolio import TYPICAL_ERROR, Spread, spread
from relationships.engine.value.ranking import normalised_gini
from tests.engine.value.conftest import CALIBRATION_ENDS, HOLDOUT_ENDS


@pytest.fixture(scope="module")
def holdout(cdnow_master) -> Origin:
    """CDNOW master, 39 weeks known, 39 to come: the split of the literature."""
    rng = np.random.default_rng(1)
    return look_back(cdnow_master, day=CALIBRATION_ENDS, weeks=39, rng=rng)


def steady_buyers(customers=400, weeks=60, seed=2) -> PurchaseDays:
    """A shop whose customers have their rates and never leave."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(2.0, 0.15, customers)
    bought = rng.random((customers, weeks * 7)) < rate[:, None] / 7
    bought[:, 0] = True
    customer, day = np.nonzero(bought)
    return PurchaseDays.gather(customer, day, rng.gamma(5, 5, len(day)))


@pytest.mark.parametrize(
    ("model", "rmse", "bias", "best_tenth", "spend_rmse", "spend_bias"),
    [
        ("BG/NBD", 1.733, -14.277, 45.58, 92.935, -18.989),
        ("MBG/NBD", 1.740, -19.053, 45.905, 93.176, -23.213),
        ("Pareto/NBD", 1.726, -12.857, 45.997, 92.854, -16.830),
        ("NBD", 1.859, 47.371, 44.376, 109.471, 38.992),
        ("Past rate", 2.660, 191.568, 44.376, 154.063, 165.566),
        ("Repeat rate", 2.158, 47.382, 44.376, 132.667, 45.569),
    ],
)
def test_the_holdout_of_the_cdnow_master(
    model, rmse, bias, best_tenth, spend_rmse, spend_bias, holdout
):
    """Our figures of record; the fits behind them are those of lifetimes."""
    found = holdout.line(model)
    assert (holdout.actual_purchases, holdout.customers) == (19684, 23570)
    assert found.purchases_rmse == pytest.approx(rmse, abs=6e-4)
    assert 100 * found.purchases_bias == pytest.approx(bias, abs=0.01)
    assert 100 * found.best_tenth_share == pytest.approx(best_tenth, abs=0.02)
    assert found.spend_rmse == pytest.approx(spend_rmse, abs=0.01)
    assert 100 * found.spend_bias == pytest.approx(spend_bias, abs=0.01)


def test_on_cdnow_the_models_are_level_and_order_decides(holdout):
    lines = [holdout.line(m) for m in ("BG/NBD", "Pareto/NBD", "MBG/NBD")]
    assert [found.deviance for found in lines] == pytest.approx([1.642, 1.644, 1.653], abs=6e-4)
    assert [found.gini for found in lines] == pytest.approx([0.663, 0.673, 0.666], abs=6e-4)
    assert [found.spend_gini for found in lines] == pytest.approx([0.709, 0.720, 0.714], abs=6e-4)
    assert best_of([holdout]) == "Pareto/NBD"


def test_a_better_order_does_not_make_up_for_a_wrong_mean(holdout):
    """NBD orders CDNOW better than BG/NBD, and forecasts half as much again as was bought."""
    assert holdout.line("NBD").gini > holdout.line("BG/NBD").gini
    without = [line for line in holdout.lines if line.model != "Pareto/NBD"]
    worse = replace(holdout.line("Pareto/NBD"), deviance=9.0)
    assert best_of([replace(holdout, lines=(*without, worse))]) == "MBG/NBD"


def test_records_stored_before_the_order_was_measured_are_judged_by_deviance(holdout):
    old = tuple(replace(line, gini=None, spend_gini=None) for line in holdout.lines)
    assert best_of([replace(holdout, lines=old)]) == "BG/NBD"


def test_an_order_with_a_pencil():
    """Of four purchases 3/4, 1, 1 are reached in true order: 2.75/3 − 2/3 = 1/4; in reverse
    0, 1/4, 1: −1/4; where nobody is told apart 1/3, 2/3, 1: 0."""
    bought = np.array([3.0, 1.0, 0.0])
    assert normalised_gini(np.array([9.0, 5.0, 1.0]), bought) == pytest.approx(1)
    assert normalised_gini(np.array([1.0, 5.0, 9.0]), bought) == pytest.approx(-1)
    assert normalised_gini(np.zeros(3), bought) == pytest.approx(0)
    assert normalised_gini(np.arange(3.0), np.ones(3)) is None


def test_every_model_beats_every_formula_on_cdnow(holdout):
    ranking = [found.model for found in table([holdout])]
    assert set(ranking[:4]) == set(CANDIDATES)
    assert set(ranking[4:]) == set(naive.FORMULAS)


def test_a_line_with_a_pencil():
    """Two customers: forecast 2 and 1, bought 4 and 0."""
    found = line(
        "x", np.array([2.0, 1.0]), np.array([20.0, 10]), np.array([4.0, 0]), np.array([30.0, 0])
    )
    assert found.deviance == pytest.approx((2 * (4 * np.log(2) - 2) + 2 * 1) / 2)
    assert found.purchases_bias == pytest.approx(3 / 4 - 1)
    assert found.purchases_rmse == pytest.approx(np.sqrt(5 / 2))
    assert found.best_tenth_share == 1
    assert found.spend_rmse == pytest.approx(10)


def test_where_nothing_was_bought_there_is_no_bias():
    found = line("x", np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3))
    assert (found.purchases_bias, found.spend_bias, found.best_tenth_share) == (None, None, None)
    assert np.isfinite(found.deviance)


def test_the_naive_formulas_with_a_pencil():
    h = Histories.of([3, 0], [9, 0], [12, 0.5])
    assert naive.past_rate(h, 6) == pytest.approx([2, 6])
    assert naive.repeat_rate(h, 6) == pytest.approx([1.5, 0])
    assert naive.usual_hiatus(h) == 3
    quiet = Histories.of([3, 3], [9, 9], [12, 13])
    assert naive.hiatus_rule(quiet, 6) == pytest.approx([2, 0])


def test_origins_lie_in_the_past_and_windows_end_by_today():
    weeks, days = origin_days(0, 7 * 156, 52)
    assert (weeks, days) == (52, [7 * 52, 7 * 78, 7 * 104])
    assert origin_days(0, 7 * 11, 52) == (3, [])
    assert origin_days(0, 7 * 400, 52)[1][-1] == 7 * 348


def test_the_backtest_knows_nothing_of_the_future(cdnow):
    """Other purchases after the last origin change what happened, not what was forecast."""
    rng = np.random.default_rng(1)
    honest = look_back(cdnow, day=CALIBRATION_ENDS, weeks=13, rng=rng)
    later = cdnow.cut(CALIBRATION_ENDS)
    empty = look_back(later, day=CALIBRATION_ENDS, weeks=13, rng=rng)
    assert [found.purchases for found in honest.lines] == [f.purchases for f in empty.lines]
    assert empty.actual_purchases == 0 < honest.actual_purchases


def test_a_shop_that_nobody_leaves_shows_no_churn_yet():
    models = fit_all(steady_buyers(), as_of_day=419, rng=np.random.default_rng(1))
    assert isinstance(models.outcome, NoChurnYet)
    assert models.outcome.gain < 2
    assert models.outcome.origins > 0


def test_a_young_shop_is_fitted_but_not_tested_yet(cdnow):
    tenth_week = CALIBRATION_ENDS - 7 * 28
    models = fit_all(cdnow, as_of_day=tenth_week, rng=np.random.default_rng(1))
    assert isinstance(models.outcome, NotTestedYet | NoChurnYet)
    assert models.origins == ()
    assert models.model.facts.customers > 2000


def test_a_handful_of_customers_is_too_little_history(cdnow):
    few = cdnow.of(np.arange(20))
    outcome = fit_all(few, as_of_day=HOLDOUT_ENDS, rng=np.random.default_rng(1)).outcome
    assert isinstance(outcome, TooLittleHistory)
    assert outcome.customers == 20


@pytest.mark.parametrize(
    "outcome",
    [
        Chosen(model="NBD", origins=3),
        NoChurnYet(model="NBD", origins=3, gain=0.1),
        NotTestedYet(model="NBD", weeks=9.0),
        TooLittleHistory(model="NBD", customers=1, repeaters=0, weeks=9.0),
    ],
)
def test_outcomes_survive_being_stored(outcome):
    assert outcome_from_json(outcome_to_json(outcome)) == outcome


def test_unknown_things_are_refused():
    with pytest.raises(UnknownModel):
        outcome_from_json({"kind": "guess"})
    with pytest.raises(UnknownModel):
        defaults.model_from_json({"name": "Crystal ball"})
    with pytest.raises(UnknownModel):
        defaults.model_from_json({"name": "NBD", "parameters": {"r": -1, "alpha": 2}, "facts": {}})


def test_the_interval_of_the_whole_comes_from_past_errors(holdout):
    """One origin 17 % too low on spend, against a prior of three typical errors."""
    found = spread([holdout], "Pareto/NBD", is_default=False)
    error = np.log(1 / (1 - 0.16830))
    expected = np.sqrt((3 * TYPICAL_ERROR**2 + 0.5 * error**2) / 3.5)
    assert found.log_error == pytest.approx(expected, abs=1e-4)
    low, high = found.interval(100.0)
    assert low * high == pytest.approx(100.0**2)
    assert low < holdout.actual_spend / holdout.line("Pareto/NBD").spend * 100 < high


def test_a_loss_has_an_interval_too():
    low, high = Spread(log_error=0.2, observations=3).interval(-100.0)
    assert low < -100 < high < 0


def test_defaults_are_wide_and_say_where_they_come_from():
    default, fitted = spread([], "MBG/NBD", is_default=True), spread([], "NBD", is_default=False)
    assert default.log_error > 2 * fitted.log_error
    assert {defaults.purchase_model(name).facts.method for name in CANDIDATES} == {"stored default"}


def test_the_stored_spend_takes_the_mean_of_the_company():
    assert defaults.spend_model(42.0).expected_spend(0, 0) == pytest.approx(42.0)
    assert np.isfinite(defaults.spend_model(0.0).expected_spend(0, 0))


def test_no_purchases_have_no_backtest():
    nothing = PurchaseDays.gather([], [], [])
    assert backtest(nothing, as_of_day=9, horizon_weeks=52, rng=np.random.default_rng(1)) == ()
