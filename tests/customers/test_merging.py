"""Two who are one become one, with everything, and are parted again as if nothing had been."""

# ruff: noqa: F811 (a fixture of another file is asked for by its name)
from datetime import timedelta

import pytest
from django.db import models

from customers import merging
from customers.actions import moving
from customers.actions.customers import create_customer
from customers.actions.erasure import erase_customer
from customers.actions.merge import merge_customers
from customers.actions.unmerge import undo_merge
from customers.models import (
    Customer,
    Duplicate,
    Identity,
    Interaction,
    Kind,
    Merge,
    PointOfContact,
    SubjectRequest,
    Tag,
    Tagging,
    Tally,
)  # fmt: skip
from customers.queries.erasure import known
from relationships.models import Profile
from relcrm.base.actions import jobs
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened
from tests.customers.test_erasure import our_models

LATER = NOW + timedelta(days=12)
CHANGES_BY_ITSELF = {"touched_at", "changed_at", "moved_at"}


def everything() -> dict[str, list]:
    """Every row of every table of ours but those that tell of the merge itself, and those that
    the worker makes anew."""
    left_out = {"customers.Merge", "customers.Duplicate", "base.AuditLine", "base.Job",
                "customers.Tally", "customers.TallyMark"}  # fmt: skip
    found = {}
    for model in our_models():
        if model._meta.label not in left_out:
            names = [f.attname for f in model._meta.fields if f.name not in CHANGES_BY_ITSELF]
            rows = model._base_manager.order_by("pk").values_list(*names)
            found[model._meta.label] = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows
            ]
    return found


def seen(*customers: Customer) -> None:
    for each in customers:
        days = [row.occurred_on for row in each.interactions.all()]
        each.first_seen_on, each.last_seen_on = min(days), max(days)
        each.save()


def test_everything_moves_and_everything_goes_back(known_ada, bo, mara):
    """A table with a key to customers that has no row in Ada's world fails in test_erasure; one
    whose rows were left behind fails here, or at the database's own keys."""
    Identity.objects.create(customer=bo, kind="email", value=bo.email)
    seen(known_ada, bo)
    had = known(known_ada)
    before = everything()
    record = merge_customers(bo, known_ada, by=mara, now=NOW)
    assert not Customer.objects.filter(pk=known_ada.pk).exists()
    assert known(known_ada) == {}
    has = known(bo)
    for model, count in had.items():
        if model not in (Duplicate, Tally):
            assert has[model] >= count, model
    undo_merge(record, by=mara, now=LATER)
    after = everything()
    assert {label: after[label] for label in before} == before


def test_every_column_that_names_a_customer_is_known():
    """A number without a key moves with nothing: it must be named here, with what moves it."""
    seen_to = {
        "customers.LedgerKey.customer",  # lives for one transaction
        "customers.TallyMark.customer",  # both are marked, and nothing is lost with a mark
    }
    found = {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.IntegerField) and not field.is_relation
        and field.name.removesuffix("_id").endswith("customer")
    }  # fmt: skip
    assert found == seen_to
    assert [model for model, _kind, _number in moving.subjects()] == []
    trail = {"subject_kind", "subject_id"}
    assert trail <= {field.name for field in AuditLine._meta.fields}


