"""Promises on their pages, in segments and over REST: who sees what, and what can be pressed."""

from datetime import timedelta

import pytest
from django.db import connection

from customers.models import Customer, Interaction, Kind
from customers.segments import Moment, Reader
from customers.segments.compile import matching
from customers.segments.explain import explain
from customers.segments.reading import read
from feedback import actions as desk
from feedback.models import Outcome, Promise
from feedback.promises.outcomes import state_outcome
from relcrm.base import readings
from relcrm.base.models import Company, Reading
from tests.api.conftest import key_for  # noqa: F401 (a fixture)
from tests.conftest import NOW, TODAY
from tests.feedback.test_promises import promised

DAY = timedelta(days=1)
TYPED = {
    "name": "Answered in a day", "words": "Within a day.", "told_where": "", "test": "stated",
    "target_percent": "90", "active_from": "2026-01-01",
}  # fmt: skip


def say(promise, customer, by, *, days_ago=1, is_kept=False, **more):
    at = NOW - days_ago * DAY
    number = str(Outcome.objects.count())
    said = {"source": "carrier", "source_id": number, "reason": "Rain", "expected": "3 days"}
    return state_outcome(promise, customer, is_kept=is_kept, occurred_at=at, by=by, now=NOW,
                         **(said | more))  # fmt: skip


@pytest.fixture
def promise(company, mara) -> Promise:
    Company.objects.update(as_of=TODAY)
    return promised(mara)


def text(reply) -> str:
    return " ".join(reply.content.decode().split())


def test_an_empty_list_says_what_a_promise_is(as_, mara, nils, company):
    page = text(as_(mara).get("/promises/"))
    assert "what you tell customers they can count on" in page
    assert "Write down the first one" in page
    assert "Write down the first one" not in text(as_(nils).get("/promises/"))


def test_few_cases_are_counted_and_no_share_is_made_of_them(as_, mara, bo, promise):
    say(promise, bo, mara, is_kept=True)
    say(promise, bo, mara)
    for path in ("/promises/", f"/promises/{promise.pk}/"):
        page = text(as_(mara).get(path))
        assert "too few to say" in page
        assert "1 of 2 times" in page
        assert "50 %" not in page


def test_many_cases_have_a_share_with_its_likely_range(as_, mara, bo, promise):
    for at in range(20):
        say(promise, bo, mara, is_kept=at % 2 == 0)
    page = text(as_(mara).get("/promises/"))
    assert "50 %" in page
    assert "10 of 20 times; likely 30 to 70 %" in page
    assert "below its target" in page


def test_only_what_the_as_of_day_knows_is_shown(as_, mara, bo, promise):
    say(promise, bo, mara, days_ago=1)
    Company.objects.update(as_of=TODAY - 2 * DAY)
    page = text(as_(mara).get(f"/promises/{promise.pk}/"))
    assert "nothing to count yet" in page
    assert "Nobody so far." in page


def test_who_was_let_down_is_named_and_noted_but_not_for_an_analyst(
    as_, mara, nils, bo, promise, settings
):
    say(promise, bo, mara)
    readings.forget()
    page = text(as_(mara).get(f"/promises/{promise.pk}/"))
    assert "Bo Lind" in page
    assert "Rain" in page
    readings.flush()
    assert Reading.objects.filter(resource="let down", people=1).exists()
    page = text(as_(nils).get(f"/promises/{promise.pk}/"))
    assert f"Customer {bo.pk}" in page
    assert "Bo Lind" not in page
    assert "Rain" not in page
    assert "Not so?" not in page


