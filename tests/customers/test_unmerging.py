"""Who were merged are parted again: what goes back, what stays, and until when."""

# ruff: noqa: F811 (a fixture of another file is asked for by its name)
from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.actions.customers import update_customer
from customers.actions.erasure import erase_customer
from customers.actions.imports import bring
from customers.actions.merge import merge_customers
from customers.actions.sent_in import record_sent_in
from customers.actions.take_in import take_in
from customers.actions.unmerge import undo_merge
from customers.models import Customer, Duplicate
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW
from tests.customers.test_erasure import our_models
from tests.customers.test_merging import LATER, everything, pair  # noqa: F401 (a fixture)


def test_after_an_undo_what_came_since_stays_unless_it_names_what_goes_back(pair, mara):
    ada, twin = pair
    record = merge_customers(ada, twin, by=mara, now=NOW)
    order = {"kind": "purchase", "occurred_at": NOW, "source": "till"}
    record_sent_in(
        [
            order | {"source_id": "1", "number": "T1"},
            order | {"source_id": "2", "email": "ada@example.com"},
            order | {"source_id": "3", "customer": ada.pk},
            order | {"source_id": "4", "customer": twin.pk},
        ],
        create_customers=False, by=mara, now=NOW,
    )  # fmt: skip
    update_customer(Customer.objects.get(pk=ada.pk), city="Wels", by=mara, now=NOW)
    assert ada.interactions.count() == 6
    back = undo_merge(record, by=mara, now=LATER)
    assert back.pk == twin.pk
    assert set(back.interactions.values_list("source_id", flat=True)) >= {"1", "4"}
    assert set(ada.interactions.values_list("source_id", flat=True)) >= {"2", "3"}
    assert (ada.interactions.count(), back.interactions.count()) == (3, 3)
    ada.refresh_from_db()
    assert (ada.city, ada.occupation, ada.phone, ada.interests) == ("Wels", "", "", ["hiking"])
    assert (back.name, back.city, back.occupation) == ("A. Nowak", "Linz", "nurse")
    assert [ada.last_seen_on, back.last_seen_on] == [NOW.date(), NOW.date()]
    assert (ada.touched_at, back.touched_at) == (LATER, LATER)
    assert set(back.identities.values_list("value", flat=True)) == {"+4366012345", "T1"}
    assert list(ada.identities.values_list("value", flat=True)) == ["ada@example.com"]
    assert AuditLine.objects.get(verb="customer.merge_undone").detail["followed"] == 2


def test_what_a_file_brought_for_the_merged_goes_back_too(pair, mara, tmp_path):
    ada, twin = pair
    record = merge_customers(ada, twin, by=mara, now=clock())
    file = tmp_path / "orders.csv"
    file.write_text("customer,date,order,amount\nT1,2026-01-05,1,10\nT2,2026-01-06,2,20\n")
    named = {name: name for name in ("customer", "date", "order", "amount")}
    of = bring(str(file), mapping=named, options={"source": "till"}, by=mara)
    take_in(of, progress=lambda *_, **__: None, position=None, by=mara)
    assert ada.interactions.filter(source="till").count() == 1
    back = undo_merge(record, by=mara, now=clock())
    assert ada.interactions.filter(source="till").count() == 0
    assert back.interactions.get(source="till").amount == 10


def test_a_merge_is_undone_once_and_within_thirty_days(pair, mara):
    record = merge_customers(*pair, by=mara, now=NOW)
    with pytest.raises(Refused, match="30 days"):
        undo_merge(record, by=mara, now=NOW + timedelta(days=31))
    undo_merge(record, by=mara, now=NOW + timedelta(days=30))
    record.refresh_from_db()
    with pytest.raises(Refused, match="already undone"):
        undo_merge(record, by=mara, now=NOW)
    assert record.row == record.lost == {}
    assert record.moved == record.dropped == []
    pair_row = Duplicate.objects.get()
    assert (pair_row.state, pair_row.decided_by) == ("dismissed", mara)


def test_merges_upon_merges_are_undone_in_turn(pair, bo, mara):
    ada, twin = pair
    before = everything()
    first = merge_customers(ada, twin, by=mara, now=NOW)
    second = merge_customers(bo, ada, by=mara, now=NOW)
    first.refresh_from_db()
    assert first.survivor == bo
    with pytest.raises(Refused, match=f"merged into customer {bo.pk} later"):
        undo_merge(first, by=mara, now=NOW)
    undo_merge(second, by=mara, now=LATER)
    first.refresh_from_db()
    undo_merge(first, by=mara, now=LATER)
    after = everything()
    assert after["customers.Interaction"] == before["customers.Interaction"]
    assert after["customers.Identity"] == before["customers.Identity"]


def test_two_merges_into_one_are_undone_in_any_order(pair, bo, mara):
    ada, twin = pair
    first = merge_customers(bo, twin, by=mara, now=NOW)
    second = merge_customers(bo, ada, by=mara, now=NOW)
    for record in (first, second):
        undo_merge(record, by=mara, now=LATER)
    assert [each.interactions.count() for each in (ada, twin, bo)] == [1, 1, 1]
    assert twin.identities.count() == 2
    assert ada.identities.count() == 1


def test_erasing_who_came_back_leaves_nothing_in_the_record(pair, mara, pia):
    ada, twin = pair
    back = undo_merge(merge_customers(ada, twin, by=mara, now=NOW), by=mara, now=LATER)
    erase_customer(back, by=pia, now=LATER)
    for model in our_models():
        assert "Nowak" not in "\n".join(map(str, model._base_manager.values_list())), model