def test_what_both_have_is_kept_once_and_comes_back(known_ada, bo, eve, sam, mara):
    """The same tag, colleague, open request and judgement: each would break a rule if it moved."""
    Tagging.objects.create(customer=bo, tag=Tag.objects.get(), tagged_at=NOW)
    PointOfContact.objects.create(customer=bo, user=eve, role="his shoes")
    asked = SubjectRequest.objects.create(
        customer=bo, kind="access", received_on=TODAY, due_on=TODAY + timedelta(days=3)
    )
    Profile.objects.create(customer=bo, as_of=TODAY, scored_at=NOW, family="fling")
    Identity.objects.create(customer=bo, kind="email", value="ada@example.com")
    Identity.objects.create(customer=bo, kind="email", value=bo.email)
    seen(known_ada, bo)
    before = everything()
    record = merge_customers(bo, known_ada, by=mara, now=NOW)
    assert bo.taggings.count() == bo.points_of_contact.count() == 1
    assert bo.identities.filter(value="ada@example.com").count() == 1
    assert [row.family for row in Profile.objects.filter(customer=bo)] == ["fling"]
    assert asked.packages.count() == 0, "theirs stays with the request it answers"
    assert {row["model"] for row in record.dropped} >= {
        "customers.tagging", "customers.pointofcontact", "customers.identity",
        "relationships.profile",
    }  # fmt: skip
    undo_merge(record, by=mara, now=LATER)
    after = everything()
    assert {label: after[label] for label in before} == before


@pytest.fixture
def pair(db, mara):
    """Ada twice: from the shop's form, and from the till."""
    ada = create_customer(by=mara, now=NOW, name="Ada Novak", email="ada@example.com", city="Graz",
                          interests=["hiking"], preferences={"channel": "email"})  # fmt: skip
    twin = create_customer(by=mara, now=NOW, name="A. Nowak", phone="+43 660 12345", city="Linz",
                           numbers={"till": "T1"}, occupation="nurse", interests=["art"],
                           preferences={"channel": "sms", "pace": "weekly"})  # fmt: skip
    happened(ada, Kind.PURCHASE, TODAY - timedelta(days=90), 40)
    happened(twin, Kind.PURCHASE, TODAY - timedelta(days=400), 15)
    for each in (ada, twin):
        each.first_seen_on = each.last_seen_on = each.interactions.get().occurred_on
        each.save()
    return ada, twin


def test_the_survivor_s_values_hold_and_gaps_are_filled(pair, mara):
    ada, twin = pair
    record = merge_customers(ada, twin, by=mara, now=NOW)
    ada.refresh_from_db()
    assert (ada.name, ada.city, ada.phone, ada.occupation) == (
        "Ada Novak", "Graz", "+4366012345", "nurse",
    )  # fmt: skip
    assert ada.interests == ["hiking", "art"]
    assert ada.preferences == {"channel": "email", "pace": "weekly"}
    assert (ada.first_seen_on, ada.touched_at) == (TODAY - timedelta(days=400), NOW)
    assert record.lost == {
        "name": "A. Nowak", "city": "Linz", "preferences": {"channel": "sms", "pace": "weekly"},
    }  # fmt: skip
    line = AuditLine.objects.get(verb="customer.merged")
    assert (line.subject_id, line.user, line.detail["merged"]) == (ada.pk, mara, twin.pk)
    assert "Nowak" not in str(line.detail)


def test_one_chooses_which_value_holds(pair, mara):
    ada, twin = pair
    with pytest.raises(Refused, match="nothing to choose"):
        merge_customers(ada, twin, by=mara, now=NOW, take=["touched_at"])
    record = merge_customers(ada, twin, by=mara, now=NOW, take=["city", "name"])
    ada.refresh_from_db()
    assert (ada.name, ada.city) == ("A. Nowak", "Linz")
    assert (record.lost["name"], record.lost["city"]) == ("Ada Novak", "Graz")


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("said", ["objects_to_profiling", "objects_to_marketing", "restricted_at"])
def test_a_no_of_either_holds_for_both(pair, mara, who, said):
    setattr(pair[who], said, NOW if said == "restricted_at" else True)
    pair[who].save()
    record = merge_customers(*pair, by=mara, now=NOW)
    assert getattr(Customer.objects.get(pk=pair[0].pk), said)
    undo_merge(record, by=mara, now=LATER)
    assert [bool(getattr(Customer.objects.get(pk=each.pk), said)) for each in pair] == [
        who == 0, who == 1,
    ]  # fmt: skip


