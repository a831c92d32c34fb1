"""Interactions through the API: one or many, once each, however often they are sent."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now as clock
from rest_framework.test import APIClient

from customers.models import Customer, Identity, Interaction
from relcrm.base.actions.first_answers import forget_old
from relcrm.base.models import FirstAnswer
from tests.conftest import colleague
from tests.keys import make_key

ONE, MANY = "/api/v1/interactions", "/api/v1/interactions/bulk"


def bought(order: int, **more: object) -> dict[str, object]:
    row = {
        "source": "shop", "source_id": f"order-{order}", "kind": "purchase",
        "occurred_at": "2026-02-20T09:00:00Z", "amount": "39.90",
    }  # fmt: skip
    return row | more


def test_one_is_recorded_once(all_, ada):
    before = Interaction.objects.count()
    for _ in range(2):
        answer = all_.post(ONE, bought(1, customer=ada.pk))
        assert answer.status_code == 201
        assert (answer.json()["amount"], answer.json()["customer"]) == ("39.90", ada.pk)
    assert Interaction.objects.count() == before + 1


def test_sent_again_it_changes_what_is_stored(all_, ada):
    all_.post(ONE, bought(1, customer=ada.pk))
    answer = all_.post(ONE, bought(1, customer=ada.pk, amount=12.5))
    assert answer.json()["amount"] == "12.50"


def test_many_are_recorded_by_email_and_number_and_strangers_added(all_, bo):
    Identity.objects.create(customer=bo, kind="external", source="shop", value="77")
    rows = [bought(1, number="77"), bought(2, email="new@example.com"), bought(3, number="88")]
    answer = all_.post(MANY, {"interactions": rows, "create_customers": True})
    assert answer.json() == {"inserted": 3, "updated": 0, "unchanged": 0}
    assert bo.interactions.filter(source="shop").count() == 1
    assert Customer.objects.count() == 3


def test_one_bad_row_stores_nothing_and_each_is_named_by_its_index(all_, ada):
    rows = [bought(1, customer=ada.pk), bought(2, customer=ada.pk, amount=-1), bought(3)]
    answer = all_.post(MANY, {"interactions": rows})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [
        "interactions.1.amount", "interactions.2.customer",
    ]  # fmt: skip
    assert not Interaction.objects.filter(source="shop").exists()


def test_interactions_for_nobody_store_nothing_and_say_what_to_do(all_, ada):
    rows = [bought(1, customer=ada.pk), bought(2, customer=999), bought(3, email="x@example.com")]
    answer = all_.post(MANY, {"interactions": rows})
    assert answer.status_code == 409
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert errors.keys() == {"interactions.1.customer", "interactions.2.email"}
    assert "create_customers" in errors["interactions.2.email"]
    assert not Interaction.objects.filter(source="shop").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "1066-10-14T00:00:00Z"}, "occurred_at"),
        ({"brand": "nobody"}, "brand"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(all_, ada, change, field):
    answer = all_.post(ONE, bought(1, customer=ada.pk, **change))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "complaint"}, {"kind": "theft"}, {"source": "complaints"}, {"amount": "1,50"},
        {"amount": "1e3"}, {"amount": ""},
        {"sentiment": 2}, {"rating": 11}, {"email": "a@example.com"},
        {"occurred_at": "yesterday"}, {"prize": 3}, {"properties": [1]},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_400(all_, ada, change):
    assert all_.post(ONE, bought(1, customer=ada.pk, **change)).status_code == 400


def test_ten_thousand_and_no_more(all_, ada):
    rows = [bought(n, customer=ada.pk) for n in range(10_001)]
    assert all_.post(MANY, {"interactions": rows}).status_code == 400
    answer = all_.post(MANY, {"interactions": rows[:10_000]})
    assert answer.json()["inserted"] == 10_000


def test_adding_customers_needs_the_scope(key_for, root):
    client = key_for(root, "interactions:write")
    rows = [bought(1, email="new@example.com")]
    answer = client.post(MANY, {"interactions": rows, "create_customers": True})
    assert answer.status_code == 403


def test_the_list_is_cut_by_customer_kind_and_period(all_, ada, bo):
    all_.post(ONE, bought(1, customer=bo.pk, kind="return"))
    assert len(all_.get(f"{ONE}?customer={ada.pk}").json()["results"]) == 24
    assert len(all_.get(f"{ONE}?kind=return").json()["results"]) == 1
    period = "occurred_from=2026-02-01&occurred_to=2026-02-28"
    found = all_.get(f"{ONE}?kind=purchase&{period}").json()["results"]
    assert {row["customer"] for row in found} == {ada.pk, bo.pk}
    assert all_.get(f"{ONE}?{period}").status_code == 400


def test_a_customers_interactions_come_newest_first_page_by_page(all_, ada):
    days, cursor = [], {}
    while cursor is not None:
        page = all_.get(ONE, {"customer": ada.pk, "limit": 7} | cursor).json()
        days += [row["occurred_on"] for row in page["results"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    assert len(days) == 24
    assert days == sorted(days, reverse=True)


def test_an_expert_sees_only_what_happened_to_her_customers(as_, eve, ada, bo):
    found = as_(eve).get(f"{ONE}?limit=200").json()["results"]
    assert {row["customer"] for row in found} == {ada.pk}
    assert as_(eve).get(f"{ONE}/{bo.interactions.get().pk}").status_code == 404


# Idempotency-Key


def test_a_repeat_gets_the_first_answer_and_does_nothing(all_, company):
    answers = [
        all_.post("/api/v1/customers", {"name": "Fay"}, headers={"Idempotency-Key": "a"})
        for _ in range(2)
    ]
    assert Customer.objects.count() == 1
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0]["ETag"] == answers[1]["ETag"]
    assert "Idempotency-Replayed" not in answers[0]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_the_same_key_with_another_body_is_a_422(all_):
    header = {"Idempotency-Key": "a"}
    all_.post("/api/v1/customers", {"name": "Fay"}, headers=header)
    answer = all_.post("/api/v1/customers", {"name": "Guy"}, headers=header)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert not Customer.objects.filter(name="Guy").exists()


def test_a_no_is_an_answer_too(all_, ada):
    header = {"Idempotency-Key": "a"}
    first = all_.post(ONE, bought(1, customer=999), headers=header)
    again = all_.post(ONE, bought(1, customer=999), headers=header)
    assert (first.status_code, again.status_code) == (409, 409)
    assert first.json() == again.json()
    assert again["Content-Type"] == "application/problem+json"


def test_two_callers_may_choose_the_same_key(all_, key_for, root):
    other = key_for(root, "customers:write", "customers:read")
    for client in (all_, other):
        client.post("/api/v1/customers", {"name": "Fay"}, headers={"Idempotency-Key": "a"})
    assert Customer.objects.count() == 2


def test_a_key_has_a_form(all_):
    for key in ("", "x" * 256, "a b"):
        answer = all_.post("/api/v1/customers", {}, headers={"Idempotency-Key": key})
        assert answer.status_code == 400, key


def test_a_mistake_of_ours_leaves_no_answer_behind(all_, ada, monkeypatch):
    def broken(*args, **more):
        raise RuntimeError

    monkeypatch.setattr("customers.api.customers.create_customer", broken)
    header = {"Idempotency-Key": "a"}
    assert all_.post("/api/v1/customers", {"name": "Fay"}, headers=header).status_code == 500
    monkeypatch.undo()
    assert all_.post("/api/v1/customers", {"name": "Fay"}, headers=header).status_code == 201


def test_answers_are_forgotten_after_a_day(all_):
    all_.post("/api/v1/customers", {"name": "Fay"}, headers={"Idempotency-Key": "a"})
    assert forget_old(clock()) == 0
    assert forget_old(clock() + timedelta(hours=25)) == 1
    assert not FirstAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_are_done_once():
    _, secret = make_key(colleague("Root", "admin"), "customers:write", "customers:read")
    answers = []
    gate = threading.Barrier(4)

    def send():
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        gate.wait()
        header = {"Idempotency-Key": "a"}
        answers.append(client.post("/api/v1/customers", {"name": "Fay"}, headers=header))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Customer.objects.count() == 1
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
