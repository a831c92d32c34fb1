"""Fits find again the parameters that made the data, and stay finite where data are thin."""

import numpy as np
import pytest

from relationships.engine.value import Histories, bgnbd, gammagamma, nbd, paretonbd
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.models import Facts
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.paretonbd import ParetoNbd
from tests.engine.value import simulation

TRUE = Facts(method="true")


def assert_within(found, truth, errors=3.5):
    """Each parameter within so many of its own standard errors."""
    distance = np.log(list(found.parameters.values())) - np.log(list(truth.parameters.values()))
    assert np.all(np.abs(distance) < errors * np.array(found.facts.relative_errors))
    assert np.all(np.array(found.facts.relative_errors) < 0.35)


@pytest.mark.parametrize("first_may_be_last", [False, True])
def test_beta_geometric_parameters_are_found_again(first_may_be_last):
    truth = BetaGeometric(
        r=0.8, alpha=6.0, a=0.8, b=2.5, first_may_be_last=first_may_be_last, facts=TRUE
    )
    rng = np.random.default_rng(7)
    h = simulation.beta_geometric(truth, customers=8_000, weeks=78, rng=rng)
    found = bgnbd.fit(h, first_may_be_last=first_may_be_last, prior=False)
    assert_within(found, truth)


def test_pareto_parameters_are_found_again():
    truth = ParetoNbd(r=0.8, alpha=6.0, s=0.7, beta=12.0, facts=TRUE)
    h = simulation.pareto(truth, customers=4_000, weeks=78, rng=np.random.default_rng(7))
    assert_within(paretonbd.fit(h, prior=False), truth)


def test_nbd_parameters_are_found_again():
    truth = Nbd(r=0.8, alpha=6.0, facts=TRUE)
    rng = np.random.default_rng(7)
    x = rng.poisson(rng.gamma(0.8, 78 / 6.0, 4_000)).astype(np.float64)
    h = Histories.of(x, np.where(x > 0, 77.0, 0), np.full(4_000, 78.0))
    assert_within(nbd.fit(h, prior=False), truth)


def test_gamma_gamma_parameters_are_found_again():
    truth = GammaGamma(p=5.0, q=4.0, gamma=20.0, facts=TRUE)
    rng = np.random.default_rng(7)
    n = rng.integers(1, 12, 5_000).astype(np.float64)
    mean = rng.gamma(5.0 * n, 1 / rng.gamma(4.0, 1 / 20.0, 5_000)) / n
    assert_within(gammagamma.fit(n, mean, prior=False), truth)


def test_a_subsample_forecasts_within_two_percent_of_everybody():
    """Above 100,000 customers Pareto/NBD is searched on a random part and judged on all."""
    truth = ParetoNbd(r=0.8, alpha=6.0, s=0.7, beta=12.0, facts=TRUE)
    rng = np.random.default_rng(3)
    few = simulation.pareto(truth, customers=3_000, weeks=40, rng=rng)
    many = Histories.of(few.repeats, few.last_seen, few.age, np.full(3_000, 50.0))
    everybody = paretonbd.fit(many, prior=False)
    part = paretonbd.fit(many, prior=False, rng=rng)
    assert part.parameters != everybody.parameters
    assert part.facts.customers == everybody.facts.customers == 150_000
    assert part.facts.log_likelihood <= everybody.facts.log_likelihood
    forecast = everybody.expected_repeats(many, 52).sum()
    assert part.expected_repeats(many, 52).sum() == pytest.approx(forecast, rel=0.02)


def small_and_churn_free_cohorts(cdnow_histories):
    """Forty small companies of real buyers, and twenty of frequent buyers who never leave."""
    rng = np.random.default_rng(11)
    for size in np.repeat([30, 100], 20):
        yield cdnow_histories.rows(rng.choice(len(cdnow_histories), size, replace=False))
    for _ in range(20):
        rate, age = rng.gamma(3, 0.25, 300), rng.uniform(20, 100, 300).round()
        x = rng.poisson(rate * age).astype(np.float64)
        last_seen = np.where(x > 0, age * rng.random(300) ** (1 / np.maximum(x, 1)), 0)
        yield Histories.of(x, last_seen, age)


@pytest.mark.slow  # 240 fits: the small companies are where other libraries fail
def test_sixty_small_or_churn_free_cohorts_stay_finite(cdnow_histories):
    for h in small_and_churn_free_cohorts(cdnow_histories):
        for model in (
            nbd.fit(h, prior=True),
            bgnbd.fit(h, first_may_be_last=False, prior=True),
            bgnbd.fit(h, first_may_be_last=True, prior=True),
            paretonbd.fit(h, prior=True),
        ):
            forecast = model.expected_repeats(h, [4, 52, 156])
            assert np.isfinite(forecast).all(), model
            assert np.all(np.diff(forecast, axis=1) >= 0), model
            assert np.isfinite(model.probability_alive(h)).all(), model
            assert np.isfinite(list(model.parameters.values())).all(), model


def test_the_unit_of_time_does_not_matter(cdnow_histories):
    h = cdnow_histories.rows(slice(0, 100))
    weeks = paretonbd.fit(h, prior=True).expected_repeats(h, 39).sum()
    years = h.scaled(1 / 52)
    assert paretonbd.fit(years, prior=True).expected_repeats(years, 0.75).sum() == pytest.approx(
        weeks, rel=1e-5
    )


def test_without_the_prior_a_hopeless_company_still_gets_numbers():
    """Nobody ever came back: there is no maximum, and the walls hold."""
    h = Histories.of(np.zeros(5), np.zeros(5), np.arange(5.0) + 1)
    for model in (
        nbd.fit(h, prior=False),
        bgnbd.fit(h, first_may_be_last=True, prior=False),
        paretonbd.fit(h, prior=False),
    ):
        assert np.isfinite(model.expected_repeats(h, 52)).all()
