"""A complaint through its pages: taken in, worked on, with and without htmx."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Identity
from feedback import actions
from feedback.models import Complaint

HTMX = {"HX-Request": "true", "HX-Target": "complaint"}


@pytest.fixture
def complaint(dan, sam, company):
    return actions.file_complaint(
        dan, subject="Sole came off", text="I walked home barefoot.", remedy_sought="New pair",
        severity=3, by=sam, now=timezone.now() - timedelta(hours=1),
    )  # fmt: skip


def press(browser, complaint, verb, htmx=False, **typed):
    headers = HTMX if htmx else {}
    return browser.post(f"/complaints/{complaint.pk}/{verb}/", typed, headers=headers)


def test_a_customer_is_found_by_the_beginning_of_the_name(as_, sam, dan, ada, company):
    page = as_(sam).get("/complaints/new/?q=da").content.decode()
    assert f"?customer={dan.pk}" in page
    assert "Ada Novak" not in page


@pytest.mark.parametrize("words", ["okafor", "+43 660 12", "DAN@example.com"])
def test_a_customer_is_found_by_whatever_one_remembers(as_, sam, dan, ada, company, words):
    Identity.objects.create(customer=dan, kind="phone", value="+4366012")
    page = as_(sam).get("/complaints/new/", {"q": words}).content.decode()
    assert f"?customer={dan.pk}" in page
    assert "Ada Novak" not in page


def test_nobody_of_that_name_says_what_to_try(as_, sam, company):
    assert "Nobody is called" in as_(sam).get("/complaints/new/?q=zzz").content.decode()


def test_five_fields_begin_a_complaint(as_, sam, dan, company):
    page = as_(sam).get(f"/complaints/new/?customer={dan.pk}").content.decode()
    assert "What went wrong for Dan Okafor?" in page
    reply = as_(sam).post(
        "/complaints/new/",
        {"customer": dan.pk, "subject": "Charged twice", "text": "You charged twice.",
         "remedy_sought": "Money back", "channel": "phone"},
    )  # fmt: skip
    complaint = Complaint.objects.get()
    assert reply.headers["Location"] == f"/complaints/{complaint.pk}/"
    assert (complaint.customer, complaint.severity) == (dan, Complaint.Severity.MAJOR)


def test_a_complaint_without_subject_is_sent_back_with_the_words_kept(as_, sam, dan, company):
    reply = as_(sam).post(
        "/complaints/new/",
        {"customer": dan.pk, "subject": "", "text": "Barefoot!", "channel": "phone"},
    )
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Say in a few words" in page
    assert "Barefoot!" in page


def test_the_page_shows_words_remedy_deadline_and_silence(as_, sam, complaint):
    page = as_(sam).get(f"/complaints/{complaint.pk}/").content.decode()
    for words in ("I walked home barefoot.", "New pair", complaint.number, "Marketing is silent"):
        assert words in page


def test_what_a_customer_writes_stays_text(as_, sam, dan, company):
    hostile = actions.file_complaint(
        dan, subject="<script>alert(1)</script>", text="<b>bold</b>", by=sam, now=timezone.now()
    )
    page = as_(sam).get(f"/complaints/{hostile.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_the_buttons_lead_through_its_life_without_htmx(as_, sam, complaint):
    browser = as_(sam)
    for verb, typed in (
        ("take", {}),
        ("acknowledge", {}),
        ("assess", {"severity": "4"}),
        ("resolve", {"resolution": "New pair sent."}),
        ("satisfaction", {"satisfied": "yes"}),
        ("reopen", {"reason": "They pinch"}),
    ):
        reply = press(browser, complaint, verb, **typed)
        assert (reply.status_code, reply.headers["Location"]) == (
            302,
            f"/complaints/{complaint.pk}/",
        )
    page = browser.get(f"/complaints/{complaint.pk}/").content.decode()
    for words in ("Taken", "Acknowledged", "Severity corrected", "Opened again", "New pair sent."):
        assert words in page
    complaint.refresh_from_db()
    assert complaint.owner == sam


def test_it_can_be_given_to_a_colleague(as_, sam, root, complaint):
    press(as_(sam), complaint, "assign", owner=root.pk)
    complaint.refresh_from_db()
    assert complaint.owner == root


def test_htmx_gets_the_changed_piece(as_, sam, complaint):
    reply = press(as_(sam), complaint, "acknowledge", htmx=True)
    piece = reply.content.decode()
    assert piece.lstrip().startswith('<div class="stack-5" id="complaint"')
    assert "Acknowledged." in piece


def test_a_refusal_says_why(as_, sam, complaint):
    browser = as_(sam)
    press(browser, complaint, "acknowledge")
    for verb, typed, words in (
        ("acknowledge", {}, "already acknowledged"),
        ("resolve", {"resolution": ""}, "what was done"),
        ("satisfaction", {"satisfied": "perhaps"}, "yes or no"),
        ("assess", {"severity": "x"}, "1 (minor) to 4"),
    ):
        reply = press(browser, complaint, verb, htmx=True, **typed)
        assert reply.status_code == 409
        assert words in reply.content.decode()


def test_a_marketer_reads_but_presses_nothing(as_, mara, complaint):
    browser = as_(mara)
    page = browser.get(f"/complaints/{complaint.pk}/").content.decode()
    assert "Sole came off" in page
    assert 'name="resolution"' not in page
    assert press(browser, complaint, "acknowledge").status_code == 403
    assert browser.get("/complaints/new/").status_code == 403


def test_an_expert_cannot_open_another_customers_complaint(as_, eve, complaint):
    assert as_(eve).get(f"/complaints/{complaint.pk}/").status_code == 404


def test_no_button_works_by_a_link(as_, sam, complaint):
    assert as_(sam).get(f"/complaints/{complaint.pk}/acknowledge/").status_code == 405
    assert press(as_(sam), complaint, "destroy").status_code == 404
