"""Trees challenge the formula in use, fairly, on the past alone; they bend it where they win."""

import json
from dataclasses import replace

import numpy as np
import pytest

from relationships.engine.value import (
    ModelSet,
    Money,
    PurchaseDays,
    Terms,
    challenger,
    fit_all,
    score,
)
from relationships.engine.value.backtest import line
from relationships.engine.value.challenge import NAME, Challenge
from relationships.engine.value.challenger import learn, with_challenger
from relationships.engine.value.covariates import BECAUSE
from relationships.engine.value.happened import NOTHING, Happened, Traits

DAYS = 420


def annoyed(customers=520, seed=5) -> tuple[PurchaseDays, Happened]:
    """Everybody buys about every six weeks; most complain once, and buy little from that day on."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(4.0, 1 / 170, customers)[:, None]
    complains = np.where(rng.random(customers) < 0.6, rng.integers(30, 300, customers), 10**6)
    after = np.arange(DAYS)[None, :] > complains[:, None]
    bought = rng.random((customers, DAYS)) < pace * np.where(after, 0.1, 1.0)
    bought[np.arange(customers), rng.integers(0, 60, customers)] = True
    who, day = np.nonzero(bought)
    told = complains < DAYS
    kind = np.zeros(told.sum())
    return (
        PurchaseDays.gather(who, day, rng.gamma(5, 5, len(who))),
        Happened.of(np.flatnonzero(told), complains[told], kind),
    )


@pytest.fixture(scope="module")
def company() -> tuple[PurchaseDays, Happened]:
    return annoyed()


@pytest.fixture(scope="module")
def fitted(company) -> ModelSet:
    return fit_all(company[0], as_of_day=DAYS - 1, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def bent(company, fitted) -> ModelSet:
    return with_challenger(fitted, *company, np.random.default_rng(1))


def scored(models: ModelSet, company):
    purchases, complaints = company
    h, spent = purchases.histories(DAYS - 1), Money.of(purchases.spent())
    beside = complaints.beside(purchases.customers, DAYS - 1)
    return score(models, h, spent, Terms(margin_rate=0.4), beside)


def test_where_complaints_end_buying_the_trees_are_admitted(fitted, bent):
    told = bent.challenge
    assert told.wins
    assert told.gain > 2 * told.gain_se
    assert len(told.gains) == told.moments >= 2
    assert sorted(told.gains)[-2] > 0
    assert told.trees.deviance < told.ours.deviance
    assert bent.covariates.reads == ("complaint", "promise_broken", "promise_kept")
    assert (bent.model, bent.correction) == (fitted.model, fitted.correction)
    assert bent.levels != fitted.levels  # ends are read where the bent forecast has held
    assert 0.7 < bent.levels.inside < 0.9


def test_what_nothing_tells_is_not_learned(company, fitted):
    """The same complaints, each by somebody else."""
    purchases, complaints = company
    rng = np.random.default_rng(2)
    other = rng.permutation(purchases.customers)[: len(complaints.customer)]
    shuffled = Happened.of(other, complaints.day, complaints.kind)
    found = with_challenger(fitted, purchases, shuffled, np.random.default_rng(1))
    assert not found.challenge.wins
    assert found == replace(fitted, challenge=found.challenge)
    assert (scored(found, (purchases, shuffled)).covariates.factor == 1).all()


def test_they_only_say_who_buys_more_and_who_less(company, fitted, bent):
    """Complaints lower, and all together are expected to buy what they were."""
    purchases, complaints = company
    plain, moved = scored(fitted, company), scored(bent, company)
    h, weeks = purchases.histories(DAYS - 1), fitted.origins[-1].weeks
    usual, factor = fitted.model.expected_repeats(h, weeks), moved.covariates.factor
    assert factor @ usual == pytest.approx(usual.sum())
    complained = np.isin(purchases.customers, complaints.customer)
    assert np.median(factor[complained]) < 0.7 < 1.05 < np.median(factor[~complained])
    assert moved.expected_purchases == pytest.approx(factor * plain.expected_purchases)
    times = factor * bent.covariates.spend
    assert moved.years == pytest.approx(times[:, None] * plain.years)
    assert moved.parts.total() == pytest.approx(moved.value)
    assert (moved.value_low <= moved.value).all()
    assert (moved.value <= moved.value_high).all()
    said = np.array(BECAUSE)[moved.covariates.because[complained & (factor < 0.7)]]
    assert (said == "complaint").mean() > 0.5


def test_stored_as_plain_numbers_they_forecast_the_same(company, bent):
    text = json.dumps(bent.to_json(), allow_nan=False)
    read = ModelSet.from_json(json.loads(text))
    assert read.challenge == bent.challenge
    assert read.levels == bent.levels
    assert NAME not in read.models
    for name in ("value", "value_low", "value_high"):
        assert (getattr(scored(read, company), name) == getattr(scored(bent, company), name)).all()
    assert len(text) < 60_000


def test_who_people_are_is_read_only_where_it_is_handed_over(company):
    _, complaints = company
    customers = np.array([3, 4, 9])
    born = np.array([-3652.5, np.nan])
    traits = Traits(
        customer=np.array([4, 7]), born_day=born, gender=np.array([1.0, 0.0]),
        household_size=np.array([np.nan, 2.0]),
    )  # fmt: skip
    seen = traits.of(customers, 0)
    assert seen[1].tolist()[:2] == [10.0, 1.0]
    assert np.isnan(seen[[0, 2]]).all()
    told = replace(complaints, traits=traits)
    assert told.reads == (*complaints.reads, "age", "gender", "household_size")
    plain = complaints.beside(customers, 100)
    assert told.beside(customers, 100)[:, : plain.shape[1]].tolist() == plain.tolist()
    assert told.beside(customers, 100).shape[1] == plain.shape[1] + 3


def test_nothing_after_the_day_is_learned(company, fitted):
    purchases, complaints = company
    origin, rng = fitted.origins[0], np.random.default_rng(1)
    name = fitted.outcome.model
    known = purchases.cut(origin.day)
    before = Happened.of(*(c[complaints.day <= origin.day] for c in
                           (complaints.customer, complaints.day, complaints.kind)))  # fmt: skip
    all_ = learn(purchases, origin.day, origin.weeks, name, complaints, rng)
    past = learn(known, origin.day, origin.weeks, name, before, rng)
    assert all_.to_json() == past.to_json()
    assert all(day + days <= origin.day for day, days in
               challenger._windows(known, origin.day, origin.weeks))  # fmt: skip


def test_few_customers_teach_no_trees(cdnow):
    few = cdnow.of(np.arange(200))
    models = fit_all(few, as_of_day=int(few.day.max()), rng=np.random.default_rng(1))
    assert with_challenger(models, few, NOTHING, np.random.default_rng(1)) == models


def test_what_happened_is_counted_in_the_last_year_and_ever():
    told = Happened.of([3, 3, 3, 9, 4], [10, 400, 500, 400, 450], [0, 0, 0, 2, 1])
    counts = told.counts(np.array([3, 4, 5]), 450)
    assert counts.tolist() == [[1, 0, 0, 2, 0, 0], [0, 1, 0, 0, 1, 0], [0] * 6]


def judged(gain: float, error: float, off: float, usual: float, *, gains=(1, 1)) -> Challenge:
    bought = np.array([1.0, 1.0])
    trees, ours = (line("x", bought * (1 + by), bought, bought, bought) for by in (off, usual))
    return Challenge(
        customers=2, moments=2, trees=trees, ours=ours, gain=gain, gain_se=error, gains=gains
    )


@pytest.mark.parametrize(
    ("gain", "error", "off", "usual", "wins"),
    [
        (0.02, 0.01, 0.05, -0.1, True),
        (0.02, 0.03, 0.05, -0.1, False),  # within chance
        (0.02, 0.01, 0.15, -0.1, False),  # further off in total
        (-0.02, 0.01, 0.05, -0.1, False),
    ],
)
def test_trees_win_only_by_more_than_chance_and_no_further_off_in_total(
    gain, error, off, usual, wins
):
    assert judged(gain, error, off, usual).wins is wins
    assert not judged(gain, error, off, usual, gains=(4, -1)).wins  # at one moment only


def test_a_customer_counts_once_however_many_the_moments():
    """Gains 1 and 3 of each of two customers, at two moments alike: mean 2. As four rows the
    error would be √4/4 = .5; by customers √((−2)² + 2²)/4 = .71."""
    one = challenger._Judged(
        None, np.array([1.0, 3.0]), challenger.Bent(np.array([7, 8]), np.ones(2))
    )
    assert challenger._gain([one, one]) == pytest.approx((2.0, np.sqrt(8) / 4))
