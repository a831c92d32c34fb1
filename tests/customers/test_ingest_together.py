"""Two bring the same events at once: each is stored once, and nobody waits in a circle."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from customers.actions.ingest import Ingested, ingest
from customers.events import Event
from customers.models import Customer, Interaction, Kind
from relcrm.base.models import Company
from tests.conftest import NOW


@pytest.mark.django_db(transaction=True)
def test_the_same_events_from_four_at_once_are_stored_once():
    """Threads with connections of their own, released together, two of them in reverse order."""
    Company.objects.create()
    people = [Customer.objects.create(name=f"person {number}") for number in range(20)]
    events = [
        Event(
            customer_id=people[number % 20].pk, kind=Kind.PURCHASE, amount=Decimal(5),
            occurred_at=NOW - timedelta(days=number), source="shop", source_id=str(number),
        )
        for number in range(400)
    ]  # fmt: skip
    start, outcomes, failures = threading.Barrier(4), [], []

    def work(order: list[Event]) -> None:
        try:
            start.wait(10)
            outcomes.append(ingest(order, now=NOW))
        except Exception as problem:  # noqa: BLE001 (shown by the assert below)
            failures.append(problem)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=(order,))
        for order in (events, events[::-1], events, events[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Interaction.objects.count() == 400
    assert sum(outcomes, Ingested()) == Ingested(inserted=400, unchanged=1_200)
