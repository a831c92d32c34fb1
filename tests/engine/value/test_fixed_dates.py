"""A company whose customers buy at fixed occasions: found, forecast, and chosen like any other."""

import csv
import gzip

import numpy as np
import pytest
from numpy.testing import assert_allclose

from relationships.engine.value import Histories, ModelSet, Money, PurchaseDays, fit_all, score
from relationships.engine.value.contest import contest
from relationships.engine.value.discrete import FIXED_DATES, Calendar, Occasional, calendar
from relationships.engine.value.discrete.calendar import NoDay
from relationships.engine.value.discrete.occasional import fit
from relationships.engine.value.durability import months_ahead
from relationships.engine.value.models import MAXIMUM_LIKELIHOOD, Facts
from relationships.engine.value.proof import prove
from relationships.engine.value.unaided import maximum_likelihood
from tests.engine.value.conftest import DATA

YEAR = 365.25
TRUE = Facts(method="true")


def donors(customers=600, years=8, seed=1) -> PurchaseDays:
    """They give once a year, in November if at all, with the published parameters of donations."""
    rng = np.random.default_rng(seed)
    gives, leaves = rng.beta(1.2, 0.75, customers), rng.beta(0.66, 2.78, customers)
    begins = rng.integers(0, 4, customers)
    year = np.arange(years)[None, :]
    left = np.cumsum(rng.random((customers, years)) < leaves[:, None], axis=1) > 0
    left &= year > begins[:, None]
    took = (rng.random((customers, years)) < gives[:, None]) & ~left & (year > begins[:, None])
    took |= year == begins[:, None]
    who, when = np.nonzero(took)
    day = np.floor(when * YEAR + 300 + rng.integers(0, 25, len(when)))
    return PurchaseDays.gather(who, day, rng.gamma(5, 10, len(when)))


@pytest.fixture(scope="module")
def giving() -> PurchaseDays:
    return donors()


AS_OF = int(6.2 * YEAR)


@pytest.fixture(scope="module")
def fitted(giving) -> ModelSet:
    return fit_all(giving, as_of_day=AS_OF, rng=np.random.default_rng(1))


def test_a_yearly_appeal_is_found_in_the_days_of_gifts(giving):
    found = calendar.find(giving.cut(AS_OF))
    assert found is not None
    assert (found.period_days, found.per_occasion) == (YEAR, 1)
    assert found.opens_at == pytest.approx(300, abs=1)
    assert found.open_days <= 27


def test_a_shop_open_at_any_time_has_no_occasions(cdnow):
    assert calendar.find(cdnow) is None


def test_two_christmases_are_no_rule(giving):
    assert calendar.find(giving.cut(int(1.95 * YEAR))) is None
    assert calendar.find(PurchaseDays.gather([], [], [])) is None


def test_a_box_every_month_is_found_with_those_who_take_two():
    days = [round(365.25 / 12 * n + 3 + n % 3) for n in range(30)]
    twice = [(1, day + 1) for day in days[:10]]
    rows = [(who, day) for who in (1, 2) for day in days] + twice
    found = calendar.find(PurchaseDays.gather(*zip(*rows, strict=True), np.ones(len(rows))))
    assert found is not None
    assert found.period_days == pytest.approx(30.4375)
    assert found.per_occasion == pytest.approx(70 / 60)


def test_the_published_parameters_of_donations_come_from_days_too():
    """BTYD's 11,104 donors laid on a calendar, as the product reads purchases."""
    with gzip.open(DATA / "donations_rf.csv.gz", "rt") as lines:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(lines)]
    x, t_x, n, people = (
        np.array([row[name] for row in rows]) for name in ("x", "t_x", "n_cal", "n_custs")
    )
    yearly = Calendar(period_days=YEAR, opens_at=300.0, open_days=10.0, per_occasion=1.0)
    first, now = 303.0, 303.0 + 6 * YEAR + 20
    last = np.floor(first + t_x * YEAR)
    h = Histories.of(
        x, np.where(x > 0, last - first, 0) / 7, (now - first) / 7 * np.ones(len(n)), people,
        as_of_day=now,
    )  # fmt: skip
    found = fit(h, yearly, prior=False)
    assert_allclose(
        list(found.parameters.values())[:4], [1.20352, 0.74972, 0.65672, 2.78344], rtol=1e-4
    )
    assert found.facts.log_likelihood == pytest.approx(-33225.581, abs=1e-3)


def test_fixed_dates_win_the_same_backtest(fitted, giving):
    assert fitted.outcome.model == FIXED_DATES
    deviance = {line.model: line.deviance for line in fitted.table}
    assert deviance[FIXED_DATES] < 0.9 * min(v for k, v in deviance.items() if k != FIXED_DATES)
    known = giving.cut(AS_OF)
    came = np.isin(giving.after(AS_OF, AS_OF + 364).customer, known.customers).sum()
    forecast = fitted.model.expected_repeats(known.histories(AS_OF), 52).sum()
    assert forecast == pytest.approx(came, rel=0.15)


