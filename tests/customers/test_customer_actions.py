"""Customers come in once, and change with a trace."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from customers.actions.customers import create_customer, resolve_customers, update_customer
from customers.models import Customer, Identity
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


def test_a_new_customer_is_recognised_by_mail_phone_and_number(db, mara):
    gil = create_customer(
        by=mara, now=NOW, name="Gil", email=" Gil@Example.COM ", phone="+43 (0)660 123-45",
        numbers={"shop": " 17 "},
    )  # fmt: skip
    assert gil.email == "gil@example.com"
    assert set(gil.identities.values_list("kind", "source", "value")) == {
        ("email", "", "gil@example.com"), ("phone", "", "+4366012345"), ("external", "shop", "17"),
    }  # fmt: skip
    assert gil.touched_at == NOW
    assert AuditLine.objects.get(verb="customer.created").subject_id == gil.pk


def test_a_number_belongs_to_one_customer(db, mara):
    create_customer(by=mara, now=NOW, numbers={"shop": "17"})
    with pytest.raises(Refused, match="17"):
        create_customer(by=mara, now=NOW, numbers={"shop": "17"})
    assert Customer.objects.count() == 1


def test_a_change_is_written_once_and_named_in_the_audit(bo, mara):
    later = NOW + timedelta(hours=1)
    update_customer(bo, by=mara, now=later, city="Wels", email="bo@new.example")
    update_customer(bo, by=mara, now=later, city="Wels")
    bo.refresh_from_db()
    assert (bo.city, bo.email, bo.touched_at) == ("Wels", "bo@new.example", later)
    assert bo.identities.get().value == "bo@new.example"
    assert AuditLine.objects.get(verb="customer.changed").detail == {"fields": ["city", "email"]}


def test_what_no_customer_has_is_refused(bo, mara):
    with pytest.raises(Refused, match="erased_at"):
        update_customer(bo, by=mara, now=NOW, erased_at=NOW)


def test_numbers_are_resolved_and_missing_customers_made(db):
    first = resolve_customers("external", "shop", ["1", "2", " 2 ", ""], now=NOW)
    assert first["2"] == first[" 2 "] != first["1"]
    assert "" not in first
    again = resolve_customers("external", "shop", ["2", "3"], now=NOW)
    assert again["2"] == first["2"]
    assert Customer.objects.count() == Identity.objects.count() == 3
    assert Customer.objects.get(pk=again["3"]).interests == []


def test_the_same_number_in_another_source_is_somebody_else(db):
    one = resolve_customers("external", "shop", ["1"], now=NOW)
    two = resolve_customers("external", "till", ["1"], now=NOW)
    assert one["1"] != two["1"]


def test_mails_are_resolved_whatever_their_case(db):
    found = resolve_customers("email", "shop", ["A@x.at", "a@X.at", "b@x.at"], now=NOW)
    assert found["A@x.at"] == found["a@X.at"]
    assert sorted(Customer.objects.values_list("email", flat=True)) == ["a@x.at", "b@x.at"]


def test_looking_up_makes_nobody(db):
    assert resolve_customers("external", "shop", ["1"], now=NOW, create=False) == {}
    assert not Customer.objects.exists()


def test_customers_made_after_a_bulk_get_numbers_of_their_own(db):
    resolve_customers("external", "shop", ["1", "2"], now=NOW)
    Customer.objects.create(name="Hal")
    resolve_customers("external", "shop", ["3"], now=NOW)
    assert Customer.objects.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["external", "email"])
def test_two_at_once_make_no_twins(kind):
    """Threads with connections of their own, released together."""
    values = [f"n{number}@x.at" for number in range(40)]
    start, found, failures = threading.Barrier(4), [], []

    def work(order: list[str]) -> None:
        try:
            start.wait(10)
            found.append(resolve_customers(kind, "shop", order, now=NOW))
        except Exception as problem:  # noqa: BLE001 (shown by the assert below)
            failures.append(problem)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=(order,))
        for order in (values, values[::-1], values[:30], values[10:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Customer.objects.count() == Identity.objects.count() == 40
    assert found[0] == found[1] or {**found[0], **found[1]} == {**found[1], **found[0]}
