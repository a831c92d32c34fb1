"""The pages of promises: who sees what, and what can be pressed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from feedback import actions as desk
from feedback.models import Outcome, Promise
from feedback.promises.words import figure
from relcrm.base import readings
from relcrm.base.models import Company, Reading
from tests.conftest import NOW, TODAY
from tests.feedback.promises.conftest import DAY, bought, look, promised, say

TYPED = {
    "name": "Answered in a day", "words": "Within a day.", "told_where": "", "test": "stated",
    "target_percent": "90", "active_from": "2026-01-01",
}  # fmt: skip


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
    say(promise, bo, mara, reason="Rain")
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


def test_what_puts_it_right_happens_on_a_later_day_of_the_company(
    as_, mara, sam, ada, bo, cyd, promise
):
    """Broken at eleven at night in Vienna: an hour before midnight there, two before UTC's."""
    broken_at = datetime.combine(TODAY - 9 * DAY, time(22), UTC)
    for who in (ada, bo, cyd):
        say(promise, who, mara, occurred_at=broken_at)
    say(promise, ada, mara, occurred_at=broken_at + timedelta(minutes=50), is_kept=True)
    for who, minutes in ((bo, 50), (cyd, 70)):
        complaint = desk.file_complaint(who, subject="Late", by=sam, now=broken_at)
        then = broken_at + timedelta(minutes=minutes)
        desk.resolve_complaint(complaint, resolution="Refunded.", by=sam, now=then)
        desk.record_satisfaction(complaint, is_satisfied=True, by=sam, now=then)
    page = as_(mara).get(f"/promises/{promise.pk}/").context["page"]
    repairs = {row.customer: row.repair for row in page.rows if row.repair}
    assert repairs == {cyd.pk: "complaint resolved, satisfied"}
    assert (page.let_down.people, page.let_down.repaired) == (3, 1)


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
             "once": "a" * 22}  # fmt: skip
    browser = as_(sam)
    for _time in range(2):
        assert browser.post(f"/promises/{promise.pk}/outcomes/", typed).status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.customer, outcome.is_kept, outcome.source) == (bo, False, "by hand")
    reply = browser.post(f"/promises/{promise.pk}/outcomes/", typed | {"customer": "999999"})
    assert reply.status_code == 422
    assert "We know no such customer." in text(reply)
    way = f"/promises/{promise.pk}/outcomes/{outcome.pk}"
    assert browser.post(f"{way}/correct/", {"is_kept": "yes", "reason": "x"}).status_code == 302
    assert Outcome.objects.get().is_kept
    assert browser.post(f"{way}/withdraw/", {"reason": "x"}).status_code == 302
    assert not Outcome.objects.exists()


def test_who_was_let_down_is_read_from_an_index(promise):
    rows = Outcome.objects.filter(promise=promise, is_kept=False, occurred_on__lte=TODAY)
    if connection.vendor == "postgresql":  # else it would read the few rows of this test plainly
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.order_by("-occurred_on", "-id").values("customer_id")[:50].explain()
    assert "outcome_of_promise" in plan


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("first_reply_hours", ("first reply", "hours")), ("delivery_days", ("delivery", "days")),
        ("firstReplyHours", ("first reply", "hours")), ("hours", ("hours", "")),
        ("on_time", ("on time", "")), ("Übergabe-Tage", ("übergabe tage", "")), ("_", ("_", "")),
    ],
)  # fmt: skip
def test_a_figure_is_called_by_words(key, called):
    assert figure(key) == called


def test_a_test_by_a_figure_is_told_in_words_with_its_unit(as_, mara, ada, delivered):
    delivered_late = bought(ada, 5, 6.5)
    look()
    page = text(as_(mara).get(f"/promises/{delivered.pk}/"))
    assert "“Bought”: delivery is at most 3 days" in page
    assert "promised: at most 3 days" in page
    assert "6.5 days" in page
    assert "delivery_days" not in page
    told = text(as_(mara).get(f"/customers/{delivered_late.customer_id}/timeline/"))
    assert "it was: 6.5 days" in told


def test_how_it_went_is_said_of_somebody_by_name(as_, sam, ada, bo, promise):
    said = {"is_kept": "no", "on": TODAY.isoformat(), "reason": "Rain"}
    here = f"/promises/{promise.pk}/outcomes/"
    assert "several customers" in text(as_(sam).post(here, said | {"customer": "example.com"}))
    assert "no such customer" in text(as_(sam).post(here, said | {"customer": "Zoe"}))
    as_(sam).post(here, said | {"customer": "Bo Lind"})
    assert Outcome.objects.get().customer == bo


@pytest.mark.browser
def test_the_form_of_a_promise_shows_what_the_chosen_test_needs(look_at, mara, delivered):
    page = look_at(f"/promises/{delivered.pk}/edit/", by=mara)
    assert page.get_by_label("The figure it carries").is_visible()
    assert not page.get_by_label("Hours to answer a complaint").is_visible()
    page.get_by_label("How do we find out whether it was kept?").select_option("complaint_answered")
    assert page.get_by_label("Hours to answer a complaint").is_visible()
    assert not page.get_by_label("The figure it carries").is_visible()
    page.has_no_barriers()
