"""Likelihoods in closed form against the textbook's distributions."""

import numpy as np
import pytest
from scipy import integrate, stats

from relationships.engine.typology.likelihood import (
    beta_binomial,
    bounded_normal,
    by_unique,
    dirichlet_multinomial,
    gamma_poisson,
)


def gap(row: np.ndarray) -> float:
    """Only differences between types matter."""
    return float(row[0] - row[1])


def test_gamma_poisson_is_the_integral_over_the_customers_own_rate() -> None:
    counts, exposure = np.array([[2.0, 0.0, 3.0]]), np.array([1.0, 0.5, 2.0])
    rates = np.array([[0.8, 0.2, 0.5], [2.0, 2.0, 2.0]])

    def integral(rate: np.ndarray) -> float:
        def at(own: float) -> float:
            chance = stats.poisson.pmf(counts[0], own * rate * exposure).prod()
            return float(chance * stats.gamma.pdf(own, 4, scale=0.25))

        return float(np.log(integrate.quad(at, 0, 10)[0]))

    found = gamma_poisson(counts, rates, (exposure @ rates.T)[None, :], 4.0)
    assert gap(found[0]) == pytest.approx(integral(rates[0]) - integral(rates[1]), abs=1e-6)


def test_beta_binomial_is_scipys() -> None:
    share = np.array([0.2, 0.7])
    found = beta_binomial(np.array([3.0]), np.array([5.0]), share, 12.0)
    expected = [stats.betabinom.logpmf(3, 5, 12 * p, 12 * (1 - p)) for p in share]
    assert gap(found[0]) == pytest.approx(expected[0] - expected[1])


def test_one_trial_is_a_plain_yes_or_no() -> None:
    share = np.array([0.2, 0.7])
    found = beta_binomial(np.array([1.0, 0.0]), np.ones(2), share, 12.0)
    assert gap(found[0]) == pytest.approx(np.log(0.2 / 0.7))
    assert gap(found[1]) == pytest.approx(np.log(0.8 / 0.3))


def test_no_trial_says_nothing() -> None:
    found = beta_binomial(np.zeros(1), np.zeros(1), np.array([0.1, 0.9]), 12.0)
    assert gap(found[0]) == 0


def test_dirichlet_multinomial_is_scipys() -> None:
    alpha = np.array([[0.1, 0.2, 0.3], [5.0, 5.0, 5.0]])
    counts = np.array([[4.0, 0.0, 1.0]])
    found = dirichlet_multinomial(counts, alpha)
    expected = [stats.dirichlet_multinomial.logpmf([4, 0, 1], one, 5) for one in alpha]
    assert gap(found[0]) == pytest.approx(expected[0] - expected[1])


@pytest.mark.parametrize("mean", [-2.0, 3.0, 9.5, 13.0])
def test_bounded_answers_are_a_truncated_normal(mean: float) -> None:
    answers = np.array([9.0, 4.0])

    def scipys(at: float) -> float:
        low, high = (-0.5 - at) / 2, (10.5 - at) / 2
        return float(stats.truncnorm.logpdf(answers, low, high, at, 2).sum())

    found = bounded_normal(
        np.array([13.0]), np.array([2.0]), np.array([mean, 6.0]), 2.0, -0.5, 10.5
    )
    assert gap(found[0]) == pytest.approx(scipys(mean) - scipys(6.0), abs=1e-6)


def test_the_table_per_distinct_row_equals_the_table_of_all_rows() -> None:
    rng = np.random.default_rng(3)
    rows = rng.integers(0, 4, (200, 3)).astype(float)
    np.testing.assert_array_equal(by_unique(rows, lambda r: r @ np.ones((3, 2))),
                                  rows @ np.ones((3, 2)))  # fmt: skip


def test_counts_too_large_to_pack_are_still_right() -> None:
    rows = np.array([[1e9, 2.0, 1e9], [0.0, 1.0, 0.0]])
    np.testing.assert_array_equal(by_unique(rows, lambda r: r[:, :1]), rows[:, :1])
