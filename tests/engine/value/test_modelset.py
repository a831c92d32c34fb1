"""The public face: fit a company once, store its numbers, score its customers in chunks."""

import json
from dataclasses import fields

import numpy as np
import pytest

from relationships.engine.value import (
    BadHistories,
    Chosen,
    Histories,
    ModelSet,
    Money,
    PurchaseDays,
    Scores,
    Terms,
    TooLittleHistory,
    UnknownModel,
    fit_all,
    score,
)
from tests.engine.value.conftest import HOLDOUT_ENDS


@pytest.fixture(scope="module")
def models(cdnow):
    return fit_all(cdnow, as_of_day=HOLDOUT_ENDS, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def scores(models, cdnow):
    return score(models, cdnow.histories(HOLDOUT_ENDS), Money.of(cdnow.spent()))


def columns(scores: Scores) -> dict[str, np.ndarray]:
    found = {one.name: getattr(scores, one.name) for one in fields(scores)}
    plain = {name: column for name, column in found.items() if isinstance(column, np.ndarray)}
    return plain | scores.parts.columns()


def test_a_company_with_a_past_gets_a_chosen_model(models):
    assert isinstance(models.outcome, Chosen)
    assert models.outcome.origins == len(models.origins) == 3
    assert models.model.name == models.outcome.model == models.table[0].model
    assert not models.is_mostly_prior


def test_models_survive_being_stored(models):
    assert ModelSet.from_json(json.loads(json.dumps(models.to_json()))) == models


def test_models_of_another_version_are_refused(models):
    with pytest.raises(UnknownModel, match="fit them again"):
        ModelSet.from_json({**models.to_json(), "format": 0})


def test_chunks_give_the_same_scores_as_everyone_at_once(models, scores, cdnow):
    h, money = cdnow.histories(HOLDOUT_ENDS), Money.of(cdnow.spent())
    part = score(models, h.rows(slice(100, 200)), money.rows(slice(100, 200)))
    for name, column in columns(part).items():
        assert column == pytest.approx(columns(scores)[name][100:200], rel=1e-9), name


def test_every_score_is_a_number_within_its_bounds(scores):
    for name, column in columns(scores).items():
        assert np.isfinite(column).all(), name
    assert np.all((scores.alive >= 0) & (scores.alive <= 1))
    assert np.all((scores.value_low <= scores.value) & (scores.value <= scores.value_high))


def test_what_happened_later_is_not_used(cdnow):
    early = HOLDOUT_ENDS - 273
    seen = fit_all(cdnow, as_of_day=early, rng=np.random.default_rng(1))
    cut = fit_all(cdnow.cut(early), as_of_day=early, rng=np.random.default_rng(1))
    assert seen == cut


@pytest.mark.parametrize("customers", [0, 1, 3])
def test_too_few_customers_get_the_stored_default(cdnow, customers):
    few = cdnow.of(np.arange(customers))
    models = fit_all(few, as_of_day=HOLDOUT_ENDS, rng=np.random.default_rng(1))
    assert isinstance(models.outcome, TooLittleHistory)
    assert models.is_mostly_prior
    assert ModelSet.from_json(json.loads(json.dumps(models.to_json()))) == models
    for column in columns(
        score(models, few.histories(HOLDOUT_ENDS), Money.of(few.spent()))
    ).values():
        assert len(column) == customers
        assert np.isfinite(column).all()


def test_thirty_customers_are_mostly_our_prior(cdnow):
    few = cdnow.of(np.arange(30))
    models = fit_all(few, as_of_day=HOLDOUT_ENDS, rng=np.random.default_rng(1))
    assert models.is_mostly_prior
    for column in columns(
        score(models, few.histories(HOLDOUT_ENDS), Money.of(few.spent()))
    ).values():
        assert np.isfinite(column).all()


def test_everyone_can_be_fitted_while_a_sample_is_backtested(cdnow, models):
    sample = cdnow.of(np.arange(500))
    both = fit_all(
        sample,
        as_of_day=HOLDOUT_ENDS,
        rng=np.random.default_rng(1),
        everyone=cdnow.histories(HOLDOUT_ENDS),
        money=Money.of(cdnow.spent()),
    )
    assert both.models == models.models
    assert both.spend == models.spend
    assert both.origins[0].customers < models.origins[0].customers


def test_money_and_histories_must_be_of_the_same_customers(models):
    with pytest.raises(BadHistories):
        score(models, Histories.of([1], [2], [3]), Money.of([1.0, 2.0]))


def test_costs_can_make_a_customer_worth_less_than_nothing(models):
    h = Histories.of([20, 20], [70, 70], [72, 72])
    money = Money.of([210.0, 210.0], returned=[150.0, 0], returns=[18, 0], service=[160.0, 0])
    values = score(models, h, money, Terms(cost_per_order=1, cost_per_return=10)).value
    assert values[0] < 0 < values[1]


def test_a_purchase_is_never_negative():
    with pytest.raises(BadHistories, match="return"):
        PurchaseDays.gather([1], [1], [-5.0])