def test_what_put_it_right_is_said(as_, mara, sam, ada, bo, cyd, promise):
    for who in (ada, bo, cyd):
        say(promise, who, mara, days_ago=9)
    say(promise, ada, mara, days_ago=3, is_kept=True)
    complaint = desk.file_complaint(bo, subject="Late", by=sam, now=NOW - 8 * DAY)
    desk.resolve_complaint(complaint, resolution="Refunded.", by=sam, now=NOW - 6 * DAY)
    desk.record_satisfaction(complaint, is_satisfied=True, by=sam, now=NOW - 5 * DAY)
    page = text(as_(mara).get(f"/promises/{promise.pk}/"))
    assert page.count("kept since") == page.count("complaint resolved, satisfied") == 1
    assert page.count("nothing yet") == 1
    stats = [part.split("</span>")[0] for part in page.split('<span class="figure">')[1:]]
    assert stats[2:] == ["3", "2"]


def test_long_lists_come_page_by_page(as_, mara, bo, promise):
    for at in range(52):
        say(promise, bo, mara, days_ago=1 + at % 3)
    browser = as_(mara)
    first = browser.get(f"/promises/{promise.pk}/")
    second = browser.get(f"/promises/{promise.pk}/?after={first.context['page'].older}")
    rows = [row.pk for page in (first, second) for row in page.context["page"].rows]
    assert len(rows) == len(set(rows)) == 52
    assert not second.context["page"].older


def test_pages_ask_the_same_however_many_there_are(
    as_, mara, ada, bo, promise, django_assert_max_num_queries
):
    for at in range(20):
        promised(mara, name=f"Promise {at}")
        say(promise, [ada, bo][at % 2], mara)
    browser = as_(mara)
    with django_assert_max_num_queries(6):
        browser.get("/promises/")
    with django_assert_max_num_queries(9):
        browser.get(f"/promises/{promise.pk}/")


def test_a_marketer_makes_changes_and_retires_by_form(as_, mara, company):
    browser = as_(mara)
    reply = browser.post("/promises/new/", TYPED)
    promise = Promise.objects.get()
    assert reply.headers["Location"] == f"/promises/{promise.pk}/"
    changed = TYPED | {"test": "complaint_answered", "within_hours": "24"}
    assert browser.post(f"/promises/{promise.pk}/edit/", changed).status_code == 302
    promise.refresh_from_db()
    assert (promise.test, promise.within_hours) == ("complaint_answered", 24)
    assert browser.post(f"/promises/{promise.pk}/test/").status_code == 302
    assert browser.post(f"/promises/{promise.pk}/retire/").status_code == 302
    assert "retired" in text(browser.get("/promises/"))


def test_a_form_says_what_is_missing_and_keeps_what_was_typed(as_, mara, company):
    reply = as_(mara).post("/promises/new/", TYPED | {"test": "complaint_answered"})
    assert reply.status_code == 422
    assert "This test needs more: within hours." in text(reply)
    assert "Answered in a day" in text(reply)
    assert not Promise.objects.exists()


def test_a_service_agent_says_how_it_went_and_pressing_twice_says_it_once(as_, sam, bo, promise):
    typed = {"customer": f"#{bo.pk}", "is_kept": "no", "on": "2026-03-01", "reason": "Late",
             "key": "abc"}  # fmt: skip
    browser = as_(sam)
    for _time in range(2):
        assert browser.post(f"/promises/{promise.pk}/outcomes/", typed).status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.customer, outcome.is_kept, outcome.source) == (bo, False, "by hand")
    reply = browser.post(f"/promises/{promise.pk}/outcomes/", typed | {"customer": "999999"})
    assert reply.status_code == 422
    assert "no customer with this number" in text(reply)
    way = f"/promises/{promise.pk}/outcomes/{outcome.pk}"
    assert browser.post(f"{way}/correct/", {"is_kept": "yes", "reason": "x"}).status_code == 302
    assert Outcome.objects.get().is_kept
    assert browser.post(f"{way}/withdraw/", {"reason": "x"}).status_code == 302
    assert not Outcome.objects.exists()


# Segments --------------------------------------------------------------------------------------


