"""A form that is sent twice is worked off once."""

import re

from customers.models import Customer, Interaction, Kind, Organisation, Question
from feedback.models import Complaint
from relcrm.base.models import FirstAnswer


def mark(browser, path, at=0):
    return re.findall(r'name="once" value="([^"]+)"', browser.get(path).content.decode())[at]


def test_a_customer_with_only_a_name_is_made_once(as_, mara, company):
    browser = as_(mara)
    sent = {"name": "Gil", "once": mark(browser, "/customers/new/")}
    first, second = (browser.post("/customers/new/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Customer.objects.filter(name="Gil").count() == 1
    browser.post("/customers/new/", sent | {"name": "Ina"})
    assert Customer.objects.filter(name="Ina").exists(), "the Back button, and another name"
    browser.post("/customers/new/", {"name": "Gil"})
    assert Customer.objects.filter(name="Gil").count() == 2, "without a mark each counts"


def test_each_page_has_a_mark_of_its_own(as_, mara, company):
    browser = as_(mara)
    assert mark(browser, "/customers/new/") != mark(browser, "/customers/new/")


def test_a_form_that_was_not_right_may_come_again(as_, mara, company):
    browser = as_(mara)
    sent = {"name": "", "once": mark(browser, "/customers/new/")}
    assert browser.post("/customers/new/", sent).status_code == 422
    assert browser.post("/customers/new/", sent).status_code == 422
    assert not FirstAnswer.objects.exists()


def test_a_refusal_leaves_no_mark(as_, mara, company):
    browser = as_(mara)
    sent = {"name": " ", "once": "x" * 22}
    for _ in range(2):
        assert browser.post("/organisations/new/", sent).status_code == 409
    assert not FirstAnswer.objects.exists()


def test_one_person_s_mark_says_nothing_to_another(as_, mara, sam, company):
    sent = {"name": "Hiking club", "once": "x" * 22}
    for who in (mara, mara, sam):
        as_(who).post("/organisations/new/", sent)
    assert Organisation.objects.count() == 2


def test_notes_complaints_and_questions_are_kept_once(as_, sam, ada, client, company):
    browser, htmx = as_(sam), {"HX-Request": "true"}
    note = {"text": "Likes tea", "once": "n" * 22}
    answers = [
        browser.post(f"/customers/{ada.pk}/note/", note, headers=htmx).status_code for _ in range(2)
    ]
    assert answers == [200, 204]
    assert Interaction.objects.filter(kind=Kind.NOTE).count() == 1
    path = f"/complaints/new/?customer={ada.pk}"
    told = {"customer": ada.pk, "subject": "Wet", "channel": "phone", "severity": "2"}
    sent = told | {"once": mark(browser, path)}
    assert len({browser.post(path, sent).get("Location") for _ in range(2)}) == 1
    assert Complaint.objects.count() == 1
    asked = {"text": "Wide feet?", "email": "x@example.com", "once": mark(client, "/ask/")}
    for _ in range(2):
        client.post("/ask/", asked)
    assert Question.objects.count() == 1
