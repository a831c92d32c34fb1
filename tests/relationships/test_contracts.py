"""A company with contracts: read from what began and ended them, forecast, and said everywhere."""

from datetime import timedelta

import numpy as np
import pytest

from customers.models import Customer, Interaction, Kind
from relationships.actions import fitting
from relationships.engine.value.discrete import UNDER_CONTRACT
from relationships.models import Forecast, Profile
from relationships.queries.contracts import contracts
from relationships.queries.evidence import day_number
from relationships.queries.opened import ahead_of
from relcrm.base.costs import prices
from relcrm.base.models import UnitCost
from tests.conftest import NOW, TODAY, happened
from tests.engine.value.test_contracted import AS_OF, boxes
from tests.relationships.test_forecasts import score

STARTED, RENEWED = Kind.SUBSCRIPTION_STARTED, Kind.SUBSCRIPTION_RENEWED
CANCELLED = Kind.SUBSCRIPTION_CANCELLED


def ago(weeks: float):
    return TODAY - timedelta(days=round(7 * weeks))


def told(spells, customer):
    """Begun and over in weeks before today, and the weeks of a period, of each contract."""
    now = day_number(TODAY)
    return [
        ((now - spells.begun[row]) / 7, (now - spells.over[row]) / 7, spells.weeks[row])
        for row in np.flatnonzero(spells.customer == customer.pk)
    ]


def test_contracts_are_read_by_their_number_with_their_period(company, ada, bo):
    for name, begun in (("A", 30), ("B", 20)):
        happened(ada, STARTED, ago(begun), properties={"subscription": name, "weeks": 4})
    happened(ada, CANCELLED, ago(5), properties={"subscription": "A"})
    happened(bo, STARTED, ago(40), properties={"weeks": "soon"})
    for weeks in (27, 14, 1):
        happened(bo, RENEWED, ago(weeks))
    found = contracts(TODAY)
    assert told(found, ada)[0] == (30, 5, 4)
    assert told(found, ada)[1][::2] == (20, 4)
    assert told(found, bo)[0][::2] == (40, 13)  # as far apart as its renewals
    assert len(contracts(TODAY, [bo.pk])) == 1


def test_a_contract_begun_again_runs_again_and_one_never_begun_is_none(company, ada, bo, cyd):
    happened(ada, STARTED, ago(60))
    happened(ada, CANCELLED, ago(40))
    happened(ada, STARTED, ago(20))
    happened(bo, CANCELLED, ago(3))
    happened(cyd, RENEWED, ago(9))
    found = contracts(TODAY)
    assert [t[0] for t in told(found, ada)] == [20]
    assert np.isnan(told(found, ada)[0][1])
    assert told(found, bo) == []
    assert told(found, cyd)[0][::2] == (9, 52)
    assert contracts(ago(100)) is None


@pytest.fixture
def sending(company):
    """Boxes every four weeks for two in three of 150 customers."""
    company.as_of = TODAY
    company.save()
    bought = boxes(people=150).cut(AS_OF)
    people = Customer.objects.bulk_create(Customer(name=f"Home {n}") for n in range(150))
    rows = [
        ("purchase", who, day, None) for who, day in zip(bought.customer, bought.day, strict=True)
    ]
    c = bought.contracts
    rows += [
        (STARTED, who, day, {"weeks": 4}) for who, day in zip(c.customer, c.begun, strict=True)
    ]
    ended = ~np.isnan(c.over)
    rows += [(CANCELLED, w, d, None) for w, d in zip(c.customer[ended], c.over[ended], strict=True)]
    Interaction.objects.bulk_create(
        Interaction(
            customer=people[who], kind=kind, amount=20 if kind == "purchase" else None,
            source="t", source_id=str(row), properties=said,
            occurred_on=TODAY - timedelta(days=int(AS_OF - day)),
            occurred_at=NOW - timedelta(days=int(AS_OF - day)),
        )
        for row, (kind, who, day, said) in enumerate(rows)
    )  # fmt: skip
    return people


def test_contracts_forecast_and_every_door_says_so(sending, company, as_, mara, root, key_for):
    lives_by_it = Customer.objects.create(name="Buys nothing, pays 30 every four weeks")
    fee = {"amount": 30, "properties": {"weeks": 4}}
    happened(lives_by_it, STARTED, ago(50), **fee)
    of_a_line = Customer.objects.create(name="The same, of a line of its own margin")
    happened(of_a_line, STARTED, ago(50), category="care", **fee)
    company.cost_per_renewal = 2
    company.save()
    UnitCost.objects.create(kind="margin", key="care", amount="0.05")
    live = fitting.fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    assert live.name == UNDER_CONTRACT
    score(company)
    bound = Forecast.objects.filter(renewals__isnull=False)
    spells = contracts(TODAY)
    assert bound.count() == np.isnan(spells.over).sum()
    paid = {f.pk: f for f in bound if f.contract}
    assert set(paid) == {lives_by_it.pk, of_a_line.pk}
    costs_more_than_it_brings(paid[of_a_line.pk], as_(mara), company)
    pays_only(paid[lives_by_it.pk], as_(mara), company)
    assert all(0 < f.renewals <= 13 and 0 < f.months <= 36 for f in bound)
    bound = bound.exclude(pk__in=paid)
    who = bound.order_by("-value").first()
    address = f"/customers/{who.pk}/worth/"
    page = as_(mara).get(address, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="parts").content.decode()
    assert "stays as contracts do" in page
    assert "Renewals of the contract" in page
    program = key_for(root, "customers:read", "reports:read")
    said = program.get(f"/api/v1/customers/{who.pk}/profile/value").json()
    assert said["renewals"] == pytest.approx(who.renewals)
    assert said["model"]["name"] == UNDER_CONTRACT
    assert said["low"] <= said["expected"] <= said["high"]
    card = program.get("/api/v1/forecast").json()["card"]
    learned = next(one for one in card["models"] if one["name"] == UNDER_CONTRACT)
    assert {"a", "b", "returning"} <= learned["parameters"].keys()


