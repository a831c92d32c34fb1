"""Occasions and contracts: published figures, pencil and paper, recovery, and refusals."""

import csv
import gzip
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationships.engine.value import BadHistories, UnknownModel
from relationships.engine.value.discrete import (
    BadDiscount,
    BetaGeometricBetaBernoulli,
    Contracts,
    NoContracts,
    NoOccasions,
    Occasions,
    Renewal,
    bgbb,
    renewal,
)
from relationships.engine.value.histories import (
    CountsAndTimesDisagree,
    LengthsDiffer,
    NotANumber,
    SeenAfterNow,
)
from relationships.engine.value.models import Facts
from tests.engine.value.conftest import DATA

TRUE = Facts(method="true")
# Of 1,000 new contracts so many ran on after each year: Fader & Hardie (2007), Table 1.
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)
GIVING = BetaGeometricBetaBernoulli(alpha=1.2, beta=0.75, gamma=0.66, delta=2.78, facts=TRUE)
STAYING = Renewal(a=0.668, b=3.806, c=1.0, facts=TRUE)


def cohort(running):
    years = np.arange(1, len(running))
    return Contracts.of(
        [*years, years[-1]], [*(True for _ in years), False], [*-np.diff(running), running[-1]]
    )


@pytest.fixture(scope="module")
def donations():
    with gzip.open(DATA / "donations_rf.csv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines))
    columns = ("x", "t_x", "n_cal", "n_custs")
    return Occasions.of(*([float(row[name]) for row in rows] for name in columns))


def test_the_published_parameters_of_bg_bb(donations):
    """BTYD: 1.20 .75 .66 2.78; its walkthrough expects .1302169 and 3.627858 of two donors in
    ten more years. Our maximum, of which those are the first digits, to four."""
    found = bgbb.fit(donations, prior=False)
    parameters = list(found.parameters.values())
    assert parameters == pytest.approx([1.20, 0.75, 0.66, 2.78], abs=0.005)
    assert parameters == pytest.approx([1.203522, 0.749716, 0.656718, 2.783442], rel=5e-5)
    assert found.facts.log_likelihood == pytest.approx(-33225.581, abs=0.001)
    assert (found.facts.customers, found.facts.repeaters) == (11_104, 7_640)
    two = Occasions.of([0, 4], [0, 5], [6, 6])
    assert found.expected_purchases(two, 10) == pytest.approx([0.1302169, 3.627858], rel=5e-5)


@pytest.mark.parametrize(
    ("running", "published", "log_likelihood"),
    [(REGULAR, [0.704, 1.182], -1680.27), (HIGH_END, [0.668, 3.806], -1611.16)],
)
def test_the_published_parameters_of_sbg(running, published, log_likelihood):
    found = renewal.fit(cohort(running), prior=False)
    assert [found.a, found.b] == pytest.approx(published, abs=5e-4)
    assert found.facts.log_likelihood == pytest.approx(log_likelihood, abs=0.005)
    assert found.name == "sBG"


def test_the_years_to_come_are_projected_as_published():
    """jdmaturen/shifted_beta_geometric_py: .460 .436 .414 .395 .378 and 7.530 at 10 %; in the
    event 46.8, 44.5, 42.7, 40.9 and 39.4 of a hundred stayed."""
    found = renewal.fit(cohort(HIGH_END), prior=False)
    ahead = found.survival(np.arange(8, 13))
    assert ahead == pytest.approx([0.460, 0.436, 0.414, 0.395, 0.378], abs=5e-4)
    assert ahead == pytest.approx([0.468, 0.445, 0.427, 0.409, 0.394], rel=0.05)
    assert found.residual_renewals(7, discount=0.1) == pytest.approx([7.530], abs=5e-4)


def test_the_published_parameters_where_time_bends():
    """Fader et al. (2018) on four renewals, as foretell and retenmod print them."""
    four = cohort(HIGH_END[:5])
    found = renewal.fit(four, prior=False, time_bends=True)
    assert list(found.parameters.values()) == pytest.approx([0.25934, 1.72256, 1.58435], rel=5e-5)
    assert found.survival(np.arange(5, 11)) == pytest.approx(
        [0.54661, 0.51037, 0.48104, 0.45669, 0.43604, 0.41823], abs=1e-5
    )
    steady = renewal.fit(four, prior=False)
    assert found.facts.log_likelihood > steady.facts.log_likelihood
    assert found.name == "BdW"


def test_a_donor_with_a_pencil():
    """One occasion, not taken, with p and θ uniform: here still 1/2 · 1/2, gone before it 1/2."""
    even = BetaGeometricBetaBernoulli(alpha=1, beta=1, gamma=1, delta=1, facts=TRUE)
    once = Occasions.of(0, 0, 1)
    # At the second occasion: B(1, 3) = 1/3 stayed twice, and the first was passed up: 1/6.
    assert even.probability_alive(once) == pytest.approx([(1 / 6) / (3 / 4)])
    assert even.expected_purchases(once, 1) == pytest.approx([(1 / 6) / (3 / 4) / 3])
    assert even.any_purchase(once, 1) == pytest.approx([(1 / 6) / (3 / 4) / 3])


def test_a_contract_with_a_pencil():
    """a = b = 1: S(t) = 1 / (t + 1); of those renewed once, two in three are renewed again."""
    even = Renewal(a=1.0, b=1.0, c=1.0, facts=TRUE)
    assert even.survival([0, 1, 2, 3]) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    assert even.renewal_rate([0, 1]) == pytest.approx([1 / 2, 2 / 3])
    assert even.staying(1, [1, 2]) == pytest.approx(np.array([[2 / 3, 1 / 2]]))
    assert even.expected_renewals([1, 1], 2) == pytest.approx([7 / 6, 7 / 6])
    assert even.expected_renewals(1, 2, discount=1.0) == pytest.approx([2 / 3 + 1 / 4])


def test_donors_who_act_out_the_model_are_found_again():
    rng = np.random.default_rng(5)
    p, leaves = rng.beta(1.2, 0.75, 6_000), rng.beta(0.66, 2.78, 6_000)
    here = np.cumprod(rng.random((6_000, 8)) >= leaves[:, None], axis=1)
    took = here * (rng.random((6_000, 8)) < p[:, None])
    last = (took * np.arange(1, 9)).max(axis=1)
    found = bgbb.fit(Occasions.of(took.sum(axis=1), last, np.full(6_000, 8)), prior=False)
    distance = np.log(list(found.parameters.values())) - np.log([1.2, 0.75, 0.66, 2.78])
    assert np.all(abs(distance) < 3.5 * np.array(found.facts.relative_errors))
    assert np.all(np.array(found.facts.relative_errors) < 0.35)


@pytest.mark.parametrize("bend", [1.0, 1.5])
def test_contracts_that_act_out_the_model_are_found_again(bend):
    rng = np.random.default_rng(5)
    truth = Renewal(a=0.7, b=3.0, c=bend, facts=TRUE)
    ends = 1 + np.searchsorted(-truth.survival(np.arange(1, 200)), -rng.random(6_000))
    faced = rng.integers(1, 10, 6_000)
    over = ends <= faced
    contracts = Contracts.of(np.where(over, ends, faced), over)
    found = renewal.fit(contracts, prior=False, time_bends=bend != 1)
    size = len(found.facts.relative_errors)
    distance = np.log(list(found.parameters.values())) - np.log([0.7, 3.0, bend])
    assert np.all(abs(distance[:size]) < 3.5 * np.array(found.facts.relative_errors))


@pytest.mark.parametrize("time_bends", [False, True])
def test_slopes_are_those_of_the_likelihood(donations, time_bends):
    """Analytic gradients against differences."""
    values, step = np.array([0.9, 1.4, 0.7, 2.0]), 1e-6
    terms = bgbb._Terms.of(donations)
    slope = terms.likelihood(values, donations.weights)[1]
    for at, each in enumerate(np.eye(4) * step):
        up = terms.likelihood(values + each, donations.weights)[0]
        down = terms.likelihood(values - each, donations.weights)[0]
        assert slope[at] == pytest.approx((up - down) / (2 * step), rel=1e-6)
    some = cohort(REGULAR)
    point = np.array([0.8, 2.0, 1.3 if time_bends else 1.0])
    slope = renewal._log_likelihood(*point, some)[1]
    for at, each in enumerate(np.eye(3) * step):
        up = renewal._log_likelihood(*(point + each), some)[0]
        down = renewal._log_likelihood(*(point - each), some)[0]
        assert slope[at] == pytest.approx((up - down) / (2 * step), rel=1e-5)


@settings(max_examples=40)
@given(
    history=st.integers(0, 12).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.booleans(), min_size=n, max_size=n), st.integers(1, 20)
        )
    )
)
def test_chances_of_donors_stay_chances(history):
    offered, took, ahead = history
    last = max((at for at, one in enumerate(took, 1) if one), default=0)
    o = Occasions.of(sum(took), last, offered)
    alive, later = GIVING.probability_alive(o), GIVING.probability_alive(o, ahead)
    assert 0 <= later <= alive <= 1
    any_purchase, expected = GIVING.any_purchase(o, ahead), GIVING.expected_purchases(o, ahead)
    assert 0 <= any_purchase <= min(alive, expected) + 1e-12
    assert expected <= GIVING.expected_remaining(o, ahead) <= ahead
    assert GIVING.expected_purchases(o, ahead + 1) >= expected


