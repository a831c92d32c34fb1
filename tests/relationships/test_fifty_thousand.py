"""A customer with fifty thousand events costs page, answer and scoring no more than others."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Interaction, Kind
from relationships.actions import scoring
from tests.conftest import NOW, TODAY, event

MANY, FEW = 10, 0  # times that fifty events are doubled
KINDS = (Kind.VISIT, Kind.MESSAGE_SENT, Kind.PURCHASE, Kind.SUPPORT, Kind.MESSAGE_CLICKED)


def busy(name: str, doublings: int) -> Customer:
    customer = Customer.objects.create(name=name)
    rows = [event(customer, KINDS[n % 5], TODAY - timedelta(days=14 * n), 20, n) for n in range(50)]
    for row in rows:
        row.source = name
    Interaction.objects.bulk_create(rows)
    names = [field.column for field in Interaction._meta.fields if not field.primary_key]
    taken = ["source_id || '.' || {n}" if name == "source_id" else name for name in names]
    with connection.cursor() as cursor:
        for n in range(doublings):
            chosen = ", ".join(taken).format(n=n)
            cursor.execute(
                f"INSERT INTO customers_interaction ({', '.join(names)}) SELECT {chosen} "  # noqa: S608
                "FROM customers_interaction WHERE customer_id = %s",
                [customer.pk],
            )
    return customer


def statements(of: Callable[[Customer], object], one: Customer) -> int:
    with CaptureQueriesContext(connection) as asked:
        of(one)
    return len(asked)


def test_it_costs_the_same_statements(company, root, as_, all_):
    few, many = busy("Few", FEW), busy("Many", MANY)
    assert many.interactions.count() > 50_000
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *_, **__: None)
    browser = as_(root)
    doors = {
        "scoring": lambda one: scoring.score_these(
            np.array([one.pk]), company, as_of=TODAY, now=NOW
        ),
        "page": lambda one: browser.get(f"/customers/{one.pk}/?whole=yes"),
        "explanation": lambda one: all_.get(f"/api/v1/customers/{one.pk}/profile/explanation"),
        "interactions": lambda one: all_.get(f"/api/v1/interactions?customer={one.pk}"),
    }
    for name, of in doors.items():
        of(few)  # what is looked up once and kept
        usual = statements(of, few)
        assert statements(of, many) <= usual, name
