"""Contracts among the models of buying: who has one stays as contracts do."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from relationships.engine.value import (
    Histories,
    ModelSet,
    Money,
    PurchaseDays,
    Terms,
    fit_all,
    score,
)
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.discrete import UNDER_CONTRACT, Contracted, Renewal, Spells
from relationships.engine.value.discrete.contracted import bound, is_enough
from relationships.engine.value.discrete.fees import fees
from relationships.engine.value.histories import (
    CountsAndTimesDisagree,
    LengthsDiffer,
    NotANumber,
)
from relationships.engine.value.models import MAXIMUM_LIKELIHOOD, Facts
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.unaided import RENEWALS, maximum_likelihood

TRUE = Facts(method="true")
NAN = np.nan
AS_OF = 1000


def boxes(people=400, seed=3) -> PurchaseDays:
    """Two in three have a contract whose box comes every four weeks but sometimes waits for long;
    the others buy when they like. Contracts end with their own chances, said with a date."""
    rng = np.random.default_rng(seed)
    rows, contracts = [], []
    for who in range(people):
        begins = int(rng.integers(0, 500))
        if who % 3:
            chance = rng.beta(0.7, 9.0)
            ends = begins + 28 * int(rng.geometric(chance))
            contracts.append((who, begins, ends - 3 if ends < AS_OF + 400 else NAN, 4))
            days = np.arange(begins, min(ends, AS_OF + 400), 28)
            days = days[(rng.random(len(days)) < rng.beta(1, 1)) | (days == begins)]
        else:
            gone = begins + rng.exponential(300)
            days = np.cumsum(np.append(begins, rng.exponential(rng.gamma(2, 40), 40)))
            days = days[(days < gone) | (days == begins)]
        rows += [(who, int(day)) for day in days if day <= AS_OF + 364]
    who, day = zip(*rows, strict=True)
    return PurchaseDays.gather(who, day, np.full(len(who), 20.0)).under(
        Spells.of(*zip(*contracts, strict=True))
    )


@pytest.fixture(scope="module")
def sending() -> PurchaseDays:
    return boxes()


@pytest.fixture(scope="module")
def fitted(sending) -> ModelSet:
    return fit_all(sending, as_of_day=AS_OF, rng=np.random.default_rng(1))


def test_contracts_win_the_same_backtest(fitted, sending):
    assert fitted.outcome.model == UNDER_CONTRACT
    deviance = {line.model: line.deviance for line in fitted.table}
    assert deviance[UNDER_CONTRACT] < min(v for k, v in deviance.items() if k != UNDER_CONTRACT)


def test_the_stored_numbers_score_as_the_fitted_ones(fitted, sending):
    known = sending.cut(AS_OF)
    h, money = known.histories(AS_OF), Money.of(known.spent())
    stored = ModelSet.from_json(fitted.to_json())
    mine, theirs = score(fitted, h, money), score(stored, h, money)
    assert_allclose(mine.value, theirs.value)
    assert np.isfinite(mine.years).all()
    assert np.all(mine.value_low <= mine.value)
    assert_allclose(mine.parts.total(), mine.value, rtol=1e-9)


def test_the_models_of_papers_include_contracts(sending):
    known = sending.cut(AS_OF)
    found = maximum_likelihood(known, AS_OF, np.random.default_rng(1))
    plain, bent = (found[name] for name in RENEWALS)
    assert (plain.name, bent.name, plain.facts.method) == ("sBG", "BdW", MAXIMUM_LIKELIHOOD)
    assert bent.facts.log_likelihood >= plain.facts.log_likelihood
    assert UNDER_CONTRACT not in found


def test_without_contracts_there_is_no_such_model(cdnow):
    few = cdnow.of(np.arange(300))
    assert (
        UNDER_CONTRACT
        not in fit_all(few, as_of_day=int(few.day.max()), rng=np.random.default_rng(1)).models
    )
    assert not is_enough(None, 0)
    assert not is_enough(Spells.of(range(29), [0] * 29, [NAN] * 29, [1] * 29), 100)


def test_nothing_after_a_day_is_known(sending):
    known = sending.cut(500).contracts
    assert known is not None
    assert known.begun.max() <= 500
    assert not np.any(known.over > 500)


def test_of_two_contracts_the_later_counts_and_an_ended_one_is_below_zero():
    spells = Spells.of([1, 1, 2, 3], [0, 14, 0, 50], [NAN, NAN, 20, NAN], [4, 2, 4, 4])
    assert_allclose(spells.plans(np.array([1, 2, 3, 9]), 28), [[2, 2], [-4, 8 / 7], [0, 0], [0, 0]])
    assert_allclose(spells.plans(np.array([2]), 19), [[4, 19 / 7]])


def test_periods_of_contracts_are_counted_as_by_their_dates():
    """Of four weeks each: one is in its third period, one was cancelled in its second, one is
    cancelled but runs to the end of its first."""
    spells = Spells.of([1, 2, 3], [0, 0, 60], [NAN, 40, 62], [4, 4, 4])
    found = spells.contracts(65)
    assert found.periods.tolist() == [2, 2, 0]
    assert found.cancelled.tolist() == [False, True, False]


def model() -> Contracted:
    return Contracted(
        leaving=BetaGeometric(
            r=1.0, alpha=10.0, a=1.0, b=2.0, first_may_be_last=True, facts=TRUE
        ), steady=Nbd(r=1.0, alpha=10.0, facts=TRUE),
        renewals={0.0: Renewal(a=1.0, b=1.0, c=1.0, facts=TRUE)}, returning=0.25,
    )  # fmt: skip


def test_fees_with_a_pencil():
    """Renewed once, 6 weeks in, periods of 4: due in 2, 6, 10 … weeks with 2/3, 2/4, 2/5. Of ten
    weeks 10 · (2/3 + 1/2 + 2/5); nothing is as sure as nine in ten, and all three come with more
    than one in ten. Somebody without a contract is given nothing."""
    h = Histories.of([3, 3], [6, 6], [10, 10], plans=np.array([[4.0, 6.0], [0.0, 0.0]]))
    terms = Terms(periods=5, weeks_per_period=2.0, discount_per_period=0.1)
    found = fees(model(), h, np.array([10.0, 99.0]), terms)
    chances, when = np.array([2 / 3, 1 / 2, 2 / 5]), np.array([1.0, 3.0, 5.0])
    assert_allclose(found.plain, [10 * chances.sum(), 0])
    assert_allclose(found.discounted, [10 * (chances * 1.1**-when).sum(), 0])
    assert_allclose([found.low[0], found.high[0]], [0, 10 * (1.1**-when).sum()])
    assert found.years.shape == (2, 4)
    assert np.all(np.diff(found.years[0]) > 0)
    assert np.all(np.diff(found.bounds[0], axis=1) >= 0)
    assert_allclose(found.times(0.3).plain, 0.3 * found.plain)
    lost = found.times(np.array([-0.5, 0.3]))  # at a loss it is worst if it runs on
    assert_allclose([lost.low[0], lost.high[0]], [-5 * (1.1**-when).sum(), 0])
    assert np.all(np.diff(lost.bounds[0], axis=1) >= 0)


def test_counts_told_one_after_the_other_are_those_that_are_asked_for():
    """Under two lengths of contract, after one, and without; rows leave between the counts."""
    plans = np.array([[4.0, 6.0], [0, 0], [52.0, 80.0], [-4.0, 3.0], [4.0, 1.0]])
    h = Histories.of([3, 2, 5, 1, 0], [6, 4, 70, 1, 0], [10, 30, 80, 20, 1], plans=plans)
    tail, alive, chosen = model().tail(h, 30.0), model().probability_alive(h), np.arange(5)
    for count in (1, 2, 5, 9):
        tail.advance_to(count)
        asked = model().at_least(count, h, 30.0)[chosen]
        assert_allclose(alive[chosen] * tail.chance, asked, rtol=1e-9)
        chosen = chosen[[0, *range(2, len(chosen))]] if len(chosen) > 2 else chosen
        tail.keep(np.array([0, *range(2, len(asked))]) if len(asked) > 2 else np.arange(len(asked)))


def test_a_contract_with_a_pencil():
    """S(t) = 1/(t+1). Renewed once, six weeks into periods of four: two to its next end, there
    after it with 2/3. Of five weeks 2 + 3 · 2/3 = 4; at a rate of (1+3)/(10+10) a week: .8."""
    h = Histories.of([3], [6], [10], plans=np.array([[4.0, 6.0]]))
    assert model().expected_repeats(h, 5.0) == pytest.approx([0.8])
    assert model().staying(h, np.array([1.0, 3.0, 7.0]))[0] == pytest.approx([1, 2 / 3, 2 / 4])
    assert model().expected_renewals(h, 6.0) == pytest.approx([2 / 3 + 2 / 4])
    assert model().probability_alive(h) == pytest.approx([1.0])


def test_who_is_silent_since_the_contract_ended_comes_back_as_seldom_as_others_did():
    silent = Histories.of([3], [6], [10], plans=np.array([[-4.0, 3.0]]))
    came_back = Histories.of([3], [8], [10], plans=np.array([[-4.0, 3.0]]))
    plain = model().leaving
    assert model().expected_repeats(silent, 9.0) == 0.25 * plain.expected_repeats(silent, 9.0)
    assert model().expected_repeats(came_back, 9.0) == plain.expected_repeats(came_back, 9.0)


def test_tails_add_up_to_the_expectation():
    h = Histories.of([3, 1], [6, 5], [10, 10], plans=np.array([[4.0, 6.0], [0, 0]]))
    ahead = sum(model().at_least(count, h, 26.0) for count in range(1, 400))
    assert_allclose(ahead, model().expected_repeats(h, 26.0), rtol=1e-3)
    assert np.isnan(model().expected_renewals(h, 6.0)[1])


def test_equal_pasts_under_other_contracts_are_not_the_same():
    h = Histories.of([1] * 3, [1] * 3, [9] * 3, plans=np.array([[4.0, 1], [0, 0], [4.0, 1]]))
    unique, inverse = h.grouped()
    assert (len(unique), unique.weights.tolist()) == (2, [1, 2])
    assert_allclose(unique.plans[inverse], h.plans)
    assert bound(h.rows(slice(1, 3))).tolist() == [False, True]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (([1], [0], [NAN], [0.0]), CountsAndTimesDisagree),
        (([1], [5], [4], [4.0]), CountsAndTimesDisagree),
        (([1], [NAN], [4], [4.0]), NotANumber),
        (([1, 2], [5], [4], [4.0]), LengthsDiffer),
        (([1], [5], [8], [4.0], [3.0], [0.3, 0.3]), LengthsDiffer),
    ],
)
def test_impossible_contracts_are_refused_by_name(bad, error):
    with pytest.raises(error):
        Spells.of(*bad)


def test_a_plan_is_needed_for_each_row():
    with pytest.raises(LengthsDiffer):
        Histories.of([1, 1], [1, 1], [2, 2], plans=np.zeros((1, 2)))
