"""A version whose trees were admitted moves forecasts; going back moves them back."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Kind
from relationships.actions import refitting, scoring
from relationships.engine.value.boosting import Trees
from relationships.engine.value.covariates import FIRST_EVER, Covariates
from relationships.engine.value.happened import KINDS
from relationships.models import FittedModel, Forecast, Profile
from relationships.queries.judging import standard
from relationships.queries.opened import opened
from relationships.queries.value_card import card
from relationships.queries.versions import models_of
from relcrm.base.models import User
from relcrm.pages.privacy.judgement import judged
from tests.conftest import NOW, TODAY, happened

LOWER, RAISED = 0.6, 1.02
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "parts"}


def admit(live: FittedModel) -> None:
    """A next version like this one, but that trees had won that ask: did they ever complain?"""
    nothing = [-1] * 6
    moves = [0.0, np.log(RAISED), np.log(LOWER), *([0.0] * 12)]
    trees = Trees.from_json({"column": [[FIRST_EVER, *nothing]], "above": [[0.5] + [0.0] * 6],
                             "moves": [moves]})  # fmt: skip
    models = replace(models_of(live), covariates=Covariates(trees=trees, reads=KINDS))
    same = ("kind", "name", "customers", "data_through", "fitted_at", "live_from")
    FittedModel.objects.filter(pk=live.pk).update(is_current=False, retired_at=NOW)
    FittedModel.objects.create(
        version=live.version + 1, is_current=True, parameters=models.to_json(),
        **{name: getattr(live, name) for name in same},
    )  # fmt: skip


def score(company):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *a, **k: None)


@pytest.fixture
def two(live, company, db) -> tuple[Customer, Customer]:
    """Judged by a version with such trees: one who complained, one who did not."""
    company.as_of = TODAY
    company.save()
    admit(live)
    who = Customer.objects.filter(interactions__kind="purchase").distinct().order_by("pk")[:2]
    happened(who[0], Kind.COMPLAINT, TODAY - timedelta(days=50))
    score(company)
    return who[0], who[1]


def test_forecasts_move_with_it_and_back_with_the_one_before(two, company, root, live):
    told, quiet = two
    newest = FittedModel.objects.get(kind="value", is_current=True)
    assert card(newest, company)["challenger"]["in_use"]
    assert not card(live, company)["challenger"]["in_use"]
    after = Profile.objects.in_bulk()
    assert Forecast.objects.get(pk=told.pk).covariates_factor == pytest.approx(LOWER)
    assert Forecast.objects.get(pk=told.pk).covariates_because == "complaint"
    assert Forecast.objects.get(pk=quiet.pk).covariates_factor == pytest.approx(RAISED)
    assert Forecast.objects.get(pk=quiet.pk).covariates_because == ""
    refitting.roll_back(by=root, as_of=TODAY, now=NOW)
    score(company)
    assert set(Forecast.objects.values_list("covariates_factor", "covariates_because")) == {(1, "")}
    before = Profile.objects.in_bulk()
    for who, factor in ((told, LOWER), (quiet, RAISED)):
        assert after[who.pk].expected_orders == pytest.approx(
            factor * before[who.pk].expected_orders
        )
        assert after[who.pk].alive == before[who.pk].alive


def test_the_bounds_by_years_are_those_of_the_profile(two, company):
    for who in two:
        profile = Profile.objects.get(pk=who.pk)
        first = opened(profile, company, TODAY, viewer=User(role=User.Role.MARKETER)).ahead[0]
        assert (first.low, first.expected, first.high) == pytest.approx(
            (profile.value_low, profile.value, profile.value_high), rel=1e-3
        )


def test_a_block_takes_one_query_more_and_only_while_trees_are_in_use(two, company, root):
    ids = np.array(sorted(one.pk for one in two))

    def queries(rule) -> int:
        with CaptureQueriesContext(connection) as seen:
            scoring.read(ids, rule)
        return len(seen)

    with_trees = standard(company, TODAY)
    refitting.roll_back(by=root, as_of=TODAY, now=NOW)
    assert scoring.read(ids, standard(company, TODAY)).beside is None
    assert queries(with_trees) == queries(standard(company, TODAY)) + 1


def test_page_program_and_the_person_are_told_why_as_far_as_they_may_know(
    two, company, as_, mara, nils, key_for, root
):
    told, quiet = two
    said = "−40 % for what else is known of them"
    address = f"/customers/{told.pk}/worth/"
    page = as_(mara).get(address, **HTMX).content.decode()
    assert f"{said}, above all their complaints." in page
    assert "What else is known of them" in page  # a bar of its own
    assert f"{said}." in as_(nils).get(address, **HTMX).content.decode()  # sees no complaints
    assert (
        "else is known"
        not in as_(mara).get(f"/customers/{quiet.pk}/worth/", **HTMX).content.decode()
    )
    address = f"/api/v1/customers/{told.pk}/profile/value"
    for scopes, why in (
        (("customers:read", "complaints:read"), "complaint"),
        (("customers:read",), None),
    ):
        value = key_for(root, *scopes).get(address).json()
        assert value["covariates_factor"] == pytest.approx(LOWER)
        assert value["covariates_because"] == why
    assert "−40 % of purchases" in judged(told, company, TODAY).value
    assert "else we know of you" not in judged(quiet, company, TODAY).value
