"""Value: discounted margin less costs, with an interval that simulated futures confirm."""

import numpy as np
import pytest

from relationships.engine.value import BadTerms, Histories, Money, Terms
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.clv import purchases_ahead, values
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import LengthsDiffer, NotANumber
from relationships.engine.value.models import Facts
from relationships.engine.value.money import BORROWED_PURCHASES, CostRates, NegativeMoney
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.paretonbd import ParetoNbd

BY_HAND = Facts(method="by hand")
MBG = BetaGeometric(r=0.64, alpha=7.3, a=0.81, b=1.23, first_may_be_last=True, facts=BY_HAND)
PARETO = ParetoNbd(r=0.6, alpha=11.6, s=0.52, beta=8.8, facts=BY_HAND)
NBD = Nbd(r=0.5, alpha=10.0, facts=BY_HAND)
SPEND = GammaGamma(p=6.2, q=3.7, gamma=15.0, facts=BY_HAND)
NO_COSTS = CostRates(spend=30.0, return_share=0.0, returns=0.0, service=0.0)

# One-time buyers new and old, regulars lively and quiet, one very heavy buyer.
CUSTOMERS = Histories.of(
    [0, 0, 1, 4, 12, 12, 150], [0, 0, 8, 30, 38, 20, 76], [1, 60, 10, 39, 39, 39, 78]
)
MEANS = np.array([20.0, 35, 60, 15, 30, 30, 12])
MONEY = Money.of(MEANS * (CUSTOMERS.repeats + 1))


def futures(model, terms, *, draws, rng):
    """Worth of simulated futures, a column per customer."""
    weeks, columns = terms.horizon_weeks, []
    for i in range(len(CUSTOMERS)):
        h = CUSTOMERS.rows(slice(i, i + 1))
        x, age = float(h.repeats[0]), float(h.age[0])
        alive = rng.random(draws) < model.probability_alive(h)
        rate = rng.gamma(model.r + x, 1 / (model.alpha + age), draws)
        until = np.full(draws, weeks)
        if isinstance(model, ParetoNbd):
            leaving = rng.gamma(model.s, 1 / (model.beta + age), draws)
            until = np.minimum(until, rng.exponential(1 / leaving))
        count = rng.poisson(rate * until)
        moments = rng.random((draws, max(1, count.max()))) * until[:, None]
        moments[np.arange(moments.shape[1]) >= count[:, None]] = np.inf
        moments.sort(axis=1)
        bought = (moments < np.inf) & alive[:, None]
        if isinstance(model, BetaGeometric):
            stays = rng.geometric(rng.beta(model.a, model.b + x + model._o, draws))
            bought &= np.arange(moments.shape[1]) < stays[:, None]
        nu = rng.gamma(SPEND.q + SPEND.p * (x + 1), 1, draws) / (SPEND.gamma + MEANS[i] * (x + 1))
        paid = rng.gamma(SPEND.p, 1 / nu[:, None], moments.shape)
        period = np.ceil(np.where(bought, moments, 0) / terms.weeks_per_period)
        factor = (1 + terms.discount_per_period) ** -period
        worth = (terms.margin_rate * paid - terms.cost_per_order) * factor
        columns.append(np.where(bought, worth, 0).sum(axis=1))
    return np.array(columns).T


@pytest.mark.parametrize("model", [MBG, PARETO, NBD], ids=lambda m: m.name)
@pytest.mark.parametrize("cost_per_order", [0.0, 6.0])
def test_low_expected_and_high_are_those_of_simulated_futures(model, cost_per_order):
    terms = Terms(cost_per_order=cost_per_order, discount_per_period=0.01)
    found = values(model, SPEND, NO_COSTS, CUSTOMERS, MONEY, terms)
    worth = futures(model, terms, draws=6_000, rng=np.random.default_rng(5))
    error = worth.std(axis=0) / np.sqrt(len(worth))
    assert np.all(np.abs(worth.mean(axis=0) - found.expected) < 4 * error + 0.01)
    # Chances at, and strictly beyond, the ends: nothing bought makes steps at zero.
    assert np.all((worth < found.low).mean(axis=0) < 0.1 + 0.025)
    assert np.all((worth > found.high).mean(axis=0) < 0.1 + 0.025)
    widened = (found.high == found.expected) | (found.low == found.expected)
    inside = ((worth >= found.low) & (worth <= found.high)).mean(axis=0)
    has_steps = (worth == 0).mean(axis=0) > 0.05
    assert inside[~widened & ~has_steps] == pytest.approx(0.8, abs=0.03)


