"""Small cases that can be followed with a pencil, or against another formula."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.stats import beta, gamma

from relationships.engine.value import Histories
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.models import Facts
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.paretonbd import ParetoNbd

BY_HAND = Facts(method="by hand")
BG = BetaGeometric(r=0.243, alpha=4.414, a=0.793, b=2.426, first_may_be_last=False, facts=BY_HAND)
MBG = BetaGeometric(r=0.525, alpha=6.183, a=0.891, b=1.614, first_may_be_last=True, facts=BY_HAND)
PARETO = ParetoNbd(r=0.553, alpha=10.578, s=0.606, beta=11.669, facts=BY_HAND)
NBD = Nbd(r=0.385, alpha=12.07, facts=BY_HAND)
MODELS = [BG, MBG, PARETO, NBD]
ONE = Histories.of(2, 30.43, 38.86)


def test_the_worked_example_of_bg_nbd():
    """Fader, Hardie & Lee (2005), section 5: x=2, t_x=30.43, T=38.86, the next 39 weeks."""
    assert BG.expected_repeats(ONE, 39) == pytest.approx([1.226], abs=0.001)


def test_the_worked_examples_of_pareto_nbd():
    """BTYD walkthrough, customer 1516: x=26, t_x=30.86, T=31; alive .9979, 25.46 in 52 weeks."""
    customer = Histories.of(26, 30.86, 31)
    assert PARETO.probability_alive(customer) == pytest.approx([0.9979], abs=2e-4)
    assert PARETO.expected_repeats(customer, 52) == pytest.approx([25.46], abs=0.02)


def test_bg_nbd_believes_in_everyone_who_bought_once():
    assert BG.probability_alive(Histories.of(0, 0, 500)) == pytest.approx([1.0])
    assert MBG.probability_alive(Histories.of(0, 0, 500))[0] < 0.2


def test_mbg_nbd_alive_with_a_pencil():
    """x=0: odds of having left at once a/b, times ((alpha+T)/alpha)^r for the silence since."""
    odds = 0.891 / 1.614 * ((6.183 + 10) / 6.183) ** 0.525
    assert MBG.probability_alive(Histories.of(0, 0, 10)) == pytest.approx([1 / (1 + odds)])


def test_nbd_with_a_pencil():
    assert NBD.expected_repeats(ONE, 10) == pytest.approx([10 * 2.385 / 50.93])


@pytest.mark.parametrize("model", [BG, MBG], ids=["BG", "MBG"])
def test_beta_geometric_forecasts_are_the_integral_over_leaving(model):
    """E[(1 − (1 + p t/(alpha+T))^−(r+x)) / p] over p ~ Beta(a, b+x+o), by plain quadrature."""
    stays, shape = model.b + 2 + int(model.first_may_be_last), model.r + 2
    ahead = 39 / (model.alpha + 38.86)

    def weighted(p):
        return (1 - (1 + p * ahead) ** -shape) / p * beta.pdf(p, model.a, stays)

    expected = quad(weighted, 0, 1, epsabs=1e-12)[0] * model.probability_alive(ONE)
    assert model.expected_repeats(ONE, 39) == pytest.approx(expected, rel=1e-7)


def test_pareto_alive_is_the_double_integral():
    """Rate and length of life integrated one after the other, without our change of variable."""
    r, alpha, s, b = PARETO.parameters.values()

    def alive(rate):
        return rate**2 * np.exp(-rate * 38.86) * gamma.pdf(rate, r, scale=1 / alpha)

    def gone(leaving):
        rates = quad(
            lambda rate: rate**2 * np.exp(-rate * leaving) * gamma.pdf(rate, r, scale=1 / alpha),
            0,
            np.inf,
        )[0]
        return rates * s / b * (1 + leaving / b) ** -(s + 1)

    here = quad(alive, 0, np.inf)[0] * (1 + 38.86 / b) ** -s
    left = quad(gone, 30.43, 38.86)[0]
    assert PARETO.probability_alive(ONE) == pytest.approx([here / (here + left)], rel=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_expected_purchases_are_the_sum_of_the_chances_of_at_least_so_many(model):
    h = Histories.of([0, 2, 7], [0, 30.43, 38], [38.86, 38.86, 39])
    total = sum(model.at_least(float(k), h, 39.0) for k in range(1, 150))
    assert total == pytest.approx(model.expected_repeats(h, 39), rel=2e-4)


@pytest.mark.parametrize("a", [1 - 1e-6, 1.0, 1 + 1e-6])
def test_the_forecast_passes_through_a_equals_one(a):
    near = [
        BetaGeometric(r=0.5, alpha=6, a=v, b=2, first_may_be_last=True, facts=BY_HAND)
        for v in (a, 1.001, 0.999)
    ]
    here, above, below = (float(m.expected_repeats(ONE, 52)[0]) for m in near)
    assert here == pytest.approx((above + below) / 2, rel=1e-5)


def test_pareto_forecast_passes_through_s_equals_one():
    near = [ParetoNbd(r=0.5, alpha=6, s=v, beta=9, facts=BY_HAND) for v in (1.0, 1.001, 0.999)]
    here, above, below = (float(m.expected_repeats(ONE, 52)[0]) for m in near)
    assert here == pytest.approx((above + below) / 2, rel=1e-5)


def test_expected_spend_with_a_pencil():
    """(p (gamma + n z̄)) / (p n + q − 1): two purchases of 30 on average."""
    model = GammaGamma(p=6.25, q=3.74, gamma=15.44, facts=BY_HAND)
    assert model.expected_spend(2, 30) == pytest.approx(6.25 * (15.44 + 60) / (12.5 + 2.74))
    assert model.expected_spend(0, 0) == pytest.approx(6.25 * 15.44 / 2.74)


def test_leaving_after_the_first_purchase_is_one_more_chance():
    """With the same parameters MBG at x repeats knows of leaving what BG knows at x + 1."""
    bg = BetaGeometric(r=0.5, alpha=6, a=0.8, b=2.0, first_may_be_last=False, facts=BY_HAND)
    mbg = BetaGeometric(r=0.5, alpha=6, a=0.8, b=2.0, first_may_be_last=True, facts=BY_HAND)
    odds = [1 / float(m.probability_alive(ONE)[0]) - 1 for m in (bg, mbg)]
    assert odds[0] / odds[1] == pytest.approx((2.0 + 2) / (2.0 + 1))
    assert beta_function(0.8 + 1, 2.0 + 2) / beta_function(0.8, 2.0 + 3) == pytest.approx(0.8 / 4)
