"""Own fields, requests, the audit trail and phones through a merge."""

from datetime import timedelta

import pytest

from customers.actions.custom import define_field
from customers.actions.customers import create_customer, update_customer
from customers.actions.merge import merge_customers
from customers.actions.requests import open_request
from customers.actions.unmerge import undo_merge
from customers.models import Customer, SubjectRequest
from customers.queries import custom
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

LATER = NOW + timedelta(days=12)


@pytest.fixture
def pair(company, root):
    for key, kind in (("size", "number"), ("diet", "text"), ("member", "flag")):
        define_field(key=key, label=key.title(), kind=kind, by=root)
    keep = create_customer(by=root, now=NOW, name="Ada Novak", custom={"size": 38, "diet": "any"})
    gone = create_customer(
        by=root, now=NOW, name="A. Nowak", custom={"size": 39, "diet": "vegan", "member": True}
    )
    return keep, gone


def told(customer):
    known = custom.fields()
    values = custom.values([customer.pk], known).get(customer.pk, {})
    return {field.key: str(values[field.pk]) for field in known if field.pk in values}


def test_one_chooses_which_own_value_holds_and_the_undo_gives_both_back(pair, mara):
    keep, gone = pair
    before = told(keep), told(gone)
    record = merge_customers(keep, gone, take=["custom.size"], by=mara, now=NOW)
    assert told(keep) == {"size": "39.0000", "diet": "any", "member": "True"}
    assert record.lost["custom.size"] == 38
    assert record.lost["custom.diet"] == "vegan"
    back = undo_merge(record, by=mara, now=LATER)
    assert (told(keep), told(back)) == before


def test_what_was_written_since_stays_with_the_survivor(pair, mara):
    keep, gone = pair
    record = merge_customers(keep, gone, take=["custom.size"], by=mara, now=NOW)
    update_customer(Customer.objects.get(pk=keep.pk), custom={"size": 40}, by=mara, now=NOW)
    back = undo_merge(record, by=mara, now=LATER)
    assert (told(keep)["size"], told(back)["size"]) == ("40.0000", "39.0000")


def test_a_field_that_is_none_of_ours_is_refused(pair, mara):
    with pytest.raises(Refused, match="nothing to choose"):
        merge_customers(*pair, take=["custom.song"], by=mara, now=NOW)


def test_own_fields_are_chosen_on_the_page(pair, as_, mara):
    keep, gone = pair
    path = f"/customers/{keep.pk}/merge/{gone.pk}/"
    page = as_(mara).get(path).content.decode()
    assert 'name="custom.size" value="theirs"' in page
    as_(mara).post(path, {"custom.size": "theirs", "custom.diet": "mine"})
    assert told(keep) == {"size": "39.0000", "diet": "any", "member": "True"}


def test_both_requests_are_kept_each_with_its_deadline(pair, as_, mara, pia):
    keep, gone = pair
    early = TODAY - timedelta(days=20)
    mine = open_request("access", customer=keep, by=pia, now=NOW)
    theirs = open_request("access", customer=gone, by=pia, now=NOW, received_on=early)
    record = merge_customers(keep, gone, by=mara, now=NOW)
    rows = SubjectRequest.objects.open().filter(customer=keep)
    assert list(rows) == [theirs, mine], "the earlier deadline first"
    assert open_request("access", customer=keep, by=pia, now=NOW) == mine
    page = as_(pia).get("/privacy/requests/").content.decode()
    assert page.index(theirs.number) < page.index(mine.number)
    undo_merge(record, by=mara, now=LATER)
    theirs.refresh_from_db()
    assert (theirs.customer_id, theirs.came_by_merge) == (gone.pk, False)


def test_the_trail_of_the_merged_is_found_under_the_survivor(pair, as_, mara, pia):
    keep, gone = pair
    as_(mara).get(f"/customers/{gone.pk}/")
    merge_customers(keep, gone, by=mara, now=NOW)
    page = as_(pia).get(f"/settings/audit/?number={keep.pk}")
    found = {(line.verb, line.subject_id) for line in page.context["page"].rows}
    assert {("customer.viewed", gone.pk), ("customer.merged", keep.pk)} <= found
    assert f"With what was done to {gone.pk}" in page.content.decode()
    link = f"/settings/audit/?kind=customers.customer&amp;number={keep.pk}"
    assert link in as_(pia).get(f"/customers/{keep.pk}/?whole=yes").content.decode()
