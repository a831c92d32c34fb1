"""However events come in, late, twice or in the wrong order, the customer is judged the same."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.actions.ingest import Ingested, ingest
from customers.events import Event
from customers.models import Customer
from relationships.actions import scoring
from relationships.models import Profile
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

STORY = (
    ("purchase", 200), ("purchase", 90), ("message_sent", 60), ("message_clicked", 59),
    ("review", 40), ("purchase", 30), ("support", 12), ("referral", 8),
)  # fmt: skip
JUDGED = ("posterior", "held", "family", "valence", "closeness", "intensity", "alive", "orders",
          "value", "first_order_on", "last_order_on")  # fmt: skip


def told(customer: Customer, shop: str) -> list[Event]:
    return [
        Event(
            customer_id=customer.pk, kind=kind, occurred_at=NOW - timedelta(days=days),
            amount=Decimal(20) if kind == "purchase" else None,
            rating=5 if kind == "review" else None, source=shop, source_id=f"{kind}-{days}",
        )
        for kind, days in STORY
    ]  # fmt: skip


def judged(customer: Customer) -> dict[str, object]:
    profile = Profile.objects.get(pk=customer.pk)
    return {name: getattr(profile, name) for name in JUDGED}


@pytest.fixture
def pair(company) -> list[Customer]:
    return [Customer.objects.create(name=name) for name in ("Inge Order", "Otto Late")]


def score(company) -> None:
    scoring.score_everyone(company, as_of=TODAY, now=NOW, progress=lambda *_, **__: None)


def test_late_and_double_events_in_any_order_end_in_the_same_profile(company, pair):
    inge, otto = pair
    assert ingest(told(inge, "a"), now=NOW) == Ingested(inserted=8)
    backwards = told(otto, "b")[::-1]
    for some in (backwards[3:], backwards[:4], backwards[2:6]):
        ingest(some, now=NOW)
        score(company)
    first, second = judged(inge), judged(otto)
    assert first.pop("posterior") == second.pop("posterior")
    assert first == second


def test_what_lies_in_the_future_is_refused_and_changes_no_profile(company, pair):
    inge, _ = pair
    ingest(told(inge, "a"), now=NOW)
    score(company)
    before = judged(inge)
    ahead = Event(
        customer_id=inge.pk, kind="purchase", occurred_at=NOW + timedelta(days=3),
        amount=Decimal(20), source="a", source_id="ahead",
    )  # fmt: skip
    with pytest.raises(Refused, match="lies in the future"):
        ingest([ahead], now=NOW)
    score(company)
    assert judged(inge) == before
