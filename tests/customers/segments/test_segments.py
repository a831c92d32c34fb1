"""Segments from the form to the list: kept, counted, explained, withheld, forgotten."""

from datetime import date, timedelta

import pytest

from customers.actions.segments import (
    change_segment,
    fill_list,
    forget_segment,
    keep_segment,
    take_off_list,
)
from customers.models import Customer, Identity, Kind, Segment
from customers.queries import segments as queries
from customers.segments import Moment, Reader
from customers.segments.explain import explain
from customers.segments.reading import read
from customers.segments.rule import Malformed
from feedback.actions import file_complaint
from relationships.models import Profile
from relcrm.base.company import Viewpoint
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

OFTEN = {
    "version": 1,
    "all": [
        {"did": True, "kinds": ["purchase"], "times": {"at_least": 3}, "within": {"last_days": 90}}
    ],
}
NEGATIVE = {"version": 1, "all": [{"field": "family", "operator": "is", "value": "negative"}]}
NOT_FRIENDS = {"version": 1, "all": [{"field": "family", "operator": "is_not", "value": "friend"}]}


def asking(user, company, day=TODAY):
    return queries.asked(user, company, Viewpoint(day, TODAY))


def kept(user, rule=OFTEN, name="Often here"):
    return keep_segment(name, rule=rule, reader=Reader.of(user), by=user, now=NOW)


def people(segment, asked) -> set[str]:
    return {*queries.members(segment, asked).values_list("name", flat=True)}


@pytest.fixture
def judged(ada, bo, dan):
    for customer, family, mood in ((ada, "friend", 0.5), (bo, "fling", 0.1), (dan, "negative", -1)):
        Profile.objects.create(
            customer=customer, as_of=TODAY, scored_at=NOW, family=family, valence=mood
        )


def test_a_segment_finds_who_bought_often_lately(company, ada, bo, cyd, dan, mara):
    segment = kept(mara)
    assert people(segment, asking(mara, company)) == {"Ada Novak", "Dan Okafor"}
    assert queries.headcount(segment, asking(mara, company)) == 2
    line = AuditLine.objects.get(verb="segment.kept")
    assert (line.user, line.subject_id) == (mara, segment.pk)


def test_nothing_after_the_day_we_look_is_used(company, bo, cyd, mara):
    segment = kept(mara)
    assert people(segment, asking(mara, company, TODAY - timedelta(weeks=60))) == {"Cyd Moreau"}
    assert people(segment, asking(mara, company)) == set()


def test_last_seen_is_what_was_known_on_that_day(company, ada, mara):
    Customer.objects.filter(pk=ada.pk).update(last_seen_on=TODAY - timedelta(days=10))
    day = (TODAY - timedelta(days=40)).isoformat()
    rule = {"version": 1, "all": [{"field": "last_seen_on", "operator": "on", "value": day}]}
    segment = kept(mara, rule)
    assert people(segment, asking(mara, company)) == set()
    assert people(segment, asking(mara, company, TODAY - timedelta(days=20))) == {"Ada Novak"}


def test_a_return_counts_since_the_last_complaint_only(company, ada, bo, sam):
    happened(ada, Kind.COMPLAINT, TODAY - timedelta(days=5))
    happened(bo, Kind.COMPLAINT, TODAY - timedelta(days=30))
    rule = {"version": 1, "all": [{
        "did": False, "kinds": ["purchase"], "within": {"since": {"kinds": ["complaint"]}},
    }]}  # fmt: skip
    assert people(kept(sam, rule), asking(sam, company)) == {"Ada Novak"}


def test_an_open_complaint_is_open_as_of_the_day(company, dan, sam):
    file_complaint(dan, subject="Soles", text="", severity=3, by=sam, now=NOW)
    rule = {"version": 1, "all": [{"field": "open_complaint", "operator": "is", "value": True}]}
    segment = kept(sam, rule)
    assert people(segment, asking(sam, company)) == {"Dan Okafor"}
    assert people(segment, asking(sam, company, TODAY - timedelta(days=1))) == set()


def test_who_is_left_to_service_is_in_no_segment_a_marketer_makes_of_relationships(
    company, judged, mara, sam
):
    segment = kept(mara, NOT_FRIENDS)
    assert people(segment, asking(mara, company)) == {"Bo Lind"}
    assert people(segment, asking(sam, company)) == {"Bo Lind", "Dan Okafor"}
    turned = {"version": 1, "all": [
        {"not": {"field": "mood", "operator": "at_least", "value": 0}}]}  # fmt: skip
    assert people(kept(mara, turned, "Turned"), asking(mara, company)) == set()


def test_who_must_not_be_judged_is_in_no_segment_of_judgements(company, judged, ada, root):
    Customer.objects.filter(pk=ada.pk).update(objects_to_profiling=True)
    rule = {"version": 1, "any": [
        {"field": "family", "operator": "is", "value": "friend"},
        {"field": "family", "operator": "is_not", "value": "friend"},
    ]}  # fmt: skip
    segment = kept(root, rule)
    assert people(segment, asking(root, company)) == {"Bo Lind", "Dan Okafor"}
    told = explain(
        read(rule, reader=Reader.of(root)), ada.pk, Customer.objects.present(),
        moment=asking(root, company).moment, reader=Reader.of(root),
    )  # fmt: skip
    assert told is not None
    assert told.is_withheld


