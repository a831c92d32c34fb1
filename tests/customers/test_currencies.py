"""Amounts of several currencies are converted at the door or refused by name, never added up."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from customers.actions.ingest import ingest
from customers.models import Interaction, Kind
from relationships.actions.fitting import fit
from relationships.actions.scoring import score_everyone
from relationships.models import Profile
from relationships.queries.contracts import contracts
from relationships.queries.evidence import shard
from relationships.queries.purchases import buyers
from relationships.queries.sources import EVERYTHING, sources
from relcrm.base.models import Company
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened
from tests.customers.test_ingest import bought

ONE = "/api/v1/interactions"
YEN = {"currency": "JPY", "original_amount": Decimal(3000), "rate": Decimal("0.006")}


@pytest.fixture
def shop(key_for, root, company):
    return key_for(root, "interactions:read", "interactions:write")


def sale(bo, **more):
    row = {
        "source": "shop", "source_id": "order-1", "kind": "purchase", "customer": bo.pk,
        "occurred_at": "2026-02-20T09:00:00Z", "amount": "3000.00",
    }  # fmt: skip
    return row | more


@pytest.mark.parametrize("missing", ["rate", "original_amount"])
def test_another_currency_without_its_rate_is_refused_whole(company, bo, missing):
    half = {name: told for name, told in YEN.items() if name != missing}
    with pytest.raises(Refused, match="Amounts are kept in EUR. One in JPY needs its rate"):
        ingest([bought(bo, "1"), bought(bo, "2", **half)], now=NOW)
    assert not Interaction.objects.filter(source="shop").exists()


def test_what_was_converted_or_is_our_own_goes_in(company, bo):
    ingest([bought(bo, "1", **YEN), bought(bo, "2", currency="EUR"), bought(bo, "3")], now=NOW)
    assert Interaction.objects.filter(source="shop").count() == 3


def test_a_program_sends_another_currency_with_a_rate_and_sums_are_of_one(shop, bo):
    told = shop.post(ONE, sale(bo, currency="JPY", rate="0.006", discount="500")).json()
    assert (told["amount"], told["currency"]) == ("18.00", "JPY")
    assert (told["original_amount"], told["discount"]) == ("3000.00", "3.00")
    assert buyers(TODAY).spent.sum() == pytest.approx(15 + 18)  # Bo bought for 15 euros before


@pytest.mark.parametrize(
    ("more", "field", "status"),
    [({"currency": "JPY"}, "rate", 409), ({"currency": "JPY", "rate": 0}, "rate", 400),
     ({"rate": "1.2"}, "rate", 409), ({"currency": "yen", "rate": 1}, "currency", 400),
     ({"currency": "JPY", "rate": "99999", "amount": "999999999999.99"}, "amount", 409)],
)  # fmt: skip
def test_a_program_that_leaves_it_open_is_told_what_to_say(shop, bo, more, field, status):
    answer = shop.post(ONE, sale(bo, **more))
    assert answer.status_code == status
    assert [error["field"].split(".")[-1] for error in answer.json()["errors"]] == [field]
    assert not Interaction.objects.filter(source="shop").exists()


def test_ours_by_name_needs_no_rate(shop, bo):
    told = shop.post(ONE, sale(bo, currency="EUR")).json()
    assert (told["amount"], told["currency"], told["original_amount"]) == ("3000.00", "", None)


def test_a_currency_into_which_amounts_were_converted_keeps_its_name(shop, as_, root, bo):
    company = {"name": "Alpine", "zone": "Europe/Vienna", "country": "AT"}
    assert as_(root).post("/settings/", company | {"currency": "USD"}).status_code == 302
    assert Company.objects.get().currency == "USD"  # nothing was converted: it was a wrong label
    shop.post(ONE, sale(bo, currency="JPY", rate="0.007"))
    reply = as_(root).post("/settings/", company | {"currency": "EUR"})
    assert reply.status_code == 409
    assert "converted into USD" in reply.content.decode()
    assert Company.objects.get().currency == "USD"


def test_what_was_stored_without_a_rate_is_left_out_of_what_is_learned_and_counted(company, bo):
    """As an earlier version may have taken it in: nobody knows what 900 dollars are in euros."""
    happened(bo, Kind.PURCHASE, TODAY - timedelta(days=20), 900, currency="USD")
    happened(bo, Kind.RETURN, TODAY - timedelta(days=9), 800, currency="USD")
    happened(bo, Kind.SUBSCRIPTION_STARTED, TODAY - timedelta(days=8), 70, currency="USD")
    happened(bo, Kind.VISIT, TODAY - timedelta(days=7), currency="USD")
    assert sources(TODAY).revenue == 15
    made = fit(company, as_of=TODAY, now=NOW, rng=np.random.default_rng(1))
    assert made.report["unconverted"] == 3
    left = "3 purchases, returns or fees in other currencies without a rate are left out"
    assert left in made.report["lines"][-1]
    score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *_, **__: None)
    judged = Profile.objects.get(pk=bo.pk)
    assert (judged.revenue, judged.orders, judged.returns) == (15, 1, 0)
    known = shard(np.array([bo.pk]), sources(TODAY), cycle_weeks=8.0).evidence
    assert (known.is_locked[0], known.recent("visits")[0]) == (True, 1), "what happened, happened"
    assert contracts(TODAY).fee.tolist() == [0]
    Interaction.objects.filter(amount__gt=15).update(rate="0.9")
    assert (sources(TODAY).countable, sources(TODAY).revenue) == (EVERYTHING, 115)
    assert contracts(TODAY).fee.tolist() == [70]