@given(a=st.floats(1e-3, 1e3), b=st.floats(1e-3, 1e3), c=st.floats(0.2, 3), t=st.integers(0, 200))
def test_chances_of_contracts_stay_chances(a, b, c, t):
    model = Renewal(a=a, b=b, c=c, facts=TRUE)
    assert 0 <= model.survival(t + 1) <= model.survival(t) <= 1
    assert 0 <= model.expected_renewals(t, 12)[0] <= 12 + 1e-9


def test_equal_rows_count_together():
    one_by_one = Contracts.of([1, 1, 2, 2, 2], [1, 1, 1, 0, 0])
    together = one_by_one.grouped()
    assert (len(together), together.contracts, together.renewed) == (3, 5, 3)
    assert renewal.fit(one_by_one, prior=True) == renewal.fit(together, prior=True)


def test_days_become_periods():
    """A month of 30 days: cancelled on its fifth day it runs to its end; cancelled for later it
    runs still."""
    nobody = float("nan")
    contracts = Contracts.dated(
        [0, 0, 0, 70, 99], [5, 61, 119, nobody, nobody], as_of_day=100, period_days=30
    )
    assert contracts.periods.tolist() == [1, 3, 3, 1, 0]
    assert contracts.cancelled.tolist() == [True, True, False, False, False]