def test_what_cannot_be_merged_is_refused(pair, bo, mara, pia):
    ada, twin = pair
    with pytest.raises(Refused, match="one customer already"):
        merge_customers(ada, ada, by=mara, now=NOW)
    erase_customer(bo, by=pia, now=NOW)
    with pytest.raises(Refused, match=f"Customer {bo.pk} is not there"):
        merge_customers(ada, bo, by=mara, now=NOW)
    merge_customers(ada, twin, by=mara, now=NOW)
    with pytest.raises(Refused, match=f"Customer {twin.pk} is not there"):
        merge_customers(ada, twin, by=mara, now=NOW)


def test_erasing_the_survivor_takes_the_record_along(pair, mara, pia):
    ada, twin = pair
    merge_customers(ada, twin, by=mara, now=NOW)
    erase_customer(ada, by=pia, now=NOW)
    assert not Merge.objects.exists()
    for model in our_models():
        told = "\n".join(map(str, model._base_manager.values_list()))
        assert "Nowak" not in told, model
        assert "nurse" not in told, model


def test_what_was_decided_about_the_merged_holds_for_the_survivor(pair, bo, cyd, mara):
    ada, twin = pair
    told = {"score": 0.9, "found_at": NOW}
    Duplicate.objects.create(first=ada, second=twin, **told)
    Duplicate.objects.create(
        first_id=min(twin.pk, bo.pk), second_id=max(twin.pk, bo.pk), state="dismissed", **told
    )
    Duplicate.objects.create(first_id=min(twin.pk, cyd.pk), second_id=max(twin.pk, cyd.pk), **told)
    record = merge_customers(ada, twin, by=mara, now=NOW)
    kept = Duplicate.objects.get()
    assert ({kept.first, kept.second}, kept.state) == ({ada, bo}, "dismissed")
    undo_merge(record, by=mara, now=LATER)
    assert {(each.first, each.second, each.state) for each in Duplicate.objects.all()} == {
        (ada, twin, "dismissed"),
        (*sorted((twin, bo), key=lambda who: who.pk), "dismissed"),
        (*sorted((twin, cyd), key=lambda who: who.pk), "open"),
    }


def test_work_in_line_follows_the_person(pair, mara):
    ada, twin = pair
    job = jobs.ask_for("score", "One", by=mara, payload={"customer": twin.pk})
    record = merge_customers(ada, twin, by=mara, now=NOW)
    job.refresh_from_db()
    assert job.payload == {"customer": ada.pk}
    undo_merge(record, by=mara, now=LATER)
    job.refresh_from_db()
    assert job.payload == {"customer": twin.pk}


def test_rules_of_other_rooms_are_asked_and_get_their_notes_back(pair, mara, monkeypatch):
    ada, twin = pair
    heard = []

    def after_merge(step):
        heard.append((step.survivor.pk, step.merged.pk, len(step.moved(Interaction))))
        return {"so": "it was"}

    rule = (after_merge, lambda step, notes: heard.append((step.merged.pk, notes)))
    monkeypatch.setitem(merging.RULES, "test", rule)
    undo_merge(merge_customers(ada, twin, by=mara, now=NOW), by=mara, now=LATER)
    assert heard == [(ada.pk, twin.pk, 1), (twin.pk, {"so": "it was"})]


def test_a_long_history_moves_in_a_few_statements(pair, mara, django_assert_max_num_queries):
    ada, twin = pair
    Interaction.objects.bulk_create(
        Interaction(customer=twin, kind="visit", occurred_at=NOW, occurred_on=TODAY,
                    source="web", source_id=str(n))
        for n in range(12_000)
    )  # fmt: skip
    with django_assert_max_num_queries(220):
        record = merge_customers(ada, twin, by=mara, now=NOW)
    assert ada.interactions.count() == 12_002
    with django_assert_max_num_queries(120):
        undo_merge(record, by=mara, now=LATER)
    assert (ada.interactions.count(), twin.interactions.count()) == (1, 12_001)
