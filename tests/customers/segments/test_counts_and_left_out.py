"""Segments remember how many they are, say who is left out and why, and can be brought back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from customers.actions.rights import restrict
from customers.actions.segment_counts import GONE_AFTER, count_due, drop_forgotten
from customers.actions.segments import (
    bring_back_segment,
    change_segment,
    fill_list,
    forget_segment,
    keep_segment,
)
from customers.models import Customer, Segment, SegmentCount
from customers.queries import segments as queries
from customers.segments import Reader
from relationships.models import Profile
from relcrm.base import readings
from relcrm.base.company import Viewpoint
from relcrm.base.models import AuditLine, Reading
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
EVERYBODY = {"version": 1, "all": []}
FRIENDS = {"version": 1, "all": [{"field": "family", "operator": "is", "value": "friend"}]}
TROUBLE = {"version": 1, "all": [{"field": "family", "operator": "is", "value": "negative"}]}


def kept(user, rule=EVERYBODY, name="Everybody"):
    return keep_segment(name, rule=rule, reader=Reader.of(user), by=user, now=NOW)


def asking(user, company):
    return queries.asked(user, company, Viewpoint(TODAY, TODAY))


def test_whose_data_may_not_be_used_is_in_no_segment_and_on_no_list(
    company, ada, bo, cyd, mara, pia
):
    rule, listed = kept(mara), kept(mara, None, "By hand")
    fill_list(listed, [str(ada.pk), str(bo.pk)], among=Customer.objects.all(), by=mara, now=NOW)
    asked = asking(mara, company)
    before = queries.headcount(rule, asked)
    restrict(ada, by=pia, now=NOW)
    assert queries.headcount(rule, asked) == before - 1
    assert queries.headcount(listed, asked) == 1
    ada.refresh_from_db()
    assert queries.of_customer(ada, asked) == []
    for segment in (rule, listed):
        assert queries.left_out_of(segment, asked).sentences == [
            "1 person is left out because their data may not be used just now."
        ]


def test_who_objects_is_left_out_of_rules_about_relationships_alone(
    company, ada, bo, mara, eve, as_
):
    for one in (ada, bo):
        Profile.objects.create(customer=one, as_of=TODAY, scored_at=NOW, family="friend")
    Customer.objects.filter(pk=bo.pk).update(objects_to_profiling=True)
    asked = asking(mara, company)
    friends, all_of_them = kept(mara, FRIENDS, "Friends"), kept(mara)
    assert queries.headcount(friends, asked) == 1
    assert queries.left_out_of(friends, asked).objecting == 1
    assert queries.left_out_of(friends, asked).service is True
    assert queries.left_out_of(all_of_them, asked).sentences == []
    assert queries.headcount(all_of_them, asked) == Customer.objects.present().count()
    expert = asking(eve, company)  # to whom no rule is told, nor by whom it leaves out
    assert queries.left_out_of(friends, replace(expert, among=asked.among)).sentences == []
    bo.points_of_contact.create(user=eve, role="fits shoes")
    told = as_(eve).get(f"/api/v1/segments/{friends.pk}/customers/{bo.pk}").json()
    assert (told["is_in"], told["is_withheld"], told["finding"]) == (False, False, None)
    assert as_(mara).get(f"/api/v1/segments/{friends.pk}/customers/{bo.pk}").json()["is_withheld"]


def test_the_page_and_the_api_say_who_is_left_out(company, ada, bo, mara, pia, as_):
    segment = kept(mara)
    restrict(ada, by=pia, now=NOW)
    browser = as_(mara)
    page = browser.get(f"/segments/{segment.pk}/").content.decode()
    assert "1 person is left out because their data may not be used just now." in page
    assert "Ada Novak" not in page
    told = browser.get(f"/api/v1/segments/{segment.pk}/count").json()
    assert told["left_out"] == {
        "restricted": 1, "objecting": 0, "service": False, "goods": False,
    }  # fmt: skip


def test_the_worker_counts_and_the_list_shows_when_and_how_it_grew(company, ada, bo, mara, as_):
    segment = kept(mara)
    assert "being counted" in as_(mara).get("/segments/").content.decode()
    assert count_due(NOW) == 1
    assert count_due(NOW) == 0
    segment.refresh_from_db()
    assert (segment.people, segment.counted_at) == (2, NOW)
    assert count_due(NOW + timedelta(hours=7)) == 1
    rows = dict(SegmentCount.objects.values_list("on", "people"))
    assert list(rows.values()) == [2]
    assert queries.week_before(TODAY + timedelta(days=8)) == {segment.pk: 2}


def test_a_count_of_what_a_campaign_may_not_ask_is_not_kept(company, ada, root, mara):
    segment = kept(root, TROUBLE, "Trouble")
    count_due(NOW)
    segment.refresh_from_db()
    assert (segment.people, segment.counted_at) == (None, NOW)


def test_a_changed_rule_is_counted_anew(company, ada, mara):
    segment = kept(mara)
    count_due(NOW)
    segment.refresh_from_db()
    change_segment(segment, rule=FRIENDS, reader=Reader.of(mara), by=mara, now=NOW)
    segment.refresh_from_db()
    assert (segment.people, segment.counted_at) == (None, None)


def test_what_was_forgotten_is_brought_back_as_it_was(company, ada, bo, mara, as_):
    segment = kept(mara, None, "By hand")
    fill_list(segment, [str(ada.pk)], among=Customer.objects.all(), by=mara, now=NOW)
    browser = as_(mara)
    browser.post(f"/segments/{segment.pk}/forget/")
    assert not Segment.objects.exists()
    assert browser.get(f"/segments/{segment.pk}/").status_code == 404
    assert "Bring back" in browser.get("/segments/").content.decode()
    browser.post(f"/segments/{segment.pk}/bring-back/")
    again = Segment.objects.get()
    assert [one.customer_id for one in again.members.all()] == [ada.pk]
    assert AuditLine.objects.filter(verb="segment.brought_back").exists()
    with pytest.raises(Refused, match="here already"):
        bring_back_segment(again, by=mara, now=NOW)


def test_a_name_taken_meanwhile_is_not_taken_twice(company, mara):
    first = kept(mara)
    forget_segment(first, by=mara, now=NOW)
    kept(mara)
    with pytest.raises(Refused, match="another segment called"):
        bring_back_segment(first, by=mara, now=NOW)


def test_after_a_month_it_is_gone_for_good(company, mara):
    forget_segment(kept(mara), by=mara, now=NOW)
    assert drop_forgotten(NOW + GONE_AFTER - timedelta(hours=1)) == 0
    assert drop_forgotten(NOW + GONE_AFTER + timedelta(hours=1)) == 1
    assert not Segment.every.exists()


def test_who_was_shown_on_the_pages_of_a_segment_is_on_record(company, ada, bo, mara, as_):
    segment, browser = kept(mara), as_(mara)
    browser.get(f"/segments/{segment.pk}/?customer={ada.pk}")
    browser.get("/segments/new/")
    readings.flush()
    seen = {row.resource: set(row.ids) for row in Reading.objects.all()}
    assert seen["segment"] == {ada.pk, bo.pk}
