"""Small trees find who buys more and who less, by hand and by simulation, and nothing in noise."""

import json

import numpy as np
import pytest

from relationships.engine.value.boosting import (
    PRIOR_PURCHASES,
    RATE,
    WORTH_ASKING,
    Trees,
    boost,
)

ONE = np.array([0, 1])


def people(customers=4000, seed=1):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 3, customers), rng.normal(size=customers)])
    return rng, x, rng.gamma(2, 1, customers)


def test_the_first_question_and_its_factors_are_those_worked_out_by_hand():
    """A hundred who complained bought half of what was expected of them, a hundred who did not half
    more; purchases come in hundreds, so that chance is no matter."""
    x = np.repeat([[0.0, 7.0], [1.0, 7.0]], 100, axis=0)
    bought, forecast = np.repeat([3.0, 1.0], 100), np.full(200, 2.0)
    found = boost(x, bought, forecast)
    assert found.column[0].tolist()[:3] == [0, -1, -1]
    assert found.above[0][0] == 0.5
    k = PRIOR_PURCHASES
    up, down = RATE * np.log((300 + k) / (200 + k)), RATE * np.log((100 + k) / (200 + k))
    assert found.moves[0][:3] == pytest.approx([0, up, down], abs=1e-6)
    assert found.logs(x, ONE)[:, 1].tolist() == [0.0] * 200  # the other column says nothing


def test_it_recovers_how_many_times_more_or_less_alike_people_buy():
    rng, x, forecast = people()
    bought = rng.poisson(forecast * np.where(x[:, 0] > 0, 0.3, 1.4)).astype(float)
    forecast *= bought.sum() / forecast.sum()
    logs = boost(x, bought, forecast).logs(x, ONE)
    some = x[:, 0] > 0
    ratio = np.exp(logs[some, 0].mean() - logs[~some, 0].mean())
    assert 0.3 / 1.4 < ratio < 0.3  # drawn to 1 a little
    assert np.abs(logs[:, 1]).max() < 0.1


def test_in_noise_nothing_is_asked():
    rng, x, forecast = people()
    assert len(boost(x, rng.poisson(forecast).astype(float), forecast)) == 0
    uneven = rng.poisson(forecast * rng.gamma(0.5, 2, len(forecast))).astype(float)
    assert len(boost(x, uneven, forecast * uneven.sum() / forecast.sum())) <= 2
    assert WORTH_ASKING > 0


def test_as_json_they_say_the_same_and_none_say_nothing():
    rng, x, forecast = people()
    found = boost(x, rng.poisson(forecast * np.exp(x[:, 1] / 3)).astype(float), forecast)
    again = Trees.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False)))
    assert np.array_equal(again.logs(x, ONE), found.logs(x, ONE))
    assert (Trees.from_json({"column": [], "above": [], "moves": []}).logs(x, ONE) == 0).all()
