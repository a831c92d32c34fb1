"""A shop whose forecast is learned, and learned again."""

from datetime import timedelta

import numpy as np
import pytest

from customers.models import Customer, Interaction
from relationships.actions import fitting
from relationships.models import FittedModel
from tests.conftest import NOW, TODAY

WEEKS = 60


def shop(customers: int, *, weeks: int = WEEKS, seed: int = 3, stops: int = 0) -> None:
    """Regulars and passers-by; `stops`: nobody buys in so many weeks before today."""
    rng = np.random.default_rng(seed)
    first = TODAY - timedelta(weeks=weeks)
    people = Customer.objects.bulk_create(Customer(name=f"C {n}") for n in range(customers))
    rows = []
    for one in people:
        begin, rate = int(rng.integers(0, 7 * weeks // 3)), rng.gamma(0.6, 1 / 6)
        until = begin + rng.exponential(1 / rng.gamma(2.0, 1 / 300))
        day, days = float(begin), {begin}
        while day < min(until, 7 * (weeks - stops)):
            day += rng.exponential(7 / rate)
            days.add(int(day))
        days = {d for d in days if d < 7 * (weeks - stops)} | {begin}
        rows += [
            Interaction(
                customer=one, kind="purchase", occurred_on=first + timedelta(days=d),
                occurred_at=NOW - timedelta(days=7 * weeks - d), amount=20, source="t",
                source_id=f"{one.pk}-{d}",
            )
            for d in sorted(days)
        ]  # fmt: skip
    Interaction.objects.bulk_create(rows, batch_size=1000)


def learned(company, *, as_of=TODAY, **more) -> FittedModel:
    rng = np.random.default_rng(1)
    return fitting.fit(company, as_of=as_of, now=NOW, rng=rng, **more)


@pytest.fixture
def live(company, db) -> FittedModel:
    shop(150)
    return learned(company)
