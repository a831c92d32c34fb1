"""Colleagues make, publish and withdraw forms, and see who signed up."""

import pytest
from django.utils.timezone import now as clock

from customers.contact.actions.ledger import add_wording
from customers.models import SignUpForm, SignUpFormVersion
from customers.signup.actions.confirming import confirm, take_up
from customers.signup.actions.forms import change_form, make_form, publish_form, withdraw_form
from customers.signup.actions.sign_up import sign_up
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW
from tests.customers.signup.conftest import SHOP
from tests.customers.signup.test_who_is_meant import filled


@pytest.fixture
def browser(as_, mara):
    return as_(mara)


def drafted(words, **more) -> dict:
    return {
        "name": "Newsletter", "language": "en", "title": "Boots by mail",
        "asks": [f"{words.pk}:email"], "fact.name": "required", "label.name": "Who are you?",
        "is_double_opt_in": "yes", "sites": f"{SHOP}/\nhttps://b.example",
        "redirect_to": f"{SHOP}/thanks", "tag": "news",
    } | more  # fmt: skip


def test_a_form_is_made_looked_at_and_published(browser, client, words):
    assert "No forms yet" in browser.get("/signup-forms/").content.decode()
    browser.post("/signup-forms/new/", drafted(words))
    form = SignUpForm.objects.get()
    assert (form.slug, form.state, form.sites) == (
        "newsletter",
        "draft",
        [SHOP, "https://b.example"],
    )
    assert form.facts == [{"what": "name", "is_required": True, "label": "Who are you?"}]
    assert (form.tag.name, form.is_double_opt_in) == ("news", True)
    browser.post(f"/signup-forms/{form.pk}/publish/")
    page = client.get("/s/newsletter/").content.decode()
    assert "Who are you?" in page
    assert "Newsletter" in browser.get("/signup-forms/").content.decode()
    browser.post(f"/signup-forms/{form.pk}/withdraw/")
    assert client.get("/s/newsletter/").status_code == 410
    verbs = list(AuditLine.objects.filter(verb__startswith="signup_form").values_list("verb"))
    assert sorted(verb for (verb,) in verbs) == [
        "signup_form.made", "signup_form.published", "signup_form.withdrawn",
    ]  # fmt: skip


def test_what_people_see_makes_a_version_and_the_rest_does_not(browser, form, words):
    shown = browser.get(f"/signup-forms/{form.pk}/edit/").content.decode()
    assert "News about boots" in shown
    kept = {"name": "Spring", "title": "News about boots", "language": "en",
            "asks": [f"{words.pk}:email"], "fact.name": "asked", "label.name": "",
            "is_double_opt_in": "yes", "sites": SHOP}  # fmt: skip
    browser.post(f"/signup-forms/{form.pk}/edit/", kept)
    form.refresh_from_db()
    assert form.version == 1, "nothing changed"
    browser.post(f"/signup-forms/{form.pk}/edit/", kept | {"thanks": "See you!"})
    browser.post(f"/signup-forms/{form.pk}/edit/", kept | {"title": "Shoes"})
    form.refresh_from_db()
    assert (form.version, form.title) == (2, "Shoes")
    first, second = SignUpFormVersion.objects.order_by("version")
    assert (first.shown["title"], second.shown["title"]) == ("News about boots", "Shoes")
    assert first.shown["asks"][0]["text"] == "Yes, write to me about boots."


def test_who_came_is_shown_and_who_has_not_confirmed_stays_unnamed(browser, form):
    for email in ("ada@example.com", "bo@example.com"):
        made = sign_up(form, filled(form, email), by=None, now=clock())
        take_up(made.pk, now=clock())
    confirm(made, proof={}, now=clock())
    page = browser.get(f"/signup-forms/{form.pk}/").content.decode()
    assert "bo@example.com" in page
    assert "ada@example.com" not in page
    assert "Somebody who has not confirmed" in page
    assert "2 in 30 days" in page
    assert "1 in 30 days" in page
    assert "&lt;iframe src=&quot;https://crm.example/s/spring/embed/&quot;" in page
    assert "action=&quot;https://crm.example/s/spring/&quot;" in page
    assert "https://crm.example/s/spring/" in page


def test_a_form_that_makes_no_sense_is_refused(words, mara, root):
    make = {"name": "A", "title": "A", "asks": [(words, "email")], "by": mara, "now": NOW}
    for wrong, said in (
        ({"name": " "}, "name and a title"),
        ({"slug": "confirm"}, "another short name"),
        ({"facts": [{"what": "shoe", "is_required": False}]}, "cannot be asked"),
        ({"asks": [(words, "email"), (words, "email")]}, "once for each"),
        ({"asks": [(words, "letter")]}, "by e-mail or SMS"),
        ({"asks": [(words, "sms")]}, "need a phone"),
        ({"sites": ["https://a.example; script-src *"]}, "is no site"),
        ({"sites": ["http://a.example"]}, "is no site"),
        ({"redirect_to": "https://evil.example/"}, "on one of the sites"),
        ({"redirect_to": "http://a.example/", "sites": ["https://a.example"]}, "must be https"),
    ):
        with pytest.raises(Refused, match=said):
            make_form(**make | wrong)
    form = make_form(**make)
    with pytest.raises(Refused, match="already"):
        make_form(**make)
    with pytest.raises(Refused, match="not published"):
        withdraw_form(form, by=mara, now=NOW)
    publish_form(form, by=mara, now=NOW)
    with pytest.raises(Refused, match="published already"):
        publish_form(form, by=mara, now=NOW)
    with pytest.raises(Refused, match="on one of the sites"):
        change_form(form, redirect_to="https://evil.example/", by=mara, now=NOW)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [({"title": ""}, "need mending"), ({"redirect_to": "https://evil.example/"}, "must be https")],
)
def test_mistakes_in_the_editor_keep_what_was_typed(browser, words, mistake, said):
    answer = browser.post("/signup-forms/new/", drafted(words, **mistake))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Newsletter" in page
    assert said in page
    assert not SignUpForm.objects.exists()


def test_newer_words_are_pointed_out(browser, form, root):
    add_wording(key="newsletter", text="Newer", purpose="marketing", by=root, now=NOW)
    assert "version 2 is newer" in browser.get(f"/signup-forms/{form.pk}/").content.decode()


def test_the_lists_cost_the_same_for_one_form_and_many(
    browser, form, mara, django_assert_max_num_queries
):
    for number in range(20):
        make_form(name=f"F{number}", title="F", by=mara, now=NOW)
        sign_up(form, filled(form, f"p{number}@example.com"), by=None, now=clock())
    with django_assert_max_num_queries(8):
        browser.get("/signup-forms/")
    with django_assert_max_num_queries(16):
        browser.get(f"/signup-forms/{form.pk}/")