def test_the_models_of_papers_include_fixed_dates(fitted, giving):
    """By maximum likelihood, which no prior can better."""
    found = maximum_likelihood(giving.cut(AS_OF), AS_OF, np.random.default_rng(1))[FIXED_DATES]
    assert found.facts.method == MAXIMUM_LIKELIHOOD
    assert found.facts.log_likelihood >= fitted.models[FIXED_DATES].facts.log_likelihood


def test_a_shop_open_at_any_time_is_forecast_as_before(cdnow):
    few = cdnow.of(np.arange(300))
    found = fit_all(few, as_of_day=int(few.day.max()), rng=np.random.default_rng(1))
    assert FIXED_DATES not in found.models


def test_the_stored_numbers_score_as_the_fitted_ones(fitted, giving):
    known = giving.cut(AS_OF)
    h, money = known.histories(AS_OF), Money.of(known.spent())
    stored = ModelSet.from_json(fitted.to_json())
    mine, theirs = score(fitted, h, money), score(stored, h, money)
    assert_allclose(mine.value, theirs.value)
    assert np.all(mine.value_low <= mine.value)
    assert np.all(mine.value <= mine.value_high)
    assert_allclose(mine.parts.total(), mine.value, rtol=1e-9)
    assert np.all(np.diff(mine.years, axis=1) >= 0)


def test_it_stands_comparison_with_itself_and_proves_itself(fitted, giving):
    known, rng = giving.cut(AS_OF), np.random.default_rng(1)
    assert contest(fitted, fitted, known, horizon_weeks=52, rng=rng).kind == "as good"
    proof = prove(fitted, known, rng)
    assert proof is not None
    assert proof.low[-1] <= proof.bought[-1] <= proof.high[-1]


def test_once_the_dates_are_gone_the_newer_forecast_takes_over(fitted, cdnow):
    rng = np.random.default_rng(1)
    few = cdnow.of(np.arange(700))
    anytime = fit_all(few, as_of_day=int(few.day.max()), rng=rng)
    assert contest(fitted, anytime, few, horizon_weeks=52, rng=rng).kind == "first"


def model(per_occasion=1.0) -> Occasional:
    return Occasional(
        alpha=1.0, beta=1.0, gamma=1.0, delta=1.0, period_days=100.0, opens_at=100.0,
        open_days=10.0, per_occasion=per_occasion, facts=TRUE,
    )  # fmt: skip


def one(first: int, last: int, days: int, now: int) -> Histories:
    return Histories.of([days - 1], [(last - first) / 7], [(now - first) / 7], as_of_day=now)


def test_occasions_with_a_pencil():
    """First on day 100, again at once on 200, now the end of 250: one occasion offered and taken.
    Here for certain until then: Γ and Δ are 1, so the next is met with 2/3, taken with 2/3."""
    h = one(100, 200, 2, 250)
    assert model().probability_alive(h) == pytest.approx(2 / 3)
    # Day 300 to 309 is the next: five of its ten days lie within 54 days, all within 60.
    inside = model().expected_repeats(h, [49 / 7, 54 / 7, 60 / 7])
    assert_allclose(inside[0], [0, 2 / 9, 4 / 9])
    assert model().at_least(1, h, 60 / 7) == pytest.approx(4 / 9)
    assert model().at_least(2, h, 60 / 7) == pytest.approx(0)


def test_tails_add_up_to_the_expectation():
    h = one(100, 302, 3, 455)
    ahead = sum(model().at_least(count, h, 500 / 7)[0] for count in range(1, 9))
    assert ahead == pytest.approx(model().expected_repeats(h, 500 / 7)[0])


def test_whoever_took_the_open_occasion_has_had_it_and_others_may_still():
    took, waits = one(100, 202, 2, 205), one(100, 100, 1, 205)
    assert model().expected_repeats(took, 2.0) == pytest.approx([0.0])
    assert model().expected_repeats(waits, 2.0)[0] > 0


def test_two_days_at_an_occasion_are_one_occasion():
    h = one(100, 203, 4, 250)
    expected = model(per_occasion=2.0).expected_repeats(h, 60 / 7)
    assert expected == pytest.approx([2 * 4 / 9])


def test_months_to_come_end_with_the_chance_to_stay():
    """Still here after one more occasion with 2/3, after two with 2/4: δ is 1, one was survived."""
    h = one(100, 200, 2, 250)
    months = months_ahead(model(), h, np.ones(1))
    assert 0 < months[0] < 36
    assert model().staying(h, np.array([1.0, 20.0, 24.0]))[0] == pytest.approx([1, 2 / 3, 2 / 4])


def test_a_history_without_its_day_is_refused_by_name():
    with pytest.raises(NoDay):
        model().expected_repeats(Histories.of(1, 2, 3), 52)
