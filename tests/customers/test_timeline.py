"""The timeline: everything in one order, page by page, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import timeline as module
from customers.models import Interaction, Kind, OrderLine, Product
from customers.telling import LOOK
from customers.timeline import Position, Slice, end_of, timeline
from feedback.actions import file_complaint, resolve_complaint
from relationships.models import ProfileChange
from tests.conftest import NOW, TODAY, happened


def asked(customer, **changes) -> Slice:
    return Slice(
        customer=customer,
        until=end_of(TODAY, UTC),
        currency="EUR",
        sees_people=True,
        hides=frozenset(),
        sees_negative=True,
        **changes,
    )


def every_page(first: Slice) -> list:
    """All entries, read page by page as somebody would who keeps asking for older ones."""
    found, page = [], timeline(first)
    while True:
        found += page.entries
        if page.older is None:
            return found
        page = timeline(replace(first, before=Position.read(str(page.older))))


def test_nothing_happened_is_an_empty_timeline(bo):
    bo.interactions.all().delete()
    assert timeline(asked(bo)).entries == []


def test_pages_join_without_gap_or_repeat_even_at_one_instant(bo):
    instant = datetime(2026, 2, 1, 9, tzinfo=UTC)
    for number in range(47):
        Interaction.objects.create(
            customer=bo, kind=Kind.VISIT, occurred_at=instant, occurred_on=instant.date(),
            source="same", source_id=str(number),
        )  # fmt: skip
    for day in range(5):
        ProfileChange.objects.create(
            customer=bo, on=instant.date() - timedelta(days=day), recorded_at=NOW,
            family="fling", type="F1", old_family="distant", old_type="D1",
        )  # fmt: skip
    entries = every_page(asked(bo, size=6))
    assert len(entries) == 47 + 5 + 1  # and Bo's purchase
    assert len({(entry.icon, entry.pk) for entry in entries}) == len(entries)
    assert entries == sorted(entries, key=lambda entry: entry.at, reverse=True)


def test_changes_on_one_day_are_not_lost_between_pages(bo):
    for number in range(5):
        ProfileChange.objects.create(
            customer=bo, on=TODAY, recorded_at=NOW, family="fling", type="F1",
            old_family="distant", old_type=f"D{number % 4 + 1}",
        )  # fmt: skip
    assert len(every_page(asked(bo, size=2))) == 6


def test_nothing_after_the_as_of_day_is_told(ada):
    early = replace(asked(ada), until=end_of(TODAY - timedelta(days=400), UTC))
    entries = every_page(early)
    assert 0 < len(entries) < 24
    assert all(entry.at < early.until for entry in entries)


def test_a_purchase_names_its_goods_its_discount_and_its_amount(bo):
    row = bo.interactions.get()
    row.discount = Decimal("5")
    row.channel = "shop"
    row.save()
    shoe = Product.objects.create(sku="R3", name="Ridge 3")
    OrderLine.objects.create(interaction=row, product=shoe, quantity=1, unit_price=15)
    entry = timeline(asked(bo)).entries[0]
    assert entry.title == "Bought in the shop"
    assert entry.why == "Ridge 3 · €5 less than the full price"
    assert entry.end == "€15"


def test_stars_and_recommendations_are_told_with_their_tone(bo):
    happened(bo, Kind.REVIEW, TODAY, rating=2)
    happened(bo, Kind.SURVEY_ANSWER, TODAY - timedelta(days=1), rating=9, category="nps")
    first, second = timeline(asked(bo)).entries[:2]
    assert (first.title, first.tone) == ("Gave 2 of 5 stars", "bad")
    assert (second.title, second.tone) == ("Would they recommend us? 9 of 10", "good")


def test_free_text_is_not_told_to_those_who_may_not_see_people(bo):
    happened(bo, Kind.NOTE, TODAY, properties={"text": "Her sister is ill"})
    told = timeline(asked(bo)).entries[0]
    veiled = timeline(replace(asked(bo), sees_people=False)).entries[0]
    assert told.why == "Her sister is ill"
    assert veiled.why == ""


def test_a_complaint_says_who_has_it_and_how_it_ended(dan, sam):
    filed = NOW - timedelta(days=3)
    complaint = file_complaint(dan, subject="Parcel late", filed_at=filed, by=sam, now=NOW)
    entry = timeline(asked(dan)).entries[0]
    assert entry.title == "Complained by e-mail: Parcel late"
    assert "nobody has taken it yet" in entry.why
    assert entry.tone == "bad"
    resolve_complaint(complaint, resolution="Sent again", by=sam, now=NOW)
    assert "solved after 3\xa0days" in timeline(asked(dan)).entries[0].why


def test_turning_points_hide_what_the_reader_may_not_know(ada):
    ProfileChange.objects.create(
        customer=ada, on=TODAY, recorded_at=NOW, family="negative", type="N4",
        old_family="friend", old_type="R4",
    )  # fmt: skip
    frank = timeline(asked(ada)).entries[0]
    veiled = timeline(replace(asked(ada), sees_negative=False)).entries[0]
    assert frank.title == "Turning point: from Good friend to Taker"
    assert veiled.title == "Turning point: from Good friend to Please leave to service"


def test_groups_show_only_their_own(ada):
    happened(ada, Kind.REVIEW, TODAY, rating=5)
    assert [entry.icon for entry in timeline(asked(ada, group="said")).entries] == ["star"]
    assert len(every_page(asked(ada, group="bought"))) == 24


def test_every_kind_has_words_and_an_icon():
    assert set(LOOK) == set(Kind)


@pytest.mark.parametrize("nonsense", ["", "~", "x~y~z", "2026-01-01~a~1", "2026-01-01T00:00:00Z~a"])
def test_an_address_that_makes_no_sense_begins_anew(nonsense):
    assert Position.read(nonsense) is None


def test_a_source_for_an_unknown_group_is_refused():
    with pytest.raises(LookupError, match="gossip"):
        module.register("x", lambda asked: [], groups=["gossip"])


def test_a_long_history_costs_no_more_queries_than_a_short_one(ada, bo, django_assert_num_queries):
    for customer in (bo, ada):
        # interactions, lines, turning points, tasks, questions, merges, messages, consents
        with django_assert_num_queries(9):
            timeline(asked(customer))


# Filters ------------------------------------------------------------------------------------


def test_one_kind_one_channel_and_one_period_are_shown(ada):
    happened(ada, Kind.VISIT, TODAY, channel="shop")
    happened(ada, Kind.VISIT, TODAY - timedelta(days=3), channel="web")
    happened(ada, Kind.REVIEW, TODAY - timedelta(days=3), channel="web", rating=5)
    assert {entry.kind for entry in every_page(asked(ada, kind="visit"))} == {"visit"}
    assert len(every_page(asked(ada, kind="visit"))) == 2
    web = every_page(asked(ada, channel="web"))
    assert [(entry.kind, entry.channel) for entry in web] == [("review", "web"), ("visit", "web")]
    since = end_of(TODAY - timedelta(days=3), UTC)
    assert [entry.kind for entry in every_page(asked(ada, since=since))] == ["visit"]
    assert every_page(asked(ada, kind="turns")) == []


def test_turning_points_are_of_no_channel_and_of_a_kind_of_their_own(ada):
    ProfileChange.objects.create(
        customer=ada, on=TODAY, recorded_at=NOW, family="friend", type="R4",
        old_family="fling", old_type="F1",
    )  # fmt: skip
    assert [entry.kind for entry in every_page(asked(ada, kind="turns"))] == ["turns"]
    assert every_page(asked(ada, channel="web")) == []


def test_several_customers_have_one_timeline_in_one_order(ada, bo, django_assert_num_queries):
    ProfileChange.objects.create(
        customer=bo, on=TODAY, recorded_at=NOW, family="friend", type="R4",
        old_family="fling", old_type="F1",
    )  # fmt: skip
    joint = asked(ada, others=(bo,), size=6)
    entries = every_page(joint)
    assert len(entries) == 24 + 1 + 1
    assert {entry.who for entry in entries} == {ada.pk, bo.pk}
    assert entries == sorted(entries, key=lambda entry: entry.at, reverse=True)
    with django_assert_num_queries(9):
        timeline(joint)


def test_a_page_is_read_by_the_index_of_the_customer(ada, bo):
    """Neither a sort of all they did nor a look at the others' rows."""
    rows = [
        Interaction(
            customer=(ada, bo)[number % 2], kind=Kind.VISIT,
            occurred_at=NOW - timedelta(hours=number), occurred_on=TODAY, source="many",
            source_id=str(number),
        )
        for number in range(4_000)
    ]  # fmt: skip
    Interaction.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_interaction")
    first = timeline(asked(ada))
    later = replace(asked(ada), before=first.older)
    for page in (asked(ada), later, replace(asked(ada), since=NOW - timedelta(days=300))):
        plan = page.of(Interaction.objects.all(), "interactions", "occurred_at").explain()
        assert "interaction_timeline" in plan, plan
        assert "Sort" not in plan.replace("Incremental Sort", "")
        assert "TEMP B-TREE" not in plan
        assert "Seq Scan" not in plan