def test_what_one_may_not_see_cannot_be_asked_for(company, judged, mara, nils, root):
    with pytest.raises(Malformed, match=r"all\.0\.value"):
        kept(mara, NEGATIVE)
    segment = kept(root, NEGATIVE)
    assert people(segment, asking(root, company)) == {"Dan Okafor"}
    assert people(segment, asking(mara, company)) == set()
    assert queries.rule_of(segment, Reader.of(mara)) is None
    by_name = {"version": 1, "all": [{"field": "name", "operator": "is", "value": "Ada Novak"}]}
    assert queries.rule_of(kept(root, by_name, "Ada"), Reader.of(nils)) is None


def test_an_expert_finds_only_their_own_customers(company, ada, dan, eve, mara):
    assert people(kept(mara), asking(eve, company)) == {"Ada Novak"}


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ([], "rule"),
        ({"version": 2, "all": []}, "version"),
        ({"version": 1, "all": [], "any": []}, "rule"),
        ({"version": 1, "all": [{"field": "shoe"}]}, "all.0.field"),
        ({"version": 1, "all": [{"field": "age", "operator": "is", "value": "x"}]}, "all.0.value"),
        ({"version": 1, "all": [{"field": "age", "operator": "has"}]}, "all.0.operator"),
        ({"version": 1, "any": [{"not": {"did": 1}}]}, "any.0.not.did"),
        ({"version": 1, "all": [{"did": True, "kinds": ["dance"]}]}, "all.0.kinds"),
        ({"version": 1, "all": [{"did": True, "times": {"at_least": 1.5}}]},
         "all.0.times.at_least"),
        ({"version": 1, "all": [{"did": True, "within": {"last_days": 0}}]},
         "all.0.within.last_days"),
        ({"version": 1, "all": [{"did": True, "within": {"from": "2026-02-30"}}]},
         "all.0.within.from"),
        ({"version": 1, "all": [{"did": True, "where": {"colour": "red"}}]}, "all.0.where.colour"),
        ({"version": 1, "all": [{"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}]},
         "all.0.all.0.all.0.all.0.all.0.all"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_place(db, root, rule, place):
    with pytest.raises(Malformed) as found:
        read(rule, reader=Reader.of(root))
    assert place in found.value.errors


def test_names_are_given_once(db, mara):
    segment = kept(mara)
    for wrong, words in (("", "Give the segment a name"), ("often HERE", "already")):
        with pytest.raises(Refused, match=words):
            kept(mara, name=wrong)
    change_segment(segment, name="Keen", reader=Reader.of(mara), by=mara, now=NOW)
    assert Segment.objects.get().name == "Keen"
    forget_segment(segment, by=mara, now=NOW)
    assert not Segment.objects.exists()
    assert {*AuditLine.objects.values_list("verb", flat=True)} >= {
        "segment.changed", "segment.forgotten",
    }  # fmt: skip


def test_a_list_takes_whom_it_knows_and_names_the_others(company, ada, bo, dan, mara):
    for customer, kind, source, value in (
        (ada, "email", "", "ada@example.com"), (bo, "external", "shop", "B-7"),
        (bo, "email", "", "home@example.com"), (dan, "email", "", "home@example.com"),
    ):  # fmt: skip
        Identity.objects.create(customer=customer, kind=kind, source=source, value=value)
    vips = keep_segment("VIPs", rule=None, reader=Reader.of(mara), by=mara, now=NOW)
    asked = asking(mara, company)
    written = ["Ada@Example.com", "B-7", f"#{ada.pk}", "nobody@example.com", "home@example.com"]
    filled = fill_list(vips, written, among=asked.among, by=mara, now=NOW)
    assert (filled.added, filled.already) == (2, 0)
    assert filled.unknown == ["nobody@example.com"]
    assert filled.several == ["home@example.com"]
    assert people(vips, asked) == {"Ada Novak", "Bo Lind"}
    assert fill_list(vips, ["B-7"], among=asked.among, by=mara, now=NOW).already == 1
    take_off_list(vips, [bo.pk], by=mara, now=NOW)
    assert people(vips, asked) == {"Ada Novak"}
    with pytest.raises(Refused, match="follows a rule"):
        fill_list(kept(mara), ["B-7"], among=asked.among, by=mara, now=NOW)


def test_a_rule_may_ask_for_a_list(company, ada, bo, mara):
    vips = keep_segment("VIPs", rule=None, reader=Reader.of(mara), by=mara, now=NOW)
    fill_list(vips, [f"#{ada.pk}"], among=Customer.objects.present(), by=mara, now=NOW)
    rule = {"version": 1, "all": [
        {"field": "list", "operator": "is_none_of", "value": [str(vips.pk)]}]}  # fmt: skip
    assert people(kept(mara, rule), asking(mara, company)) == {"Bo Lind"}


def test_a_customer_is_told_their_segments(company, ada, cyd, mara, django_assert_max_num_queries):
    kept(mara)
    kept(mara, {"version": 1, "all": [{"did": False}]}, "Never here")
    with django_assert_max_num_queries(6):
        found = queries.of_customer(ada, asking(mara, company))
    assert [each.name for each in found] == ["Often here"]
    assert queries.of_customer(cyd, asking(mara, company)) == []


def test_a_moment_ends_with_its_day_in_the_company_zone(company):
    until = Moment(date(2026, 3, 28), company.tzinfo).until
    assert until.isoformat() == "2026-03-29T00:00:00+01:00"
