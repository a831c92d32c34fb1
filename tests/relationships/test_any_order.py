"""However events come in, late, twice or in the wrong order, the customer is judged the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.actions.ingest import Ingested, ingest
from customers.events import Event
from customers.models import Customer
from relationships import tasks
from relationships.actions import scoring
from relationships.actions.history.running import tell_history
from relationships.models import Gap, Month, Profile, Snapshot
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY
from tests.digits import plain

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
    return dict(zip(JUDGED, plain(getattr(profile, name) for name in JUDGED), strict=True))


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


WISHES = (("survey_answer", 45), ("message_sent", 20), ("return", 15))
WHOLE = (*STORY, *WISHES)
OF_GAP = ("label", "gap", "confidence", "wish", "is_stated", "want_friend", "treated", "close",
          "contact", "promo", "service", "tone")  # fmt: skip
OF_CLOSE = ("on", "family", "type", "held", "chances", "confidence", "valence", "closeness",
            "intensity", "alive", "value", "turn", "seen", "told")  # fmt: skip


def happening(customer: Customer, place: int) -> Event:
    kind, days = WHOLE[place]
    return Event(
        customer_id=customer.pk, kind=kind, occurred_at=NOW - timedelta(days=days),
        amount=Decimal(20) if kind in {"purchase", "return"} else None,
        rating=5 if kind == "review" else None,
        category="wish" if kind == "survey_answer" else "",
        properties={"q1": 6, "q3": 6, "q7": 3} if kind == "survey_answer" else None,
        source=f"of {customer.pk}", source_id=f"{kind}-{days}",
    )  # fmt: skip


def state(customer: Customer) -> tuple:
    """Everything kept of what we made of them, to twelve digits."""
    mine = judged(customer)
    gap = Gap.objects.filter(pk=customer.pk).values_list(*OF_GAP)
    closes = Snapshot.objects.filter(customer=customer, is_close=True).order_by("on")
    return mine, [*map(plain, gap)], [*map(plain, closes.values_list(*OF_CLOSE))]


ORDERS = st.tuples(
    st.permutations(range(len(WHOLE))),
    st.lists(st.integers(0, len(WHOLE) - 1), max_size=6),
    st.integers(0, len(WHOLE)),
)


@settings(
    max_examples=4, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(order=ORDERS)
def test_any_order_with_any_repetition_ends_in_the_same_profile_past_and_gap(company, ada, order):
    places, again, pause = order
    if not Month.objects.exists():
        company.as_of = TODAY
        company.save()
        tell_history(company, as_of=TODAY, months=2, now=NOW, progress=lambda *_, **__: None)
    inorder, mixed = (Customer.objects.create(name=name) for name in ("Inge", "Otto"))
    ingest([happening(inorder, place) for place in range(len(WHOLE))], now=NOW)
    for some in (places[:pause], places[pause:], again):
        ingest([happening(mixed, place) for place in some], now=NOW)
        tasks.score_due()
    ends = state(inorder), state(mixed)
    assert ends[0][1]
    assert len(ends[0][2]) == 2
    assert ends[0] == ends[1]
    Customer.objects.filter(pk__in=[inorder.pk, mixed.pk]).delete()