def meant(rule, *, by, as_of=TODAY):
    reader = Reader.of(by)
    moment = Moment(as_of, Company.objects.get().tzinfo)
    group = read({"version": 1, "all": [rule]}, reader=reader)
    everybody = Customer.objects.all()
    found = matching(group, everybody, moment=moment, reader=reader)
    for one in everybody:
        told = explain(group, one.pk, everybody, moment=moment, reader=reader)
        assert told.is_in is (one in found), one
    return set(found.values_list("name", flat=True))


def test_segments_ask_who_was_let_down_and_to_whom_it_was_kept(mara, ada, bo, cyd, promise):
    say(promise, ada, mara)
    say(promise, bo, mara, days_ago=40)
    say(promise, cyd, mara, is_kept=True)
    let_down = {"field": "let_down_by", "operator": "is", "value": promise.key}
    assert meant(let_down, by=mara) == {"Ada Novak", "Bo Lind"}
    assert meant(let_down, by=mara, as_of=TODAY - 5 * DAY) == {"Bo Lind"}
    lately = {"field": "let_down_on", "operator": "within_last_days", "value": 30}
    assert meant(lately, by=mara) == {"Ada Novak"}
    kept = {"field": "kept_promise", "operator": "is_any_of", "value": [promise.key]}
    assert meant(kept, by=mara) == {"Cyd Moreau"}


def test_segments_ask_how_often_in_how_many_days(mara, ada, bo, promise):
    other = promised(mara, name="Another")
    say(promise, ada, mara, days_ago=3), say(promise, ada, mara, days_ago=9)
    say(promise, bo, mara, days_ago=3), say(promise, bo, mara, days_ago=99)
    say(other, bo, mara, days_ago=4)
    twice = {"did": True, "kinds": ["promise_broken"], "where": {"categories": [promise.key]},
             "times": {"at_least": 2}, "within": {"last_days": 30}}  # fmt: skip
    assert meant(twice, by=mara) == {"Ada Novak"}


# REST ------------------------------------------------------------------------------------------


def test_a_program_makes_a_promise_and_says_how_it_went(key_for, root, bo, company):  # noqa: F811
    client = key_for(root, "promises:read", "promises:write", "outcomes:write")
    Company.objects.update(as_of=TODAY)
    made = client.post("/api/v1/promises", {"name": "In time", "words": "Soon.",
                       "active_from": "2026-01-01"}, format="json").json()  # fmt: skip
    way = f"/api/v1/promises/{made['id']}/outcomes"
    body = {"customer": bo.pk, "is_kept": False, "occurred_at": "2026-03-01T10:00:00Z",
            "source": "carrier", "source_id": "P-1", "reason": "Rain"}  # fmt: skip
    first = client.post(way, body, format="json")
    again = client.post(way, body, format="json")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    listed = client.get(f"{way}?is_kept=false").json()["results"]
    assert [row["source_id"] for row in listed] == ["P-1"]
    assert listed[0]["reason"] is None  # without people:read
    assert Interaction.objects.filter(kind=Kind.PROMISE_BROKEN).count() == 1
    look = client.get(f"/api/v1/promises/{made['id']}").json()
    assert (look["share"], look["counted"]) == (None, 1)
    wrong = client.post(way, body | {"customer": 999_999, "source_id": "2"}, format="json")
    assert wrong.status_code == 409


def test_outcomes_do_not_come_in_as_interactions(key_for, root, bo, company):  # noqa: F811
    client = key_for(root, "interactions:write")
    for more in ({"kind": "promise_broken"}, {"kind": "visit", "source": "promises"}):
        row = {"source": "x", "source_id": "1", "customer": bo.pk,
               "occurred_at": "2026-03-01T10:00:00Z"} | more  # fmt: skip
        assert client.post("/api/v1/interactions", row, format="json").status_code == 400


def test_who_was_let_down_is_read_from_an_index(promise):
    rows = Outcome.objects.filter(promise=promise, is_kept=False, occurred_on__lte=TODAY)
    if connection.vendor == "postgresql":  # else it would read the few rows of this test plainly
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.order_by("-occurred_on", "-id").values("customer_id")[:50].explain()
    assert "outcome_of_promise" in plan
