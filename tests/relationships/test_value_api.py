"""Value over the API: of everybody together, and of one customer month by month."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from customers.models import Customer
from relationships.actions.fitting import fit
from relationships.engine.value import PARTS
from relationships.models import FittedModel, Month, Portfolio, Profile, Snapshot
from relcrm.base.models import UnitCost
from tests.conftest import NOW, TODAY
from tests.relationships.test_forecasts import score

ENDS = [TODAY.replace(day=1) - timedelta(days=1), TODAY.replace(month=1, day=31)]


def stood(customer, on, value, *, is_close=True):
    return Snapshot.objects.create(
        customer=customer, on=on, is_close=is_close, family="friend", held=0, chances=b"",
        confidence=60, value=value,
    )  # fmt: skip


def test_the_whole_says_its_range_parts_sources_and_model(company, key_for, root, ada, bo, cyd):
    company.as_of = TODAY
    company.save()
    fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    score(company)
    UnitCost.objects.create(kind="acquisition", key="unknown", amount=Decimal(9))
    told = key_for(root, "reports:read").get("/api/v1/value").json()
    picture = Portfolio.objects.get()
    assert told["expected"] == pytest.approx(picture.value["expected"])
    assert told["low"] <= told["expected"] <= told["high"]
    assert sum(told["parts"][name] for name in PARTS) == pytest.approx(told["expected"])
    assert told["purchases"]["expected"] == pytest.approx(
        sum(Profile.objects.values_list("expected_orders", flat=True)), abs=0.02
    )
    (way,) = told["sources"]
    assert (way["channel"], way["customers"], way["winning"]) == ("unknown", 3, 9)
    assert way["times"] == pytest.approx((way["brought"] + way["value"]) / 3 / 9)
    assert sum(row["customers"] for row in told["cohorts"]) == 3
    model = FittedModel.objects.get(kind="value", is_current=True)
    assert told["model"] == {"name": model.name, "version": model.version}


def test_there_is_no_whole_before_the_first_scoring(company, key_for, root):
    assert key_for(root, "reports:read").get("/api/v1/value").status_code == 404
    assert key_for(root, "customers:read").get("/api/v1/value").status_code == 403


def test_a_whole_kept_by_an_earlier_version_is_told_as_far_as_it_goes(company, key_for, root):
    likely = {"horizon_weeks": 52, "low": 1.0, "expected": 2.0, "high": 3.0}
    Portfolio.objects.create(
        as_of=TODAY, customers=1, alive=1, families={}, value=likely, computed_at=timezone.now(),
        breakdown={"source": {"web": {"n": 2, "value": 2.0, "alive": 1.0}}},
    )  # fmt: skip
    told = key_for(root, "reports:read").get("/api/v1/value").json()
    assert (told["purchases"], told["losing"], told["sources"][0]["brought"]) == (None,) * 3


def test_a_value_is_told_month_by_month_with_its_model(company, key_for, root, ada):
    company.as_of = TODAY
    company.save()
    Profile.objects.create(customer=ada, as_of=TODAY, scored_at=NOW, family="friend")
    model = FittedModel.objects.create(
        kind="value", name="mbgnbd", version=2, data_through=ENDS[0], fitted_at=NOW, customers=3,
        parameters={},
    )  # fmt: skip
    for on, used in zip(ENDS, (model, None), strict=True):
        Month.objects.create(on=on, value_model=used, closed_at=NOW)
        stood(ada, on, 96.5 if used else 80.0)
    stood(ada, ENDS[0] - timedelta(days=9), 7.0, is_close=False)  # a change, no month's end
    stood(ada, TODAY + timedelta(days=29), 1.0)  # not come yet, as the company is looked at
    address = f"/api/v1/customers/{ada.pk}/profile/value/history"
    client = key_for(root, "customers:read")
    rows = client.get(address).json()["results"]
    assert [(row["on"], row["value"]) for row in rows] == [
        (ENDS[0].isoformat(), 96.5), (ENDS[1].isoformat(), 80.0),
    ]  # fmt: skip
    assert [row["model"]["version"] for row in rows] == [2, None]
    first = client.get(f"{address}?limit=1").json()
    assert len(first["results"]) == 1
    following = client.get(f"{address}?limit=1&cursor={first['next_cursor']}").json()
    assert following["results"] == rows[1:]
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True)
    assert client.get(address).status_code == 404
