"""The value of one customer, opened into what it consists of."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from customers.models import Customer, Interaction, Kind, OrderLine, Product
from relationships.actions import scoring
from relationships.actions.fitting import fit
from relationships.engine.value import PARTS
from relationships.engine.value.replacing import Replacing, Seen
from relationships.models import FittedModel, Forecast, Profile
from relationships.queries.card_lines import replacing_lines
from relationships.queries.purchases import buyers_and_costs
from relationships.queries.replacing import replacement
from relationships.queries.versions import models_of
from relcrm.base.models import Brand, UnitCost
from tests.conftest import NOW, TODAY, event, happened

HTMX = {"HX-Request": "true", "HX-Target": "parts"}


def silent(done, *, total=None, position=None):
    """Progress that nobody watches."""


def score(company):
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=silent)


def test_the_parts_add_up_to_the_value_on_the_profile(company, ada, bo, cyd):
    company.cost_per_order, company.cost_per_return = 4, 3
    happened(ada, Kind.RETURN, TODAY - timedelta(days=9), 40)
    score(company)
    for forecast in Forecast.objects.all():
        total = sum(getattr(forecast, part) for part in PARTS)
        profile = Profile.objects.get(pk=forecast.pk)
        assert total == pytest.approx(forecast.value, abs=1e-9)
        assert forecast.value == pytest.approx(profile.value, abs=1e-9)
    assert Forecast.objects.get(pk=ada.pk).orders < 0 > Forecast.objects.get(pk=ada.pk).returned


def test_longer_looks_bring_more_as_long_as_a_purchase_earns(company, ada):
    score(company)
    f = Forecast.objects.get(pk=ada.pk)
    assert 0 < f.one_year < f.two_years < f.three_years < f.lifetime
    assert f.one_year == pytest.approx(f.value)  # the company looks 52 weeks ahead


@pytest.mark.parametrize(
    ("kind", "more", "settings", "part", "cost"),
    [
        (Kind.SUPPORT, {}, {"cost_per_contact": 6}, "service", 6),
        (Kind.SUPPORT, {"properties": {"minutes": 12.5}}, {"cost_per_minute": 2}, "service", 25),
        (Kind.COMPLAINT, {}, {"cost_per_complaint": 9}, "remedies", 9),
        (Kind.MESSAGE_SENT, {"channel": "email"}, {"cost_per_message": 3}, "messages", 3),
    ],
)
def test_what_serving_them_cost_is_expected_again(
    company, ada, bo, kind, more, settings, part, cost
):
    for name, amount in settings.items():
        setattr(company, name, Decimal(amount))
    happened(ada, kind, TODAY - timedelta(days=3), **more)
    score(company)
    f, purchases = Forecast.objects.get(pk=ada.pk), Profile.objects.get(pk=ada.pk).expected_orders
    # One of 24 purchases; five of the company's average, of which nothing is fitted here, beside.
    assert getattr(f, part) == pytest.approx(-purchases * cost / 29, rel=1e-6)
    assert getattr(Forecast.objects.get(pk=bo.pk), part) == 0


def test_a_letter_costs_what_letters_cost(company, ada):
    company.cost_per_message = Decimal("0.01")
    UnitCost.objects.create(kind="message", key="letter", amount=Decimal("1.45"))
    for day, channel in enumerate(["letter", "email"], 1):
        happened(ada, Kind.MESSAGE_SENT, TODAY - timedelta(days=day), channel=channel)
    score(company)
    purchases = Profile.objects.get(pk=ada.pk).expected_orders
    assert Forecast.objects.get(pk=ada.pk).messages == pytest.approx(-purchases * 1.46 / 29)


def test_a_told_margin_goes_before_that_of_a_category_and_that_before_the_usual(company, db):
    UnitCost.objects.create(kind="margin", key="boots", amount=Decimal("0.5"))
    shares = {}
    for name, more in {
        "told": {"margin": Decimal(20)}, "category": {"category": "boots"}, "usual": {},
    }.items():  # fmt: skip
        who = Customer.objects.create(name=name)
        if name == "told":
            more |= {"category": "boots"}
        happened(who, Kind.PURCHASE, TODAY - timedelta(days=30), 100, **more)
        shares[name] = who
    score(company)
    kept = {name: Forecast.objects.get(pk=who.pk) for name, who in shares.items()}
    rates = {name: 1 + f.goods / f.sales for name, f in kept.items()}
    assert rates == pytest.approx({"told": 0.2, "category": 0.5, "usual": 0.3})


def margins_of(company, **purchases):
    """One purchase of 100 each; what share of it is said to be left."""
    people = {}
    for name, more in purchases.items():
        people[name] = Customer.objects.create(name=name)
        lines = more.pop("lines", ())
        sale = happened(people[name], Kind.PURCHASE, TODAY - timedelta(days=30), 100, **more)
        for category, price in lines:
            OrderLine.objects.create(
                interaction=sale, category=category, quantity=2, unit_price=price
            )
    score(company)
    kept = {name: Forecast.objects.get(pk=who.pk) for name, who in people.items()}
    return {name: 1 + f.goods / f.sales for name, f in kept.items()}


def test_days_of_replacement_are_counted_from_order_lines(company):
    """Bought 60 weeks ago for 26: due 34 weeks ago, and a week after that four in five bought who
    have boots, and nobody who has soap."""
    boots, soap = (
        Product.objects.create(sku=sku, category=sku, expected_life_weeks=26)
        for sku in ("boots", "soap")
    )
    people = Customer.objects.bulk_create(Customer(name=str(n)) for n in range(100))
    assert replacement(TODAY, 100) is None
    ago = [(who, 60) for who in people] + [(who, 33) for who in people[:40]]
    sales = Interaction.objects.bulk_create(
        event(who, Kind.PURCHASE, TODAY - timedelta(weeks=weeks), 100, n)
        for n, (who, weeks) in enumerate(ago, 1)
    )
    OrderLine.objects.bulk_create(
        OrderLine(interaction=sale, product=product, quantity=1, unit_price=100)
        for sale, product in zip(sales[:100], [boots] * 50 + [soap] * 50, strict=True)
    )
    kinds = {"boots": Seen(50, pytest.approx(48 / 70)), "soap": Seen(50, pytest.approx(8 / 70))}
    found = replacement(TODAY, 100)
    assert found == Replacing(seen=100, share=0.4, kinds=kinds)
    assert [line.split() for line in replacing_lines(found)[1:]] == [
        ["boots", "50", "69%"], ["soap", "50", "11%"],
    ]  # fmt: skip


def test_a_category_goes_before_its_brand_and_a_brand_before_the_company(company):
    alpine = Brand.objects.create(name="Alpine", slug="alpine", is_default=True)
    other = Brand.objects.create(name="Other", slug="other")
    UnitCost.objects.create(kind="brand", key="alpine", amount=Decimal("0.4"))
    UnitCost.objects.create(kind="margin", key="boots", amount=Decimal("0.5"))
    assert margins_of(
        company,
        both={"category": "boots", "brand": alpine},
        brand={"category": "socks", "brand": alpine},
        another={"brand": other},
        neither={},
    ) == pytest.approx({"both": 0.5, "brand": 0.4, "another": 0.3, "neither": 0.3})


def test_an_order_of_several_categories_is_counted_line_by_line(company):
    alpine = Brand.objects.create(name="Alpine", slug="alpine", is_default=True)
    UnitCost.objects.create(kind="margin", key="boots", amount=Decimal("0.5"))
    UnitCost.objects.create(kind="brand", key="alpine", amount=Decimal("0.4"))
    mixed = [("boots", 40), ("socks", 10)]  # of the hundred eighty are boots
    assert margins_of(
        company,
        mixed={"lines": mixed},
        branded={"lines": mixed, "brand": alpine},
        unknown={"lines": [("socks", 40), ("laces", 10)]},
        unknown_of_brand={"lines": [("socks", 50)], "brand": alpine},
        said={"lines": mixed, "category": "boots"},
        free={"lines": [("boots", 0), ("socks", 0)]},
    ) == pytest.approx({
        "mixed": 0.8 * 0.5 + 0.2 * 0.3, "branded": 0.8 * 0.5 + 0.2 * 0.4, "unknown": 0.3,
        "unknown_of_brand": 0.4, "said": 0.5, "free": 0.3,
    })  # fmt: skip


def test_the_average_of_the_company_knows_margins_of_brands(company, db):
    alpine = Brand.objects.create(name="Alpine", slug="alpine", is_default=True)
    UnitCost.objects.create(kind="brand", key="alpine", amount=Decimal("0.4"))
    who = Customer.objects.create(name="Al")
    happened(who, Kind.PURCHASE, TODAY - timedelta(days=30), 75, brand=alpine)
    happened(who, Kind.PURCHASE, TODAY - timedelta(days=20), 25)
    _, money = buyers_and_costs(TODAY, company)
    assert (money.told[0], money.earned[0]) == pytest.approx((75, 30))


def test_winning_people_costs_nothing_inside_their_value(company, ada):
    score(company)
    before = Forecast.objects.get(pk=ada.pk).value
    UnitCost.objects.create(kind="acquisition", key="unknown", amount=Decimal(500))
    score(company)
    assert Forecast.objects.get(pk=ada.pk).value == before


def test_who_has_bought_nothing_has_no_forecast(company, ada):
    fan = Customer.objects.create(name="Fay")
    happened(fan, Kind.VISIT, TODAY)
    score(company)
    assert list(Forecast.objects.values_list("pk", flat=True)) == [ada.pk]


def test_a_forecast_goes_when_the_purchase_behind_it_does(company, ada, bo):
    score(company)
    bo.interactions.all().delete()
    score(company)
    assert not Forecast.objects.filter(pk=bo.pk).exists()


def test_who_objects_to_profiling_has_no_forecast(company, ada):
    score(company)
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True)
    score(company)
    assert not Forecast.objects.exists()


def test_many_returns_are_named_as_the_reason_with_what_the_usual_would_add(company, ada, cyd):
    company.cost_per_return = Decimal(30)
    for week in range(20):
        happened(cyd, Kind.RETURN, TODAY - timedelta(weeks=59 + 3 * week), 60)
    score(company)
    f = Forecast.objects.get(pk=cyd.pk)
    assert f.value < 0
    assert f.cause == "returns"
    assert f.value + f.gain > f.value
    assert Forecast.objects.get(pk=ada.pk).cause == ""


def test_who_buys_every_month_is_expected_for_longer_than_who_went_quiet(company, ada, cyd):
    score(company)
    regular, quiet = Forecast.objects.get(pk=ada.pk), Forecast.objects.get(pk=cyd.pk)
    assert 36 >= regular.months > quiet.months >= 0


def test_without_a_past_to_count_on_no_day_is_promised(company, ada):
    score(company)
    f = Forecast.objects.get(pk=ada.pk)
    assert (f.soon, f.next_from_on, f.next_on, f.next_until_on) == (None, None, None, None)


@pytest.mark.parametrize("tells_margins", [True, False])
def test_who_buys_at_big_discounts_alone_is_found_to_lose_by_them(company, ada, tells_margins):
    """Twenty pay 50 for goods that cost 35; four more pay 20 for the same, after 30 off."""
    company.cost_per_order = Decimal(1)
    hunters = []
    for number in range(24):
        who = Customer.objects.create(name=f"Buyer {number}")
        off, paid = (30, 20) if number >= 20 else (0, 50)
        hunters += [who.pk] if off else []
        for week in range(6):
            margin = {"margin": Decimal(paid - 35)} if tells_margins else {}
            on = TODAY - timedelta(days=7 * week + number % 7)
            happened(who, Kind.PURCHASE, on, paid, discount=Decimal(off), **margin)
    fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    score(company)
    causes = dict(Forecast.objects.losing().values_list("pk", "cause"))
    assert causes == dict.fromkeys(hunters, "discounts")


def test_models_of_another_version_stop_neither_scoring_nor_pages(company, ada, as_, mara, nils):
    made = fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    made.parameters["levels"] = {"of_weather": 1.0}
    assert models_of(made) is None, "a field that this version does not know"
    FittedModel.objects.filter(pk=made.pk).update(parameters={"format": 99})
    score(company)
    assert Forecast.objects.get(pk=ada.pk).model is None  # by the defaults that came with relcrm
    Forecast.objects.update(model=made)  # scored before the update
    card = as_(mara).get(f"/customers/{ada.pk}/worth/", headers=HTMX)
    assert "What they will buy" in card.content.decode()
    for page in ("/relationships/value/", "/relationships/value/forecast/"):
        assert as_(nils).get(page).status_code == 200
