"""What must hold for any customer under any model, whatever the parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from relationships.engine.value import Histories, bgnbd, nbd, paretonbd
from relationships.engine.value.alive import AliveModel
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.estimation import maximise
from relationships.engine.value.fitting import Counts
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.models import Facts
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.paretonbd import ParetoNbd

ANY = Facts(method="any")
positive = st.floats(0.02, 30)
quick = settings(max_examples=40, deadline=None)


@st.composite
def models(draw):
    """Any of the four, with parameters far beyond what shops have shown."""
    kind, r, alpha = draw(st.integers(0, 3)), draw(positive), draw(positive)
    if kind == 0:
        return Nbd(r=r, alpha=alpha, facts=ANY)
    if kind == 1:
        return ParetoNbd(r=r, alpha=alpha, s=draw(positive), beta=draw(positive), facts=ANY)
    return BetaGeometric(
        r=r, alpha=alpha, a=draw(positive), b=draw(positive), first_may_be_last=kind == 3, facts=ANY
    )


@st.composite
def histories(draw):
    """One customer, to 300 purchases in ten years."""
    x, age = draw(st.integers(0, 300)), draw(st.floats(0.2, 520))
    return Histories.of(x, age * draw(st.floats(0.01, 1)) if x else 0, age)


@quick
@given(models(), histories())
def test_a_chance_is_a_chance_and_a_forecast_grows_with_its_horizon(model, h):
    alive = model.probability_alive(h)
    assert np.all((alive >= 0) & (alive <= 1))
    forecast = model.expected_repeats(h, [0, 1, 13, 52, 156])
    assert np.isfinite(forecast).all()
    assert np.all(np.diff(forecast) >= -1e-9)
    assert np.all(forecast <= Nbd.expected_repeats(model, h, [0, 1, 13, 52, 156]) * (1 + 1e-9))


@quick
@given(models(), histories())
def test_silence_never_makes_alive_likelier(model, h):
    longer = Histories.of(h.repeats, h.last_seen, h.age + 10)
    assert np.all(model.probability_alive(longer) <= model.probability_alive(h) + 1e-9)


@quick
@given(models(), histories())
def test_more_purchases_are_never_likelier_than_fewer(model, h):
    chances = np.array([model.at_least(float(k), h, 52.0)[0] for k in (1, 2, 5, 30)])
    assert np.all((chances >= 0) & (chances <= 1 + 1e-9))
    assert np.all(np.diff(chances) <= 1e-9)
    assert chances[0] <= model.probability_alive(h)[0] + 1e-9


@quick
@given(models(), histories())
def test_count_after_count_says_the_same_as_asking_for_each(model, h):
    tail = model.tail(h, 52.0)
    for count in (1, 2, 5, 30, 150):
        tail.advance_to(count)
        at_least = model.at_least(float(count), h, 52.0)
        assert_allclose(model.probability_alive(h) * tail.chance, at_least, atol=1e-10)


@quick
@given(models())
def test_storing_changes_nothing(model):
    readers = {"NBD": Nbd, "Pareto/NBD": ParetoNbd}
    assert readers.get(model.name, BetaGeometric).from_json(model.to_json()) == model


@quick
@given(histories(), st.floats(0.5, 60))
def test_rhythm_is_full_until_a_gap_is_overdue_and_fades_after(h, gap):
    model = AliveModel(leaving=None, mean_gap_weeks=gap)
    later = [
        model.alive(Histories.of(h.repeats, h.last_seen, h.last_seen + w))[0] for w in range(9)
    ]
    assert later[0] == 1
    assert np.all(np.diff(later) <= 0)
    assert np.all((np.array(later) >= 0) & (np.array(later) <= 1))


@quick
@given(positive, st.floats(1.1, 30), positive, st.floats(0.01, 1e9), st.integers(1, 300))
def test_expected_spend_lies_between_the_customer_and_everybody(p, q, gamma, mean, n):
    model = GammaGamma(p=p, q=q, gamma=gamma, facts=ANY)
    everybody, own = float(model.expected_spend(0, 0)), float(model.expected_spend(n, mean))
    assert min(everybody, mean) * (1 - 1e-9) <= own <= max(everybody, mean) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_those_of_the_likelihoods(cdnow_histories, seed):
    """Analytic against central differences, at random points."""
    rng = np.random.default_rng(seed)
    h = cdnow_histories.rows(slice(0, 300)).grouped().unique
    counts = Counts.of(h)

    def of_bg(theta):
        return bgnbd._log_likelihood(seed % 2, theta, h, counts)

    def of_pareto(theta):
        return paretonbd._log_likelihood(theta, h, counts)

    def of_nbd(theta):
        return nbd._log_likelihood(theta, h, counts)

    for likelihood, size in ((of_bg, 4), (of_pareto, 4), (of_nbd, 2)):
        theta = rng.normal(0.5, 0.7, size)
        steps = np.eye(size) * 1e-5
        numeric = [(likelihood(theta + e)[0] - likelihood(theta - e)[0]) / 2e-5 for e in steps]
        assert_allclose(likelihood(theta)[1], numeric, rtol=1e-5, atol=1e-4)


def test_weights_stand_for_customers(cdnow_histories):
    once = cdnow_histories.rows(slice(0, 200))
    twice = Histories.of(once.repeats, once.last_seen, once.age, np.full(200, 2.0))
    doubled = Histories.of(*(np.tile(c, 2) for c in (once.repeats, once.last_seen, once.age)))
    left, right = (bgnbd.fit(h, first_may_be_last=True, prior=True) for h in (twice, doubled))
    assert left.facts.log_likelihood == pytest.approx(right.facts.log_likelihood)
    assert list(left.parameters.values()) == pytest.approx(list(right.parameters.values()))


def test_a_flat_likelihood_ends_at_the_prior():
    found = maximise(lambda t: (0.0, np.zeros(2)), [np.ones(2)], weight=1.0, prior=True)
    assert found.log_parameters == pytest.approx([0, 0], abs=1e-6)
    assert found.relative_errors == pytest.approx([2.0, 2.0])