def test_where_nobody_cancelled_the_prior_still_answers():
    loyal = renewal.fit(Contracts.of([3], [False], [40]), prior=True)
    assert 0.9 < loyal.survival(3) < 1
    assert np.isfinite(loyal.residual_renewals(3, discount=0.05)).all()
    giving = bgbb.fit(Occasions.of([4], [4], [4], [30]), prior=True)
    assert 3 < giving.expected_purchases(Occasions.of(4, 4, 4), 4)[0] < 4


@pytest.mark.parametrize("model", [GIVING, STAYING, replace(STAYING, c=1.4)])
def test_models_survive_being_stored(model):
    assert type(model).from_json(model.to_json()) == model
    with pytest.raises(UnknownModel):
        type(model).from_json({**model.to_json(), "parameters": {"a": -1.0}})


@pytest.mark.parametrize(
    ("error", "columns"),
    [
        (LengthsDiffer, ([1, 2], [1], [1])),
        (NotANumber, ([1], [float("nan")], [1])),
        (CountsAndTimesDisagree, ([1.5], [2], [3])),
        (CountsAndTimesDisagree, ([-1], [1], [3])),
        (CountsAndTimesDisagree, ([3], [2], [3])),
        (CountsAndTimesDisagree, ([0], [2], [3])),
        (CountsAndTimesDisagree, ([1], [1], [3], [0])),
        (SeenAfterNow, ([1], [4], [3])),
    ],
)
def test_impossible_occasions_are_refused(error, columns):
    with pytest.raises(error):
        Occasions.of(*columns)


@pytest.mark.parametrize(
    ("error", "columns"),
    [
        (LengthsDiffer, ([1, 2], [True])),
        (NotANumber, ([float("inf")], [True])),
        (CountsAndTimesDisagree, ([0.5], [False])),
        (CountsAndTimesDisagree, ([0], [True])),
        (CountsAndTimesDisagree, ([1], [True], [-1])),
    ],
)
def test_impossible_contracts_are_refused(error, columns):
    with pytest.raises(error):
        Contracts.of(*columns)


@pytest.mark.parametrize(
    ("begun", "ended", "period"),
    [([5], [4], 30), ([101], [float("nan")], 30), ([0, 1], [3], 30), ([0], [3], 0)],
)
def test_impossible_days_of_contracts_are_refused(begun, ended, period):
    with pytest.raises(BadHistories):
        Contracts.dated(begun, ended, as_of_day=100, period_days=period)


def test_nothing_to_learn_from_is_said():
    with pytest.raises(NoOccasions):
        bgbb.fit(Occasions.of([0], [0], [0]), prior=True)
    with pytest.raises(NoOccasions):
        bgbb.fit(Occasions.of([], [], []), prior=True)
    with pytest.raises(NoContracts):
        renewal.fit(Contracts.of([0, 0], [False, False]), prior=True)
    with pytest.raises(NoContracts):
        renewal.fit(Contracts.of([], []), prior=True)


def test_time_that_bends_beyond_any_number_leaves_numbers():
    """Of contracts that all end on one day the search tries such bends."""
    sudden = replace(STAYING, c=1e5)
    assert sudden.staying([0, 1, 100], [1, 400])[:2] == pytest.approx(
        np.array([[0.851, 0.0], [0.0, 0.0]]), abs=1e-3
    )
    assert np.isfinite(sudden.residual_renewals([0, 3, 100], discount=0.01)).all()
    ended = renewal.fit(Contracts.of([3.0] * 40, [True] * 40), prior=True, time_bends=True)
    assert ended.survival([2, 4])[0] > 0.8 > 0.01 > ended.survival([2, 4])[1]


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(BadDiscount):
        STAYING.residual_renewals(3, discount=0.0)
    with pytest.raises(ValueError, match="zero or more"):
        STAYING.survival(-1)
    with pytest.raises(ValueError, match="whole periods"):
        STAYING.expected_renewals(1, 0)
    with pytest.raises(ValueError, match="whole number"):
        GIVING.expected_purchases(Occasions.of(0, 0, 1), 0)
