"""Trees challenge the formula in use: fairly, on the past alone, and never go into use."""

from dataclasses import replace

import numpy as np
import pytest

from relationships.engine.value import ModelSet, PurchaseDays, challenger, fit_all
from relationships.engine.value.backtest import line
from relationships.engine.value.challenge import NAME, Challenge
from relationships.engine.value.challenger import NOTHING, Happened, Traits, ahead, challenge
from relationships.engine.value.choice import CANDIDATES

DAYS = 420


def annoyed(customers=520, seed=5) -> tuple[PurchaseDays, Happened]:
    """Everybody buys about every six weeks; half complain once, and buy little from that day on."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(4.0, 1 / 170, customers)[:, None]
    complains = np.where(rng.random(customers) < 0.5, rng.integers(60, 415, customers), 10**6)
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
    found = fit_all(company[0], as_of_day=DAYS - 1, rng=np.random.default_rng(1))
    return replace(found, origins=found.origins[-1:])  # one moment is enough to see it


def test_what_complaints_tell_is_found_by_the_trees(company, fitted):
    purchases, complaints = company
    told = challenge(fitted, purchases, complaints, np.random.default_rng(1))
    deaf = challenge(fitted, purchases, NOTHING, np.random.default_rng(1))
    assert told is not None
    assert deaf is not None
    assert told.gain > 2 * told.gain_se
    assert told.trees.deviance < deaf.trees.deviance
    assert told.ours == deaf.ours  # the same customers and moments
    stored = replace(fitted, challenge=told).to_json()
    assert ModelSet.from_json(stored).challenge == told
    assert NAME not in stored["models"]
    assert fitted.outcome.model in CANDIDATES


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
    all_ = ahead(known, origin.day, origin.weeks, name, complaints, rng)
    past = ahead(known, origin.day, origin.weeks, name, before, rng)
    assert np.array_equal(all_, past)
    assert all(day + days <= origin.day for day, days in
               challenger._windows(known, origin.day, origin.weeks))  # fmt: skip


def test_few_customers_teach_no_trees(cdnow):
    few = cdnow.of(np.arange(200))
    models = fit_all(few, as_of_day=int(few.day.max()), rng=np.random.default_rng(1))
    assert challenge(models, few, NOTHING, np.random.default_rng(1)) is None


def test_what_happened_is_counted_in_the_last_year_and_ever():
    told = Happened.of([3, 3, 3, 9, 4], [10, 400, 500, 400, 450], [0, 0, 0, 2, 1])
    counts = told.counts(np.array([3, 4, 5]), 450)
    assert counts.tolist() == [[1, 0, 0, 2, 0, 0], [0, 1, 0, 0, 1, 0], [0] * 6]


def judged(gain: float, error: float, off: float, usual: float) -> Challenge:
    bought = np.array([1.0, 1.0])
    trees, ours = (line("x", bought * (1 + by), bought, bought, bought) for by in (off, usual))
    return Challenge(customers=2, moments=1, trees=trees, ours=ours, gain=gain, gain_se=error)


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


def test_a_customer_counts_once_however_many_the_moments():
    """Gains 1 and 3 of each of two customers, at two moments alike: mean 2. As four rows the
    error would be √4/4 = .5; by customers √((−2)² + 2²)/4 = .71."""
    one = challenger._Judged(None, np.array([7, 8]), np.array([1.0, 3.0]))
    assert challenger._gain([one, one]) == pytest.approx((2.0, np.sqrt(8) / 4))
