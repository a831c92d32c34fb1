"""A company that lives by a yearly appeal: its forecast says by which formula, everywhere."""

from datetime import timedelta

import numpy as np
import pytest

from customers.models import Customer, Interaction
from relationships.actions import fitting
from relationships.engine.value.discrete import FIXED_DATES
from relationships.models import FittedModel, Forecast
from tests.conftest import NOW, TODAY
from tests.engine.value.test_fixed_dates import AS_OF, donors
from tests.relationships.test_forecasts import score


def learned(company) -> FittedModel:
    return fitting.fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))


@pytest.fixture
def giving(company):
    """A hundred donors, as many as have given by today."""
    company.as_of = TODAY
    company.save()
    gifts = donors(customers=100).cut(AS_OF)
    people = Customer.objects.bulk_create(Customer(name=f"Donor {n}") for n in gifts.customers)
    place = np.searchsorted(gifts.customers, gifts.customer)
    Interaction.objects.bulk_create(
        Interaction(
            customer=people[who], kind="purchase", amount=25, source="t", source_id=str(row),
            occurred_on=TODAY - timedelta(days=int(AS_OF - day)),
            occurred_at=NOW - timedelta(days=int(AS_OF - day)),
        )
        for row, (who, day) in enumerate(zip(place, gifts.day, strict=True))
    )  # fmt: skip
    return people


def test_donors_are_forecast_by_occasions_and_every_door_says_so(
    giving, company, as_, mara, root, key_for
):
    live = learned(company)
    assert live.name == FIXED_DATES
    score(company)
    forecasts = list(Forecast.objects.all())
    assert len(forecasts) == len(giving)
    assert all(f.model_id == live.pk and 0 <= f.months <= 36 for f in forecasts)
    who = max(forecasts, key=lambda f: f.value)
    page = as_(mara).get(
        f"/customers/{who.pk}/worth/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="parts"
    )
    assert "Buys at fixed occasions" in page.content.decode()
    record = as_(root).get("/relationships/value/forecast/").content.decode()
    assert "People buy at fixed occasions: every 365 days" in record
    assert "Not applicable" not in record.split("People buy")[0]
    program = key_for(root, "customers:read", "reports:read")
    told = program.get(f"/api/v1/customers/{who.pk}/profile/value").json()
    assert told["model"] == {"name": FIXED_DATES, "version": live.version}
    assert told["low"] <= told["expected"] <= told["high"]
    card = program.get("/api/v1/forecast").json()["card"]
    assert card["chosen"] == FIXED_DATES
    assert card["occasions"]["every_days"] == pytest.approx(365.25)
    assert card["occasions"]["next_on"] > TODAY.isoformat()
    assert FIXED_DATES not in [one["name"] for one in card["not_applicable"]]


def test_where_people_buy_at_any_time_the_card_says_that_it_does_not_apply(
    company, ada, bo, cyd, as_, root
):
    learned(company)
    page = as_(root).get("/relationships/value/forecast/").content.decode()
    assert "(BG/BB): Not applicable: people buy at any time" in page
