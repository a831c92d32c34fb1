"""A form that is sent twice is worked off once."""

import re

import pytest

from customers.models import (
    Customer,
    CustomField,
    Interaction,
    Kind,
    Organisation,
    Question,
    Segment,
    SubjectRequest,
    Wording,
)
from feedback.models import Complaint
from relcrm.base.models import ApiKey, Brand, FirstAnswer


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


@pytest.mark.parametrize(
    ("path", "told", "kind"),
    [
        ("/privacy/requests/new/", {"kind": "access", "asked_by": "Gil", "contact": "g@x.example",
                                    "received_on": "2026-03-01"}, SubjectRequest),
        ("/settings/fields/", {"label": "Size", "kind": "number", "position": "0"}, CustomField),
        ("/settings/contact/brands/", {"name": "Alpine Kids"}, Brand),
        ("/settings/contact/words/", {"key": "news", "purpose": "marketing", "language": "en",
                                         "text": "Yes, news."}, Wording),
    ],
)  # fmt: skip
def test_what_is_made_in_the_settings_and_at_the_desk_is_made_once(
    as_, root, company, path, told, kind
):
    browser = as_(root)
    before = kind.objects.count()
    sent = told | {"once": mark(browser, path)}
    answers = [browser.post(path, sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302], answers[0].text[:2000]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert kind.objects.count() == before + 1


def test_a_segment_is_kept_once_and_looked_at_as_often_as_one_likes(as_, mara, company):
    browser, path = as_(mara), "/segments/new/"
    page = browser.get(path)
    rule = {"name": "Everybody", "once": mark(browser, path)}
    looks = [browser.post(path, rule | {"do": ""}).status_code for _ in range(2)]
    assert looks == [200, 200]
    made = {"name": "Skiers", "once": mark(browser, path)}
    lists = [browser.post("/segments/lists/", made).status_code for _ in range(2)]
    assert lists == [302, 302]
    assert Segment.objects.count() == 1
    assert page.status_code == 200


def test_of_two_keys_by_one_press_the_one_whose_secret_is_shown_lasts(as_, root, company):
    browser, path = as_(root), "/settings/keys/"
    sent = {"name": "Shop", "scopes": ["customers:read"], "days": "", "once": mark(browser, path)}
    shown = [browser.post(path, sent).context["secret"] for _ in range(2)]
    good = ApiKey.objects.get(revoked_at=None)
    assert good.digest == ApiKey.digest_of(shown[1])
    assert ApiKey.objects.count() == 2
