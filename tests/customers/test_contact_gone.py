"""Somebody who is merged away while a page about contact is made is not found, and no error."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from customers.contact.queries.verdict import may_contact
from customers.models import Customer
from relcrm.lib.refusals import Vanished
from tests.conftest import NOW


@contextmanager
def gone_before_the_verdict(customer: Customer) -> Iterator[None]:
    """Another request removes them just before the rules are asked."""

    def watch(execute, sql, params, many, context):
        if sql.startswith("WITH chosen"):
            with context["connection"].cursor() as cursor:
                cursor.cursor.execute(f"DELETE FROM customers_customer WHERE id = {customer.pk}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


@pytest.fixture
def lone(company):
    """Somebody about whom nothing else is known."""
    return Customer.objects.create(name="Lone", email="lone@example.com")


def test_a_customer_who_is_gone_meanwhile_is_not_found(as_, company, mara, lone):
    with gone_before_the_verdict(lone):
        assert as_(mara).get(f"/customers/{lone.pk}/consents/").status_code == 404
    assert not Customer.objects.filter(pk=lone.pk).exists()


def test_so_says_the_api(as_, company, mara, lone):
    asked = {"purpose": "marketing", "channel": "email"}
    with gone_before_the_verdict(lone):
        answer = as_(mara).get(f"/api/v1/customers/{lone.pk}/may-contact", asked)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_the_verdict_says_so_to_whoever_asks_in_code(company, lone):
    Customer.objects.filter(pk=lone.pk).delete()
    with pytest.raises(Vanished):
        may_contact(lone, purpose="marketing", channel="email", now=NOW)
