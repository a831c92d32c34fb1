"""The complaint desk: what is waiting, in which order, for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from customers.models import Customer
from feedback import actions, queries
from feedback.models import Complaint
from feedback.templatetags.deadlines import deadline, urgency
from tests.conftest import NOW


def late(customer, sam, **more):
    """Filed ten days ago, so that every deadline has passed."""
    then = timezone.now() - timedelta(days=10)
    return actions.file_complaint(customer, **{"subject": "Lost", "by": sam, "now": then} | more)


def waiting(customer, sam, **more):
    now = timezone.now()
    return actions.file_complaint(customer, **{"subject": "Late", "by": sam, "now": now} | more)


def numbers(page):
    return [complaint.number for complaint in page.rows]


def test_the_most_urgent_comes_first(dan, ada, sam, company):
    now = timezone.now()
    calm = waiting(dan, sam, severity=1)
    urgent = waiting(ada, sam, severity=4)
    overdue = late(ada, sam)
    page = queries.desk(sam, show="open", now=now)
    assert numbers(page) == [overdue.number, urgent.number, calm.number]


def test_each_heading_holds_its_own(dan, ada, sam, root, company, django_assert_num_queries):
    now = timezone.now()
    mine, overdue, done = waiting(dan, sam), late(ada, sam), late(dan, sam)
    actions.assign_complaint(mine, owner=sam, by=root, now=now)
    actions.resolve_complaint(done, resolution="Sent again.", by=sam, now=now)
    with django_assert_num_queries(1):
        counts = queries.counts(sam, now)
    assert counts == queries.Counts(open=2, overdue=1, mine=1, unowned=1, resolved=1)
    assert numbers(queries.desk(sam, show="mine", now=now)) == [mine.number]
    assert numbers(queries.desk(sam, show="overdue", now=now)) == [overdue.number]
    assert numbers(queries.desk(sam, show="unowned", now=now)) == [overdue.number]
    assert numbers(queries.desk(sam, show="resolved", now=now)) == [done.number]


def test_pages_follow_each_other_without_gap_or_double(dan, sam, company):
    filed = [waiting(dan, sam, severity=2).number for _ in range(7)]
    seen, after = [], ""
    for _ in range(4):
        page = queries.desk(sam, show="open", now=NOW, after=after, size=2)
        seen, after = seen + numbers(page), page.after
    assert seen == filed
    assert after == ""
    last_but_one = queries.desk(sam, show="open", now=NOW, before=page.before, size=2)
    assert numbers(last_but_one) == filed[4:6]


def test_a_mangled_address_starts_from_the_top(dan, sam, company):
    complaint = waiting(dan, sam)
    for after in ("nonsense", "2026-03-02T12:00:00~1", "~", "2026-03-02T12:00:00+00:00~x"):
        assert numbers(queries.desk(sam, show="open", now=NOW, after=after)) == [complaint.number]


def test_an_expert_sees_only_the_complaints_of_their_customers(ada, dan, sam, eve, company):
    waiting(dan, sam)
    hers = waiting(ada, sam)
    assert numbers(queries.desk(eve, show="open", now=NOW)) == [hers.number]
    assert (queries.counts(eve, NOW).open, queries.counts(sam, NOW).open) == (1, 2)


def test_deadlines_read_as_people_say_them(db):
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
    said = {
        timedelta(hours=5): "due today 17:00",
        timedelta(hours=21): "due tomorrow 09:00",
        timedelta(days=3): "due Thursday 12:00",
        timedelta(days=10): "due 12 March",
        timedelta(seconds=-20): "1 minute late",
        timedelta(hours=-1): "1 hour late",
        timedelta(hours=-50): "2 days late",
    }
    with timezone.override(UTC):
        for ahead, words in said.items():
            assert deadline(noon + ahead, noon) == words
    assert [urgency(noon + timedelta(hours=h), noon) for h in (-1, 2, 9)] == ["bad", "warn", ""]


def test_deadlines_are_told_in_the_companys_zone(db):
    evening = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    with timezone.override("Europe/Vienna"):  # 23:00 there; midnight comes first
        assert deadline(evening + timedelta(minutes=90), evening) == "due tomorrow 00:30"


def test_the_page_leads_with_who_waits_too_long(as_, sam, dan, company):
    late(dan, sam, severity=2)
    page = as_(sam).get("/complaints/").content.decode()
    assert "1 customer waits longer than we promised" in page
    assert "8 days late" in page


def test_the_page_says_what_to_do_when_nothing_waits(as_, sam, mara, company):
    page = as_(sam).get("/complaints/").content.decode()
    assert "Nobody is waiting for us" in page
    assert "Take a complaint in" in page
    assert "Take a complaint in" not in as_(mara).get("/complaints/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?show=nonsense",
        "?severity=9",
        "?after=x",
        "?show=mine&q=%00a",
        "?after=0001-01-01T00:00:00%2B23:59~1",
        "?after=2026-01-01T00:00:00%2B00:00~%C2%B2",
    ],
)
def test_any_address_of_the_desk_is_answered(as_, sam, company, query):
    assert as_(sam).get(f"/complaints/{query}").status_code == 200


def test_a_number_or_a_word_finds_it(as_, sam, dan, company):
    complaint = waiting(dan, sam, subject="Sole came off")
    waiting(dan, sam, subject="Parcel lost")
    for words in (complaint.number.lower(), "sole"):
        page = as_(sam).get(f"/complaints/?q={words}").content.decode()
        assert "Sole came off" in page
        assert "Parcel lost" not in page


def test_htmx_gets_the_list_alone(as_, sam, company):
    piece = as_(sam).get("/complaints/", headers={"HX-Request": "true", "HX-Target": "desk"})
    assert piece.content.decode().lstrip().startswith("<section")


def test_the_desk_costs_the_same_however_much_waits(
    as_, sam, dan, company, django_assert_max_num_queries
):
    browser = as_(sam)
    for complaints in (1, 20):
        while Complaint.objects.count() < complaints:
            waiting(Customer.objects.create(name="Someone"), sam)
        with django_assert_max_num_queries(5):  # session, user, company, rows, counts
            browser.get("/complaints/")


def test_strangers_and_analysts_stay_outside(client, as_, nils, company):
    assert client.get("/complaints/").status_code == 302
    assert as_(nils).get("/complaints/").status_code == 403