def test_fifty_thousand_events_cost_what_fifty_do(ada, bo, django_assert_num_queries):
    """Filtered or not, first page or deep: the same few statements, each reading no more than it
    shows. One kind, one channel or one group is read along the customer's index."""
    start, kinds, places = NOW - timedelta(days=1), list(Kind), ("web", "shop", "email", "")
    Interaction.objects.bulk_create(
        Interaction(
            customer=ada, kind=kinds[number % len(kinds)], channel=places[number % 4],
            occurred_at=start - timedelta(minutes=number), occurred_on=TODAY, source="many",
            source_id=str(number),
        )
        for number in range(5_000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        for further in range(5_000, 50_000, 5_000):
            cursor.execute(_again(f"{further} minutes", f"-{further}"))
        cursor.execute("ANALYZE customers_interaction")
    deep = Position(start - timedelta(minutes=40_000), "interactions", 1)
    for more in ({}, {"before": deep}, {"kind": "visit"}, {"channel": "shop"}, {"group": "said"},
                 {"kind": "visit", "before": deep}):  # fmt: skip
        wanted = asked(ada, **more)
        with CaptureQueriesContext(connection) as seen:
            assert len(timeline(wanted).entries) == 20
        assert len(seen) <= 12, more
        for one in seen:
            if 'FROM "customers_interaction"' in one["sql"] and "ORDER BY" in one["sql"]:
                plan = _plan(one["sql"])
                assert "interaction_timeline" in plan, plan
                assert "Seq Scan" not in plan
                assert "TEMP B-TREE FOR ORDER BY" not in plan
                assert "Sort" not in plan.replace("Incremental Sort", "")


def _again(earlier: str, suffix: str) -> str:
    """The first five thousand once more, so much earlier: rows made by the database are cheap."""
    others = [
        field.column for field in Interaction._meta.local_concrete_fields
        if field.name not in ("id", "occurred_at", "source_id")
    ]  # fmt: skip
    at = {
        "postgresql": f"occurred_at - interval '{earlier}'",
        "sqlite": f"datetime(occurred_at, '-{earlier}')",
    }[connection.vendor]
    same = ", ".join(others)
    return (
        f"INSERT INTO customers_interaction (occurred_at, source_id, {same}) "
        f"SELECT {at}, source_id || '{suffix}', {same} FROM customers_interaction "
        "WHERE source = 'many' AND source_id NOT LIKE '%-%'"
    )


def _plan(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


# Pages and API ------------------------------------------------------------------------------


def test_the_page_is_filtered_by_its_address(as_, mara, ada, company):
    happened(ada, Kind.VISIT, TODAY, channel="shop")
    company.as_of = TODAY
    company.save()
    page = as_(mara).get(f"/customers/{ada.pk}/timeline/?kind=visit&channel=shop&from=2026-01-01")
    assert [entry.kind for entry in page.context["timeline"].entries] == ["visit"]
    nonsense = as_(mara).get(f"/customers/{ada.pk}/timeline/?kind=song&from=yesterday&channel=-")
    assert len(nonsense.context["timeline"].entries) == 20
    older = as_(mara).get(f"/customers/{ada.pk}/timeline/?kind=purchase")
    assert "kind=purchase&amp;before=" in older.content.decode()
