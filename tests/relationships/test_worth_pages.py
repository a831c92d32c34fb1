"""One customer's worth opened, and the list of those who cost more than they bring."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer, Modifier, OwnedProduct, Product
from relationships.engine.value import PARTS
from relationships.models import FittedModel, Forecast, Profile
from relationships.queries.judging import standard
from relationships.queries.opened import opened
from relationships.queries.portfolio import by_type
from relationships.queries.where import where_value_lies
from relationships.turned import turn
from relationships.worth_card import CALLED, card, fall, is_large
from relcrm.base.models import User
from relcrm.pages.buying import margin_words
from tests.conftest import NOW, TODAY
from tests.relationships.test_forecasts import score

LOSING = "/relationships/losing/"
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "parts"}


def of(customer, company, viewer=None, **more):
    viewer = viewer or User(role=User.Role.MARKETER)
    return opened(Profile.objects.get(pk=customer.pk), company, TODAY, viewer=viewer, **more)


def test_a_margin_of_ones_own_is_told_and_not_whence_it_comes(company):
    words = margin_words(0.25, company).replace("\xa0", " ")
    assert words == "At a margin of 25 %, as they buy."  # a discount takes it as goods do


@pytest.mark.parametrize("size", [0.004, 0.37, 41.12, 1e9])
def test_bars_add_up_to_the_value_as_it_is_written(size):
    parts = {name: size * (1 if name == "sales" else -0.0831) for name in PARTS}
    steps, _axis = fall(parts, whole=is_large(parts.values()))
    assert sum(step.amount for step in steps[:-1]) == pytest.approx(steps[-1].amount)
    assert len({step.label for step in steps}) == len(steps)
    assert {*PARTS, "covariates"} == {name for name, _label in CALLED}


def test_the_card_says_what_the_worth_consists_of(costly, as_, mara, ada):
    page = as_(mara).get(f"/customers/{ada.pk}/worth/", **HTMX).content.decode()
    for words in ("What they will buy", "Cost of goods", "Worth to us", "10 years",
                  "of the next 36", "No day can be named"):  # fmt: skip
        assert words in page
    assert (
        f'hx-get="/customers/{ada.pk}/worth/"'
        in as_(mara).get(f"/customers/{ada.pk}/").content.decode()
    )


def test_money_is_written_in_one_manner_on_the_card(costly, company, ada):
    """Cents nowhere beside tens: neither in the likely range nor in a bar."""
    found = of(ada, company)
    small = replace(found.ahead[0], low=3.21, expected=12.34, high=19.5, median=11.11)
    told = card(replace(found, ahead=[small]), "EUR", TODAY)
    (row,) = told.years
    assert (row.low, row.expected, row.high, row.median) == (3, 12, 20, 11)
    assert all(step.amount == round(step.amount) for step in told.steps)


def test_without_htmx_one_lands_on_the_profile(costly, as_, mara, ada):
    assert as_(mara).get(f"/customers/{ada.pk}/worth/").url == f"/customers/{ada.pk}/"


def test_bounds_of_the_first_year_are_those_of_the_profile(costly, company, ada):
    found, profile = of(ada, company), Profile.objects.get(pk=ada.pk)
    first = found.ahead[0]
    assert (first.low, first.expected, first.high) == pytest.approx(
        (profile.value_low, profile.value, profile.value_high), rel=1e-3
    )
    assert all(row.low <= row.median <= row.high for row in found.ahead)
    assert [row.years for row in found.ahead] == [1, 2, 3, 10]


def test_a_window_is_told_only_where_one_is_kept(costly, company, ada):
    Forecast.objects.filter(pk=ada.pk).update(
        soon=0.8, next_from_on=TODAY + timedelta(days=4), next_on=TODAY + timedelta(days=9),
        next_until_on=TODAY + timedelta(days=30),
    )  # fmt: skip
    words = card(of(ada, company), "EUR", TODAY).next_words
    assert words == "Buys next between 6 Mar 2026 and 1 Apr 2026"


def test_the_list_names_who_why_and_what_would_turn_it(costly, as_, mara, cyd, ada):
    page = as_(mara).get(LOSING).content.decode()
    assert f"/customers/{cyd.pk}/" in page
    assert f"/customers/{ada.pk}/" not in page
    for words in ("Returns", "With returns as usual in your company", "Nothing happens by itself"):
        assert words in page
    assert "Nobody." in as_(mara).get(f"{LOSING}?cause=messages").content.decode()
    assert "Cyd" in as_(mara).get(f"{LOSING}?cause=returns").content.decode()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cause": "returns", "gain": 12.0},
         "with returns as usual in your company: €12 more, which makes €2"),
        ({"cause": "returns", "gain": 3.0},
         "with returns as usual in your company: €3 more, which leaves −€7: no one habit turns it; "
         "orders of €35 and more would pay for themselves"),
        ({"cause": "orders", "gain": 0.0}, "orders of €35 and more would pay for themselves"),
        ({"cause": "orders", "gain": 0.0, "goods": -99.0}, ""),
        ({"cause": "", "gain": 0.0, "value": 4.0}, ""),
        ({"cause": "renewals", "gain": 0.0, "contract": 9.0, "fees": 30.0, "renewing": -12.0,
          "renewals": 3.0}, "fees of €13.33 and more would pay for themselves"),
    ],
)  # fmt: skip
def test_what_would_turn_it_is_a_habit_or_the_order_that_pays(facts, said):
    """Four orders of 25 cost 8.75 each and leave a quarter of their money."""
    f = Forecast(**{
        "value": -10.0, "sales": 100.0, "goods": -70.0, "returned": -5.0, "orders": -30.0,
        "handling": 0.0, "service": -5.0, "remedies": 0.0, "messages": 0.0,
    } | facts)  # fmt: skip
    found = turn(f, "EUR", 4.0)
    assert (found.words if found else "") == said


def test_a_day_of_replacement_is_told_only_where_people_here_buy_around_it(costly, company, ada):
    lamp = Product.objects.create(sku="L", name="Lamp", expected_life_weeks=52)
    OwnedProduct.objects.create(
        customer=ada, product=lamp, since_on=TODAY, next_choice_on=TODAY + timedelta(weeks=52)
    )
    numbers = standard(company, TODAY).models.to_json()
    model = FittedModel.objects.create(
        kind="value", version=99, name="MBG/NBD", parameters=numbers,
        data_through=TODAY, fitted_at=timezone.now(),
    )  # fmt: skip
    Forecast.objects.filter(pk=ada.pk).update(model=model)
    told = {}
    for share in (None, 0.5, 0.7):
        model.report = {"replacing": share and {"seen": 60, "share": share}}
        model.save(update_fields=["report"])
        found = of(ada, company)
        told[share] = (found.choice_on is not None, card(found, "EUR", TODAY).next_words)
    assert [is_told for is_told, _words in told.values()] == [False, False, True]
    assert told[0.7][1] == (
        "Something they have is due for replacement in March 2027: 7 of 10 buy within 6 weeks of "
        "such a day"
    )
    assert "No day can be named" in told[0.5][1]
    assert of(ada, company, hides_goods=True).choice_on is None
    soap = Product.objects.create(sku="S", category="Soap", expected_life_weeks=9)
    OwnedProduct.objects.create(
        customer=ada, product=soap, since_on=TODAY, next_choice_on=TODAY + timedelta(weeks=9)
    )
    Product.objects.filter(pk=lamp.pk).update(category="Lights")
    kinds = {"Soap": {"seen": 30, "share": 0.2}, "Lights": {"seen": 30, "share": 0.8}}
    model.report = {"replacing": {"seen": 60, "share": 0.5, "kinds": kinds, "proof": None}}
    model.save(update_fields=["report"])
    found, hidden = of(ada, company), of(ada, company, hides_goods=True)
    assert (found.choice_on, found.choice_chance) == (TODAY + timedelta(weeks=52), 0.8)
    assert (hidden.choice_on, hidden.choice_chance) == (None, 0.5)  # not of which kind it is


def test_losing_means_the_same_on_every_page(
    costly, as_, mara, key_for, root, ada, bo, cyd, company
):
    """Nothing at all, and half a cent, is no loss: not of a type either."""
    Profile.objects.update(family="friend", type="R4")
    for customer, value in ((ada, 0.0), (bo, -0.004), (cyd, -0.006)):
        Forecast.objects.filter(pk=customer.pk).update(value=value)
        Profile.objects.filter(pk=customer.pk).update(value=value)
    (row,) = key_for(root, "customers:read").get("/api/v1/losing").json()["results"]
    assert row["customer"] == cyd.pk
    assert by_type()["R4"]["losing"] == 1
    assert where_value_lies(standard(company, TODAY))["losing"] == 1


def test_an_analyst_sees_numbers_and_an_expert_only_their_own(costly, as_, nils, eve, cyd):
    page = as_(nils).get(LOSING).content.decode()
    assert f"Customer {cyd.pk}" in page
    assert "Cyd" not in page
    assert "Cyd" not in as_(eve).get(LOSING).content.decode()


def test_those_left_to_service_are_listed_only_to_those_who_may_know_why(
    costly, as_, mara, sam, cyd, key_for, root
):
    Profile.objects.filter(pk=cyd.pk).update(family="negative", type="N4")
    for address in (LOSING, f"{LOSING}?cause=returns"):
        assert f"/customers/{cyd.pk}/" not in as_(mara).get(address).content.decode()
        assert f"/customers/{cyd.pk}/" in as_(sam).get(address).content.decode()
    keys = (key_for(root, "customers:read"), key_for(root, "customers:read", "negative:read"))
    listed = [[one["customer"] for one in key.get("/api/v1/losing").json()["results"]]
              for key in keys]  # fmt: skip
    assert [cyd.pk in some for some in listed] == [False, True]
    address = f"/api/v1/customers/{cyd.pk}/profile/value"
    found = [(one["cause"], one["gain"] is None) for one in (k.get(address).json() for k in keys)]
    assert found == [(None, True), ("returns", False)]
    said = [as_(who).get(f"/customers/{cyd.pk}/worth/", **HTMX).content for who in (mara, sam)]
    assert [b"ith returns as usual" in page for page in said] == [False, True]


def test_why_the_discreet_cost_money_is_told_to_those_alone_who_may_know_what_they_buy(
    costly, as_, mara, sam, cyd, key_for, root
):
    Modifier.objects.create(customer=cyd, kind="discreet", reason="They asked", set_at=NOW)
    pages = [as_(who).get(LOSING).content.decode() for who in (mara, sam)]
    assert [f"/customers/{cyd.pk}/" in page for page in pages] == [False, True]
    keys = (key_for(root, "customers:read"), key_for(root, "customers:read", "discreet:read"))
    assert [len(key.get("/api/v1/losing").json()["results"]) for key in keys] == [0, 1]


def test_who_objects_is_on_no_list(costly, as_, mara, cyd):
    Customer.objects.filter(pk=cyd.pk).update(objects_to_profiling=True)
    assert "Cyd" not in as_(mara).get(LOSING).content.decode()


def test_before_anybody_is_valued_and_where_nobody_loses_it_says_so(company, ada, as_, mara, root):
    assert "Nobody has been valued yet" in as_(mara).get(LOSING).content.decode()
    score(company)
    assert "Everybody is expected to bring more" in as_(root).get(LOSING).content.decode()
    assert "Nobody of whom you may know it" in as_(mara).get(LOSING).content.decode()


def test_the_list_costs_the_same_queries_for_one_and_for_many(
    costly, as_, mara, cyd, django_assert_max_num_queries
):
    browser = as_(mara)
    browser.get(LOSING)
    for number in range(20):
        who = Customer.objects.create(name=f"Like Cyd {number}")
        row = Forecast.objects.get(pk=cyd.pk)
        row.pk = row.customer_id = who.pk
        row.save(force_insert=True)
    with django_assert_max_num_queries(14):
        browser.get(LOSING)


# The API -----------------------------------------------------------------------------------
