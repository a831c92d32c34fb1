"""Interactions come in once, however often they come."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from customers.actions.ingest import Ingested, ingest, ingest_in_slices, record_interactions
from customers.events import Event, Events, Line
from customers.models import Customer, Interaction, Kind, OrderLine, Product
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY


def bought(customer: Customer, number: str, **more: object) -> Event:
    facts: dict = {
        "kind": Kind.PURCHASE,
        "occurred_at": NOW - timedelta(days=3),
        "amount": Decimal("12.50"),
        "source": "shop",
    }
    return Event(customer_id=customer.pk, source_id=number, **(facts | more))


def test_a_new_event_is_stored_with_its_day_in_the_companys_zone(company, bo):
    late = datetime(2026, 2, 1, 23, 30, tzinfo=UTC)  # already 2 February in Vienna
    assert ingest([bought(bo, "1", occurred_at=late)], now=NOW) == Ingested(inserted=1)
    stored = Interaction.objects.get(source="shop", source_id="1")
    assert stored.occurred_on == date(2026, 2, 2)
    assert (stored.customer, stored.amount, stored.occurred_at) == (bo, Decimal("12.50"), late)
    assert stored.recorded_at == NOW
    assert (stored.channel, stored.category, stored.margin) == ("", "", None)


def test_the_same_event_again_changes_nothing(company, bo):
    ingest([bought(bo, "1")], now=NOW)
    assert ingest([bought(bo, "1")], now=NOW + timedelta(hours=1)) == Ingested(unchanged=1)
    assert Interaction.objects.get(source="shop").recorded_at == NOW


def test_a_changed_event_is_updated_and_keeps_its_row(company, bo):
    ingest([bought(bo, "1"), bought(bo, "2")], now=NOW)
    before = Interaction.objects.get(source_id="1", source="shop").pk
    outcome = ingest(
        [bought(bo, "1", amount=Decimal(9)), bought(bo, "2"), bought(bo, "3")], now=NOW
    )
    assert outcome == Ingested(inserted=1, updated=1, unchanged=1)
    after = Interaction.objects.get(source_id="1", source="shop")
    assert (after.pk, after.amount) == (before, Decimal(9))


def test_a_known_event_is_left_alone_when_asked(company, bo):
    ingest([bought(bo, "1")], now=NOW)
    outcome = ingest([bought(bo, "1", amount=Decimal(9)), bought(bo, "2")], now=NOW, mode="leave")
    assert outcome == Ingested(inserted=1, unchanged=1)
    assert Interaction.objects.get(source="shop", source_id="1").amount == Decimal("12.50")


def test_columns_that_are_not_brought_keep_what_is_stored(company, bo):
    ingest([bought(bo, "1", category="boots", properties={"till": 4})], now=NOW)
    columns = {
        "customer_id": [bo.pk], "kind": "purchase", "occurred_at": NOW, "amount": [Decimal(3)],
        "source": "shop", "source_id": ["1"],
    }  # fmt: skip
    assert ingest(Events(columns), now=NOW) == Ingested(updated=1)
    stored = Interaction.objects.get(source="shop")
    assert (stored.amount, stored.category, stored.properties) == (3, "boots", {"till": 4})


def test_an_event_that_comes_twice_in_one_call_counts_as_its_last(company, bo):
    outcome = ingest([bought(bo, "1"), bought(bo, "1", amount=Decimal(9))], now=NOW)
    assert outcome == Ingested(inserted=1)
    assert Interaction.objects.get(source="shop").amount == 9


def test_every_field_comes_back_as_it_went_in(company, bo):
    facts = {
        "occurred_at": datetime(2026, 1, 5, 10, 30, 15, 250, tzinfo=UTC), "channel": "web",
        "is_online": True, "amount": Decimal("0.00"), "discount": Decimal("1.10"),
        "margin": Decimal("-2.05"), "currency": "USD", "original_amount": Decimal("7.70"),
        "rate": Decimal("0.91234567"), "category": 'a\tb\\c\n"d"', "rating": 4, "sentiment": -0.25,
        "reason": "too small", "properties": {"a": [1, "ü\t"], "b": None},
    }  # fmt: skip
    ingest([bought(bo, "1", **facts), bought(bo, "2", is_online=False, sentiment=None)], now=NOW)
    stored = Interaction.objects.get(source="shop", source_id="1")
    assert {name: getattr(stored, name) for name in facts} == facts
    assert ingest([bought(bo, "1", **facts)], now=NOW) == Ingested(unchanged=1)


def test_customers_know_when_they_were_seen_and_that_they_must_be_scored(company, bo, cyd):
    days = [date(2026, 1, 5), date(2025, 3, 1), date(2026, 2, 20)]
    ingest([bought(bo, str(day), occurred_on=day) for day in days], now=NOW)
    bo.refresh_from_db()
    cyd.refresh_from_db()
    assert (bo.first_seen_on, bo.last_seen_on, bo.touched_at) == (days[1], days[2], NOW)
    assert (cyd.last_seen_on, cyd.touched_at) == (None, None)
    ingest([bought(bo, "4", occurred_on=date(2025, 6, 1))], now=NOW)
    bo.refresh_from_db()
    assert (bo.first_seen_on, bo.last_seen_on) == (days[1], days[2])


def test_an_event_that_moves_takes_its_day_along(company):
    eva, finn = Customer.objects.create(name="Eva"), Customer.objects.create(name="Finn")
    ingest([bought(eva, "1", occurred_on=date(2026, 1, 5))], now=NOW)
    ingest([bought(finn, "1", occurred_on=date(2026, 1, 5))], now=NOW + timedelta(minutes=1))
    eva.refresh_from_db()
    finn.refresh_from_db()
    assert (eva.first_seen_on, eva.touched_at) == (None, NOW + timedelta(minutes=1))
    assert finn.last_seen_on == date(2026, 1, 5)


def test_order_lines_follow_their_order(company, bo):
    boots = Product.objects.create(sku="B1")
    lines = [
        Line(Decimal(2), Decimal("3.1250"), boots.pk, "boots"),
        Line(Decimal(1), Decimal("6.25"), discount=Decimal("0.50")),
    ]
    ingest([bought(bo, "1", lines=lines), bought(bo, "2")], now=NOW)
    stored = list(
        OrderLine.objects.order_by("id").values_list("product_id", "quantity", "discount")
    )
    assert stored == [(boots.pk, 2, 0), (None, 1, Decimal("0.50"))]
    before = set(OrderLine.objects.values_list("pk", flat=True))
    ingest([bought(bo, "1", lines=lines)], now=NOW)
    assert set(OrderLine.objects.values_list("pk", flat=True)) == before
    ingest([bought(bo, "1", lines=lines[:1])], now=NOW)
    assert OrderLine.objects.get().quantity == 2


def test_slices_add_up_and_the_last_slice_may_be_short(company, bo, monkeypatch):
    monkeypatch.setattr("customers.actions.ingest.SLICE", {"sqlite": 4, "postgresql": 4})
    events = Events.of(bought(bo, str(number), lines=[Line(Decimal(1), Decimal(2))])
                       for number in range(10))  # fmt: skip
    assert ingest_in_slices(events, now=NOW) == Ingested(inserted=10)
    assert OrderLine.objects.filter(interaction__source_id="9").count() == 1


def test_recording_leaves_one_audit_line(company, bo, mara):
    record_interactions([bought(bo, "1"), bought(bo, "2")], by=mara, now=NOW)
    line = AuditLine.objects.get(verb="interactions.recorded")
    assert (line.user, line.detail) == (mara, {"inserted": 2, "updated": 0, "unchanged": 0})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "barter"}, "no kind of interaction called “barter”"),
        ({"occurred_at": NOW + timedelta(days=40)}, "in the future"),
        ({"amount": Decimal(-1)}, "Amounts are positive"),
        ({"customer_id": 987_654}, "no customer with the number 987654"),
    ],
)
def test_a_wrong_event_is_refused_with_the_whole_bulk(company, bo, wrong, said):
    facts = {"customer_id": bo.pk, "kind": "visit", "occurred_at": NOW, "source": "w"}
    events = [Event(**facts, source_id="1"), Event(**(facts | wrong), source_id="2")]
    with pytest.raises(Refused, match=said):
        record_interactions(events, by=None, now=NOW)
    assert not Interaction.objects.filter(source="w").exists()


def test_nothing_is_recorded_for_an_erased_customer(company, bo):
    Customer.objects.filter(pk=bo.pk).update(erased_at=NOW)
    with pytest.raises(Refused, match=f"no customer with the number {bo.pk}"):
        ingest([bought(bo, "1")], now=NOW)


def test_no_events_are_no_work(db):
    assert ingest([], now=NOW) == Ingested()


def test_the_number_of_statements_does_not_grow_with_the_events(
    company, bo, django_assert_max_num_queries
):
    events = [bought(bo, str(number), occurred_on=TODAY) for number in range(300)]
    with django_assert_max_num_queries(16):
        ingest(events, now=NOW)
