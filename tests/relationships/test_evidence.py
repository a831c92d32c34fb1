"""The database's evidence must equal the arithmetic's own definition, column by column."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from django.utils import timezone

from customers.models import Customer, Interaction, Kind, OrderLine
from feedback.models import Complaint
from relationships.engine.typology import Evidence, evidence_from_events
from relationships.engine.typology.closeness import breadth
from relationships.engine.typology.columns import NAMES
from relationships.models import Month, Offer
from relationships.queries import people
from relationships.queries.coverage import coverage
from relationships.queries.evidence import day_number, shard
from relationships.queries.gap import offers
from relationships.queries.history.months import facts_of, standard_of
from relationships.queries.sources import quick_sources, sources
from tests.conftest import TODAY, happened

AS_OF = date(2026, 3, 2)
CYCLE_WEEKS = 6.5


@pytest.fixture
def mixed_events(db) -> pd.DataFrame:
    """Thirty customers with 900 events of every kind, stored, and the same as a table."""
    rng = np.random.default_rng(5)
    people = Customer.objects.bulk_create([Customer(name=f"c{i}") for i in range(30)])
    kinds = [kind.value for kind in Kind if kind != Kind.COMPLAINT]
    rows = []
    for number in range(900):
        kind = kinds[rng.integers(len(kinds))] if rng.random() < 0.6 else "purchase"
        day = AS_OF - timedelta(days=int(rng.integers(-10, 900)))
        money = kind in ("purchase", "return")
        rows.append(
            {
                "customer": people[rng.integers(len(people))].pk,
                "day": day_number(day),
                "kind": kind,
                "amount": float(rng.integers(0, 9000)) / 100 if money else None,
                "discount": float(rng.integers(0, 3)) if rng.random() < 0.7 and money else None,
                "category": "wish"
                if kind == "survey_answer" and number % 3
                else rng.choice(["", "boots", "socks", "nps", "csat"]),
                "rating": int(rng.integers(0, 11)) if kind in ("review", "survey_answer") else None,
                "sentiment": float(rng.uniform(-1, 1)) if rng.random() < 0.5 else None,
                "reason": rng.choice(["", "defect", "one", "spam"]),
                "online": [True, False, None][rng.integers(3)],
                "chosen_by": rng.choice(["", "Employer", " customer", "self"]),
                "Q11": [-3, "2", "−1", "0,5", 4, None][rng.integers(6)],
                "number": number,
            }
        )
    made = Interaction.objects.bulk_create([stored(row) for row in rows])
    several = [row for row in made if row.kind == "purchase" and not row.category]
    boots = [OrderLine(interaction=row, category=name, quantity=1, unit_price=9)
             for row in several[::2] for name in ("boots", "boots", "tents")]  # fmt: skip
    OrderLine.objects.bulk_create(boots)
    lines = [
        {"customer": row.customer_id, "day": day_number(row.occurred_on), "kind": "line",
         "category": name}
        for row in several[::2] for name in ("boots", "tents")
    ]  # fmt: skip
    told = pd.DataFrame(rows)
    is_wish = (told["kind"] == "survey_answer") & (told["category"] == "wish")
    said = told["Q11"].map({-3: -1.0, "2": 2 / 3, "−1": -1 / 3, "0,5": 0.5 / 3})
    told = told.drop(columns=["Q11", "number"]).assign(feeling=said.where(is_wish))
    return pd.concat([told.astype({"online": float}), pd.DataFrame(lines)], ignore_index=True)


def stored(row: dict) -> Interaction:
    day = date(1970, 1, 1) + timedelta(days=row["day"])
    money = {
        name: None if row[name] is None else Decimal(str(row[name]))
        for name in ("amount", "discount")
    }
    return Interaction(
        customer_id=row["customer"],
        kind=row["kind"],
        occurred_at=datetime.combine(day, time(9), UTC),
        occurred_on=day,
        category=row["category"],
        rating=row["rating"],
        sentiment=row["sentiment"],
        reason=row["reason"],
        is_online=row["online"],
        properties={"chosen_by": row["chosen_by"], "Q11": row["Q11"]},
        source="test",
        source_id=str(row["number"]),
        **money,
    )


def test_the_database_finds_the_evidence_that_the_definition_finds(mixed_events):
    definition = as_defined(mixed_events)
    assert {"season", "third", "promises"} <= definition.connected.keys()
    for name in ("feeling_bad_270", "feeling_good_sum_270", "promises_unsettled", "category_4"):
        assert definition[name].any(), name


def as_defined(events: pd.DataFrame) -> Evidence:
    """What the definition finds in these rows, which is what the database finds in its own."""
    found = sources(AS_OF)
    ids = np.sort(events["customer"].unique()).astype(np.int64)
    ours = shard(ids, found, cycle_weeks=CYCLE_WEEKS).evidence
    definition = evidence_from_events(
        events, as_of_day=day_number(AS_OF), cycle_weeks=CYCLE_WEEKS,
        categories=found.categories, connected=found.connected,
    )  # fmt: skip
    assert ours.customers.tolist() == definition.customers.tolist()
    for name in NAMES:
        np.testing.assert_allclose(ours[name], definition[name], rtol=1e-9, err_msg=name)
    return definition


def test_purchases_of_which_nobody_knows_the_amount_in_our_currency_are_in_no_column(
    company, mixed_events
):
    """Nor their lines, nor what they would say of seasons; visits and words in a currency stay."""
    some = Interaction.objects.order_by("pk").values_list("pk", flat=True)[::7]
    Interaction.objects.filter(pk__in=some).update(currency="USD")
    kind, number = mixed_events["kind"], mixed_events.index.to_numpy(copy=True)
    several = number[(kind == "purchase") & (mixed_events["category"] == "")]
    number[kind == "line"] = np.repeat(several[::2], 2)  # of the order on which it stands
    is_sum = kind.isin(["purchase", "return", "line"])
    as_defined(mixed_events[~is_sum | (number % 7 != 0)])


def test_a_promise_is_made_good_by_its_name_on_a_later_day_of_the_company(company, ada, bo, cyd):
    day = TODAY - timedelta(days=40)
    for who, name in ((ada, "in-time"), (bo, ""), (cyd, "in-time")):
        happened(who, Kind.PROMISE_BROKEN, day, category=name)
    later = happened(ada, Kind.PROMISE_KEPT, day, category="in-time")
    later.occurred_at += timedelta(hours=5)
    later.save()
    happened(bo, Kind.PROMISE_KEPT, TODAY - timedelta(days=5), category="")
    at_night = datetime.combine(day, time(23, 30), UTC)  # half past midnight in Vienna
    Complaint.objects.create(
        customer=cyd, number="K-1", filed_at=at_night, due_at=at_night, resolved_at=at_night,
        is_satisfied=True,
    )  # fmt: skip
    ids = np.sort([ada.pk, bo.pk, cyd.pk])
    known = shard(ids, sources(TODAY), cycle_weeks=8.0).evidence
    waiting = dict(zip(ids.tolist(), known["promises_unsettled"].tolist(), strict=True))
    assert waiting == {ada.pk: 1, bo.pk: 1, cyd.pk: 0}


def test_a_complaint_is_dated_by_the_company_s_day_whoever_asks(company, ada):
    """Filed at half past midnight in Vienna, on the day of UTC before; resolved a night later."""
    at_night = datetime.combine(TODAY - timedelta(days=1), time(23, 30), UTC)
    Complaint.objects.create(
        customer=ada, number="K-1", severity=3, filed_at=at_night, due_at=at_night,
        acknowledged_at=at_night + timedelta(hours=2),
        resolved_at=at_night + timedelta(days=1),
    )  # fmt: skip
    happened(ada, Kind.COMPLAINT, TODAY, category="late")
    seen = {}
    for day in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)):
        with timezone.override("America/New_York"):  # a page's zone is not the company's
            found = sources(day)
            assert ("complaints" in found.marks) == (day >= TODAY)
            known = shard(np.array([ada.pk]), found, cycle_weeks=8.0).evidence
        age = known["severe_complaint_age_days"][0]
        seen[(day - TODAY).days] = (None if np.isnan(age) else age, known["complaints_open"][0])
    assert seen == {-1: (None, 0), 0: (0, 1), 1: (1, 0)}
    assert known["complaint_reply_log_hours_180d"][0] == pytest.approx(np.log(2))
    assert coverage(sources(TODAY - timedelta(days=1))).get("complaints", 0) == 0


def test_nothing_after_the_day_is_used(mixed_events):
    early = sources(AS_OF - timedelta(days=500))
    assert early.last_on <= AS_OF - timedelta(days=500)
    assert early.interactions < sources(AS_OF).interactions


def test_a_customer_without_events_has_an_empty_row(db):
    bo = Customer.objects.create(name="Bo")
    one = shard(np.array([bo.pk]), sources(AS_OF), cycle_weeks=8.0)
    assert one.evidence["orders"].tolist() == [0]
    assert np.isnan(one.evidence["first_act_age_days"]).all()


def test_evidence_takes_the_same_queries_for_one_customer_as_for_thirty(
    mixed_events, django_assert_num_queries
):
    ids = np.sort(mixed_events["customer"].unique()).astype(np.int64)
    found = sources(AS_OF)
    for some in (ids[:1], ids):
        with django_assert_num_queries(5):  # events, lines, seasons, wishes, voluntary facts
            shard(some, found, cycle_weeks=8.0)


def test_an_order_of_two_categories_counts_in_both(company, ada, bo):
    """As an import stores it: without a category of its own, with one on each line."""
    order = happened(ada, Kind.PURCHASE, TODAY, 90)
    happened(bo, Kind.PURCHASE, TODAY, 20, category="boots")
    for name in ("boots", "tents", "tents"):
        OrderLine.objects.create(interaction=order, category=name, quantity=1, unit_price=30)
    found = sources(TODAY)
    assert found.categories == ("boots", "tents")
    assert quick_sources(TODAY, found.to_json()).extras == found.extras
    month = Month(on=TODAY, facts=facts_of(found, company))
    assert standard_of(month, company).found == found, "so does the month's end"
    known = shard(np.array([ada.pk, bo.pk]), found, cycle_weeks=8.0).evidence
    assert known.block("category", 2).tolist() == [[1, 1], [1, 0]]
    assert breadth(known).tolist() == pytest.approx([1, 0])
    assert coverage(found)["categories"] == 2
    buyers = {line: set(offers.buyers(Offer(line=line), TODAY)) for line in offers.lines().names}
    assert buyers == {"boots": {ada, bo}, "tents": {ada}}
    assert people.people(known.customers, TODAY)["category"].tolist() == ["boots", "boots"]