def costs_more_than_it_brings(f, browser, company):
    """5 % of 30 are less than the 2 that each renewal costs; a fee of 40 would pay."""
    judged = Profile.objects.get(pk=f.pk)
    assert (f.contract, f.renewing) == pytest.approx((1.5 * f.renewals, -2 * f.renewals))
    assert f.value == pytest.approx(f.contract + f.renewing + f.discounting)
    assert judged.value_low <= judged.value <= judged.value_high <= 0
    rows, middle = ahead_of(f, judged, company)
    assert (rows[0].expected, rows[0].median) == pytest.approx((f.one_year, middle))
    assert all(row.low <= row.median <= row.high for row in rows)
    page = browser.get("/relationships/losing/?cause=renewals").content.decode()
    assert "Fees of €40 and more would pay for themselves" in page.replace("\xa0", " ")


def pays_only(f, browser, company):
    """Valued by the fees of their contract alone: 30 % of 30 for each renewal to come, less 2."""
    assert (f.purchase_days, f.sales) == (0, 0)
    assert (f.soon, f.next_from_on, f.next_on, f.next_until_on) == (None, None, None, None)
    assert f.fees == pytest.approx(30 * f.renewals)
    assert (f.contract, f.renewing) == pytest.approx((0.3 * f.fees, -2 * f.renewals))
    assert f.value == pytest.approx(f.contract + f.renewing + f.discounting)
    judged = Profile.objects.get(pk=f.pk)
    assert judged.value == pytest.approx(f.value)
    assert judged.value_low <= judged.value <= judged.value_high
    rows, middle = ahead_of(f, judged, company)
    assert rows[0].median == pytest.approx(middle)
    assert rows[0].expected == pytest.approx(f.one_year)
    assert rows[0].low <= rows[0].median <= rows[0].high < rows[3].high
    told = {"HX-Request": "true", "HX-Target": "parts"}
    page = browser.get(f"/customers/{f.pk}/worth/", headers=told).content.decode()
    assert "Contract" in page
    assert "Renewing the contract" in page
    assert "Buys next" not in page
    assert "No day can be named: nothing was bought yet" in page
    f.purchase_days = 3  # who also bought, and whose contract is not on record any more
    Interaction.objects.filter(customer=f.pk).delete()
    assert ahead_of(f, judged, company) == ([], None)
    assert "Contract" in browser.get(f"/customers/{f.pk}/worth/", headers=told).content.decode()


def test_what_a_contract_brings_is_the_mean_of_what_it_was_paid(company, ada):
    for weeks, paid in ((8, 20), (4, 40)):
        happened(ada, STARTED if weeks == 8 else RENEWED, ago(weeks), paid)
    happened(ada, CANCELLED, ago(1), 99)
    found = contracts(TODAY)
    assert found.fee.tolist() == [30.0]
    who = np.array([ada.pk])
    assert found.fees(who, day_number(TODAY)).tolist() == [0.0]  # it is over
    assert found.known(day_number(ago(2))).fees(who, day_number(ago(2))).tolist() == [30.0]


def test_what_is_left_of_a_fee_is_told_with_it_or_by_its_line_and_else_unknown(company, ada, bo):
    """10 of 20 told and half of 40 by its category; the second fee of bo, 30, has 9 left."""
    happened(ada, STARTED, ago(8), 20, margin=10)
    happened(ada, RENEWED, ago(4), 40, category="care")
    happened(bo, STARTED, ago(8), 30, category="boots")
    happened(bo, RENEWED, ago(4), 30, margin=9)
    who, day = np.array([ada.pk, bo.pk]), day_number(TODAY)
    UnitCost.objects.create(kind="margin", key="care", amount="0.5")
    by_line = contracts(TODAY, who.tolist(), prices(company))
    assert by_line.margins(who, day).tolist() == pytest.approx([0.5, 0.3])
    assert np.isnan(contracts(TODAY).margin).all()
    assert np.isnan(by_line.margins(who, day_number(ago(9)))).all()


def test_a_contract_begun_again_brings_what_it_is_paid_since(company, ada):
    for kind, weeks, paid in ((STARTED, 60, 10), (RENEWED, 56, 10), (CANCELLED, 40, None),
                              (STARTED, 8, 20), (RENEWED, 4, 40)):  # fmt: skip
        happened(ada, kind, ago(weeks), paid)
    found = contracts(TODAY)
    assert found.fee.tolist() == [30.0]
    assert found.weeks.tolist() == [4.0]
    assert contracts(ago(39)) is not None
    assert contracts(ago(41)).fee.tolist() == [10.0]


def test_without_contracts_the_card_says_that_none_are_known(company, ada, bo, as_, root):
    fitting.fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    page = as_(root).get("/relationships/value/forecast/").content.decode()
    assert "(Contracts): Not applicable: no contracts known" in page
