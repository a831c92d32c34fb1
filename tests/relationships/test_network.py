"""Whom a customer brought: counted once, beside their worth and never inside."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Identity, Kind
from relationships.models import Forecast, Profile
from relationships.queries.network import brought_by
from relationships.worth_card import card
from relcrm.base.models import Company, UnitCost
from tests.conftest import TODAY, happened
from tests.relationships.test_forecasts import score
from tests.relationships.test_worth_pages import HTMX, of


def test_whom_they_brought_stands_beside_and_not_inside(costly, company, ada, bo):
    alone = of(ada, company).forecast.value
    Identity.objects.create(customer=bo, kind="external", source="test", value="B-7")
    happened(ada, Kind.REFERRAL, TODAY, properties={"referred": "B-7"})
    score(company)
    found = of(ada, company)
    assert (found.brought.people, found.forecast.value) == (1, pytest.approx(alone))
    assert found.brought.value == pytest.approx(Forecast.objects.get(pk=bo.pk).value)
    assert "Brought one customer" in card(found, "EUR", TODAY).brought


def test_an_expert_learns_nothing_of_those_who_are_not_theirs(costly, company, ada, bo, eve):
    """The sum over one person is that person's value."""
    Identity.objects.create(customer=bo, kind="external", source="test", value="B-7")
    happened(ada, Kind.REFERRAL, TODAY, properties={"referred": "B-7"})
    assert not Customer.objects.visible_to(eve).filter(pk=bo.pk).exists()
    found = of(ada, company, viewer=eve).brought
    assert (found.people, found.value) == (0, 0)


def referral(by, number, days_ago=0):
    happened(by, Kind.REFERRAL, TODAY - timedelta(days=days_ago), properties={"referred": number})


def known_as(customer, number, source="test"):
    Identity.objects.create(customer=customer, kind="external", source=source, value=number)


def test_each_is_counted_for_who_named_them_first(costly, company, ada, bo, cyd):
    known_as(bo, "B-7")
    for who, days_ago in ((ada, 2), (cyd, 3), (ada, 9)):
        referral(who, "B-7", days_ago)
    score(company)
    assert [of(who, company).brought.people for who in (ada, cyd)] == [1, 0]
    referral(cyd, "B-7", 12)
    assert [of(who, company).brought.people for who in (ada, cyd)] == [0, 1]


def test_who_bought_from_us_long_before_was_not_brought(costly, company, ada, bo, cyd):
    known_as(cyd, "C-3")
    known_as(bo, "B-7")
    for number in ("C-3", "B-7"):
        referral(ada, number)
    score(company)
    assert of(ada, company).brought.people == 1  # Bo, who first bought a week before
    assert of(ada, company).brought.value == Forecast.objects.get(pk=bo.pk).value


def test_the_same_number_named_in_another_source_takes_nothing_away(costly, company, ada, bo, cyd):
    known_as(bo, "7")
    referral(ada, "7", 2)
    referral(cyd, "7", 5)
    cyd.interactions.filter(kind=Kind.REFERRAL).update(source="other")
    score(company)
    assert of(ada, company).brought.people == 1


def test_whom_they_brought_costs_the_same_queries_for_one_and_for_many(costly, company, ada, mara):
    counts = []
    for many in (1, 9):
        for n in range(many):
            referral(ada, f"N-{many}-{n}")
        with CaptureQueriesContext(connection) as asked:
            brought_by(ada, company, mara)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_would_have_come_anyway_is_taken_off_and_what_was_saved_is_named(
    costly, company, as_, mara, key_for, root, ada, bo
):
    known_as(bo, "B-7")
    bo.interactions.update(channel="web")
    referral(ada, "B-7")
    score(company)
    value = Forecast.objects.get(pk=bo.pk).value
    UnitCost.objects.create(kind="acquisition", key="web", amount=14)
    UnitCost.objects.create(kind="acquisition", key="unknown", amount=5)
    address = f"/api/v1/customers/{ada.pk}/profile/value"
    client = key_for(root, "customers:read")
    told = client.get(address).json()
    assert (told["network"]["worth"], told["network"]["saved"]) == (None, 14)
    assert told["won"] == {"channel": "unknown", "cost": 5}
    page = as_(mara).get(f"/customers/{ada.pk}/worth/", **HTMX).content.decode()
    assert "nobody has said how many" in page
    assert "Winning them cost (way not recorded)" in page
    Company.objects.update(anyway_share=Decimal("0.3"))
    network, expected = (client.get(address).json()[name] for name in ("network", "expected"))
    assert network["worth"] == pytest.approx(0.7 * value + 14)
    assert expected == told["expected"]  # beside, never inside
    page = as_(mara).get(f"/customers/{ada.pk}/worth/", **HTMX).content.decode()
    assert "30 % would have come anyway" in page
    assert "is no part of it" in page


def test_a_number_means_whom_its_own_source_means(costly, company, ada, bo, dan):
    known_as(bo, "7", source="other")
    known_as(ada, "A-1")
    for number in ("7", "A-1", "nobody", "x" * 4000):
        referral(ada, number)
    score(company)
    assert of(ada, company).brought.people == 0  # of another source, oneself, nobody
    known_as(dan, "7")
    dan.interactions.filter(kind=Kind.PURCHASE).update(occurred_on=TODAY)
    Profile.objects.filter(pk=dan.pk).update(first_order_on=TODAY)
    assert of(ada, company).brought.people == 1
