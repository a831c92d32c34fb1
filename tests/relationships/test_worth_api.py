"""What a customer is worth, and who costs more than they bring, as programs read it."""

from datetime import timedelta
from html import unescape

import pytest

from customers.models import Customer, Kind
from relcrm.base.models import Company
from tests.conftest import TODAY, happened
from tests.relationships.test_forecasts import score


def test_a_program_reads_value_bounds_parts_and_model(costly, key_for, root, ada):
    told = key_for(root, "customers:read").get(f"/api/v1/customers/{ada.pk}/profile/value").json()
    assert sum(told["parts"].values()) == pytest.approx(told["expected"])
    assert told["low"] <= told["expected"] <= told["high"]
    assert [row["years"] for row in told["within"]] == [1, 2, 3, 10]
    assert told["model"] == {"name": None, "version": None}  # nothing was fitted here
    assert told["durability"] == pytest.approx(100 * told["months"] / 36)
    assert told["next_purchase"]["chance"] is None


def test_a_program_may_ask_for_some_fields(costly, key_for, root, ada):
    address = f"/api/v1/customers/{ada.pk}/profile/value?fields=expected,parts"
    told = key_for(root, "customers:read").get(address).json()
    assert set(told) == {"customer", "expected", "parts"}


def test_there_is_no_value_of_who_never_bought_or_objects(costly, company, key_for, root, ada):
    client, fay = key_for(root, "customers:read"), Customer.objects.create(name="Fay")
    happened(fay, Kind.VISIT, TODAY)
    score(company)
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True)
    for who in (fay, ada):
        assert client.get(f"/api/v1/customers/{who.pk}/profile/value").status_code == 404


def test_a_program_lists_those_who_lose_money_and_what_would_turn_it(
    costly, key_for, root, cyd, as_, mara
):
    client = key_for(root, "customers:read")
    (row,) = client.get("/api/v1/losing").json()["results"]
    assert (row["customer"], row["cause"]) == (cyd.pk, "returns")
    turn = row["turn"]
    assert turn["value"] == pytest.approx(row["value"] + row["gain"], abs=0.01)
    assert turn["is_enough"] == (turn["value"] >= 0)
    assert turn["words"].startswith("with returns as usual in your company: €")
    assert turn["words"][1:] in unescape(as_(mara).get("/relationships/losing/").content.decode())
    one = client.get(f"/api/v1/customers/{cyd.pk}/profile/value").json()
    assert one["turn"] == turn
    assert client.get("/api/v1/losing?cause=service").json()["results"] == []
    assert client.get("/api/v1/losing?cause=greed").status_code == 400


# Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "events",
    [
        [],
        [(Kind.PURCHASE, 0, 0)],
        [(Kind.PURCHASE, 0, 20)] * 5,
        [(Kind.PURCHASE, 40, 20), (Kind.RETURN, 3, 500)],
        [(Kind.RETURN, 3, 500)],
        [(Kind.PURCHASE, 400, 10**9), (Kind.PURCHASE, 30, 10**9)],
        [(Kind.PURCHASE, 9_000, 1)],
    ],
    ids=["nothing", "free today", "all one day", "more back than bought", "only a return",
         "a billion", "a lifetime ago"],
)  # fmt: skip
def test_whatever_happened_there_is_a_number_or_nothing(company, key_for, root, events):
    Company.objects.update(as_of=TODAY, cost_per_order=3, cost_per_return=5)
    company.refresh_from_db()
    who = Customer.objects.create(name="Zed")
    for kind, days, amount in events:
        happened(who, kind, TODAY - timedelta(days=days), amount)
    score(company)
    answer = key_for(root, "customers:read").get(f"/api/v1/customers/{who.pk}/profile/value")
    has_bought = any(kind == Kind.PURCHASE for kind, _days, _amount in events)
    assert answer.status_code == (200 if has_bought else 404)
    assert b"NaN" not in answer.content
    assert b"Infinity" not in answer.content
    if has_bought:
        told = answer.json()
        size = sum(abs(part) for part in told["parts"].values())
        assert sum(told["parts"].values()) == pytest.approx(told["expected"], abs=1e-9 * size)
        assert all(row["low"] <= row["expected"] <= row["high"] for row in told["within"])