def test_value_with_a_pencil():
    """Two periods of four weeks, NBD: the same purchases expected in each."""
    h, terms = Histories.of(3, 8, 10), Terms(periods=2, discount_per_period=0.05, cost_per_order=2)
    in_four_weeks = 4 * (0.5 + 3) / (10 + 10)
    spend = 6.2 * (15 + 4 * 25) / (6.2 * 4 + 2.7)
    expected = in_four_weeks * (1 / 1.05 + 1 / 1.05**2) * (0.3 * spend - 2)
    found = values(NBD, SPEND, NO_COSTS, h, Money.of([100.0]), terms)
    assert found.expected == pytest.approx([expected])
    assert found.expected_purchases == pytest.approx([2 * in_four_weeks])


def test_one_period_and_many_agree_when_nothing_is_discounted():
    whole = Terms(periods=1, weeks_per_period=52, discount_per_period=0)
    plain, discounted = purchases_ahead(MBG, CUSTOMERS, whole)
    parts = purchases_ahead(MBG, CUSTOMERS, Terms(discount_per_period=0))
    assert plain == pytest.approx(discounted)
    assert parts[1] == pytest.approx(discounted)


def test_returns_and_service_are_shrunken_rates_per_purchase():
    money = Money.of([100.0, 100.0], [50.0, 0.0], [2, 0], [30.0, 0.0])
    rates = CostRates.fit(np.array([4.0, 4.0]), money)
    assert (rates.spend, rates.return_share, rates.returns, rates.service) == (25, 0.25, 0.25, 3.75)
    habits = rates.of(np.array([4.0, 4.0]), money)
    share, returns, service = habits.return_share, habits.returns, habits.service
    k = BORROWED_PURCHASES
    assert share == pytest.approx(
        [(50 + 25 * k / 4) / (100 + 25 * k), (25 * k / 4) / (100 + 25 * k)]
    )
    assert returns == pytest.approx([(2 + k / 4) / (4 + k), (k / 4) / (4 + k)])
    assert service == pytest.approx([(30 + 3.75 * k) / (4 + k), 3.75 * k / (4 + k)])


def test_who_returns_more_than_they_bought_loses_no_more_than_the_margin():
    rates = CostRates(spend=30.0, return_share=0.0, returns=0.0, service=0.0)
    share = rates.of(np.array([1.0]), Money.of([30.0], returned=[5_000.0])).return_share
    assert share[0] <= 1


def test_returns_can_cost_more_than_a_customer_brings():
    found = values(
        MBG,
        SPEND,
        NO_COSTS,
        Histories.of([12, 12], [38, 38], [39, 39]),
        Money.of([390.0, 390.0], returned=[350.0, 0.0], returns=[12, 0]),
        Terms(cost_per_return=12.0),
    )
    assert found.expected[0] < 0 < found.expected[1]
    assert found.low[0] < found.expected[0] <= found.high[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin_rate": 1.2},
        {"cost_per_order": -1},
        {"cost_per_return": np.nan},
        {"periods": 0},
        {"weeks_per_period": 0},
        {"discount_per_period": -1},
    ],
)
def test_impossible_terms_are_refused(wrong):
    with pytest.raises(BadTerms):
        Terms(**wrong)


def test_impossible_money_is_refused():
    with pytest.raises(NegativeMoney):
        Money.of([-1.0])
    with pytest.raises(NotANumber):
        Money.of([np.nan])
    with pytest.raises(LengthsDiffer):
        Money.of([1.0], [1.0, 2.0])


@pytest.mark.parametrize("spent", [0.0, 1e-6, 1e9])
def test_no_amount_is_too_small_or_too_large(spent):
    found = values(MBG, SPEND, NO_COSTS, Histories.of(3, 8, 10), Money.of([spent]), Terms())
    assert np.isfinite([found.low, found.expected, found.high]).all()
