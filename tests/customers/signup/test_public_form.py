"""The form for everybody: without scripts and cookies, for people, and the same for all."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.contact.actions.ledger import add_wording
from customers.models import Consent, Customer, CustomField, SignUp, SignUpForm
from customers.signup import tokens
from customers.signup.actions.forms import change_form, make_form, publish_form
from tests.conftest import NOW
from tests.customers.signup.conftest import SHOP, asked, link, loaded, typed


def test_the_page_is_plain_accessible_and_sets_no_cookie(client, form):
    answer = client.get("/s/spring/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not client.cookies
    assert "<script" not in page
    assert 'lang="en"' in page
    assert 'autocomplete="email"' in page
    assert 'autocomplete="name"' in page
    assert "checked" not in page, "nothing is ticked before"
    assert "Yes, write to me about boots." in page
    for name in re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', page):
        assert f'for="{name}"' in page


@pytest.mark.usefixtures("read_at_leisure")
def test_mistakes_are_named_beside_their_field_and_nothing_typed_is_lost(client, form):
    sent = {"email": "ada", "name": "Ada"} | loaded(client, "/s/spring/")
    answer = client.post("/s/spring/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-describedby="id_email_error"' in page
    assert 'id="id_email_error"' in page
    assert 'aria-invalid="true"' in page
    assert "Tick what you would like" in page
    assert 'value="Ada"' in page
    assert not SignUp.objects.exists()


@pytest.mark.usefixtures("read_at_leisure")
def test_known_or_not_the_answer_is_the_same(client, form, ada):
    """Ada is a customer, Eva is not; byte for byte, and in as many statements."""
    answers = [
        client.post("/s/spring/", typed(form, email=email) | loaded(client, "/s/spring/")).content
        for email in ("ada@example.com", "eva@example.com")
    ]
    assert answers[0] == answers[1]


@pytest.mark.usefixtures("read_at_leisure")
def test_nobody_is_looked_up_while_the_page_waits(client, form, django_assert_max_num_queries):
    sent = typed(form) | loaded(client, "/s/spring/")
    with django_assert_max_num_queries(13) as asked_for:
        client.post("/s/spring/", sent)
    assert not any('FROM "customers_customer"' in each["sql"] for each in asked_for)
    assert not any("customers_identity" in each["sql"] for each in asked_for)


def test_machines_get_the_same_answer_and_nowhere(client, form, monkeypatch):
    seen = loaded(client, "/s/spring/")
    hasty = client.post("/s/spring/", typed(form) | seen)
    assert hasty.status_code == 422
    assert "That was quick" in hasty.content.decode()
    assert seen["seen"] in hasty.content.decode(), "pressing again is enough"
    monkeypatch.setattr(tokens, "QUICKEST", timedelta(0))
    trapped = client.post("/s/spring/", typed(form, website="https://spam.example") | seen)
    assert "Please look into your mail" in trapped.content.decode()
    assert not SignUp.objects.exists()


@pytest.mark.usefixtures("read_at_leisure")
def test_an_old_page_a_changed_form_and_a_forged_token_are_looked_at_again(client, form, mara):
    old = {"seen": tokens.seen_token(form, clock() - timedelta(days=2))}
    assert "open for a long time" in client.post("/s/spring/", typed(form) | old).content.decode()
    forged = client.post("/s/spring/", typed(form) | {"seen": "1~1~1.forged"})
    assert "send it from here" in forged.content.decode()
    before = typed(form) | loaded(client, "/s/spring/")
    change_form(form, title="News about shoes", by=mara, now=NOW)
    changed = client.post("/s/spring/", before)
    assert "has changed meanwhile" in changed.content.decode()
    assert client.post("/s/spring/", typed(form)).status_code == 422
    assert not SignUp.objects.exists()


@pytest.mark.usefixtures("read_at_leisure")
def test_old_words_cannot_be_agreed_to_on_a_new_page(client, form, root, mara, words):
    newer = add_wording(key="newsletter", text="Yes, also boots for dogs.", purpose="marketing",
                        by=root, now=NOW)  # fmt: skip
    before = typed(form)
    change_form(form, asks=[(newer, "email")], by=mara, now=NOW)
    answer = client.post("/s/spring/", before | loaded(client, "/s/spring/"))
    assert answer.status_code == 422
    assert not SignUp.objects.exists()


@pytest.mark.usefixtures("read_at_leisure")
def test_haste_from_one_place_is_stopped_and_so_is_too_much_at_once(client, form):
    sent = typed(form) | loaded(client, "/s/spring/")
    assert client.post("/s/spring/", sent | {"name": "x" * 70_000}).status_code == 413
    codes = [client.post("/s/spring/", sent).status_code for _ in range(31)]
    assert (codes[0], codes[-1]) == (200, 429)
    assert SignUp.objects.count() == 1


def test_only_its_sites_may_show_it(client, form, mara):
    hosted = client.get("/s/spring/")
    assert "frame-ancestors 'none'" in hosted["Content-Security-Policy"]
    assert hosted["X-Frame-Options"] == "DENY"
    within = client.get("/s/spring/embed/")
    assert f"frame-ancestors {SHOP};" in within["Content-Security-Policy"]
    assert "X-Frame-Options" not in within
    assert 'action="/s/spring/embed/"' in within.content.decode()
    change_form(form, sites=[], by=mara, now=NOW)
    nowhere = client.get("/s/spring/embed/")
    assert "frame-ancestors 'none'" in nowhere["Content-Security-Policy"]
    confirming = client.get("/s/confirm/x/")
    assert "frame-ancestors 'none'" in confirming["Content-Security-Policy"]


@pytest.mark.usefixtures("read_at_leisure")
def test_within_a_page_it_works_without_any_cookie(client, form):
    seen = loaded(client, "/s/spring/embed/")
    client.cookies.clear()
    answer = client.post("/s/spring/embed/", typed(form) | seen)
    assert answer.status_code == 200
    assert not client.cookies
    assert SignUp.objects.get().proof["way"] == "embedded"


def test_a_plain_form_counts_from_its_sites_only_and_is_always_confirmed(client, form, mara):
    change_form(form, is_double_opt_in=False, by=mara, now=NOW)
    elsewhere = client.post("/s/spring/", typed(form), headers={"Origin": "https://evil.example"})
    assert (elsewhere.status_code, SignUp.objects.count()) == (422, 0)
    assert client.post("/s/spring/embed/", typed(form), headers={"Origin": SHOP}).status_code == 422
    assert client.post("/s/spring/", typed(form), headers={"Origin": SHOP}).status_code == 200
    waiting = asked(clock())
    assert (waiting.state, waiting.proof["site"]) == ("asked", SHOP)
    assert not Consent.objects.exists()


@pytest.mark.usefixtures("read_at_leisure")
def test_people_are_led_on_to_a_page_of_its_sites(client, form, mara):
    change_form(form, redirect_to=f"{SHOP}/thanks", by=mara, now=NOW)
    page = client.get("/s/spring/")
    assert f"form-action 'self' {SHOP};" in page["Content-Security-Policy"]
    answer = client.post("/s/spring/", typed(form) | loaded(client, "/s/spring/"))
    assert (answer.status_code, answer["Location"]) == (302, f"{SHOP}/thanks")


@pytest.mark.usefixtures("read_at_leisure")
def test_every_kind_of_question_is_read_as_its_type(client, words, mara):
    CustomField.objects.create(key="size", label="Size", kind="number", unit="EU")
    CustomField.objects.create(key="sole", label="Sole", kind="choice", choices=["Hard", "Soft"])
    CustomField.objects.create(key="vegan", label="Vegan?", kind="flag")
    asks = ["name", "phone", "birth_on", "language", "interests"]
    asks += ["custom.size", "custom.sole", "custom.vegan"]
    facts = [{"what": what, "is_required": what == "name", "label": ""} for what in asks]
    facts[4]["choices"] = ["hiking", "running"]
    form = make_form(name="All", title="All", is_double_opt_in=True, facts=facts,
                     asks=[(words, "email")], by=mara, now=NOW)  # fmt: skip
    publish_form(form, by=mara, now=NOW)
    told = {
        "name": "Ada Novak", "phone": "+43 660 12345", "birth_on": "1980-05-01", "language": "de",
        "interests": ["hiking"], "custom.size": "39,5", "custom.sole": "soft",
        "custom.vegan": "no",
    }  # fmt: skip
    wrong = client.post("/s/all/", typed(form) | told | {
        "name": "", "phone": "12", "birth_on": "2999-01-01", "interests": ["sleeping"],
        "custom.size": "big",
    } | loaded(client, "/s/all/"))  # fmt: skip
    assert wrong.content.decode().count('class="error"') == 5
    client.post("/s/all/", typed(form) | told | loaded(client, "/s/all/"))
    waiting = asked(clock())
    shown = client.get(link(waiting)).content.decode()
    assert all(each in shown for each in ("Ada Novak", "39.5 EU", "Soft", "hiking"))
    client.post(link(waiting))
    ada = Customer.objects.get()
    assert (ada.phone, ada.birth_on.year, ada.language) == ("+4366012345", 1980, "de")
    assert ada.interests == ["hiking"]
    assert ada.custom_values.count() == 3


def test_a_draft_is_for_colleagues_and_cannot_be_sent(client, as_, words, mara, nils):
    form = make_form(name="Draft", title="Soon", asks=[(words, "email")], by=mara, now=NOW)
    assert client.get("/s/draft/").status_code == 404
    assert as_(nils).get("/s/draft/").status_code == 404
    browser = as_(mara)
    assert "Only colleagues see this draft" in browser.get("/s/draft/").content.decode()
    browser.post("/s/draft/", typed(form) | loaded(browser, "/s/draft/"))
    assert not SignUp.objects.exists()


def test_its_pages_speak_its_language(client, form, mara):
    change_form(form, language="de", by=mara, now=NOW)
    page = client.post("/s/spring/", {"email": ""} | loaded(client, "/s/spring/"))
    assert 'lang="de"' in page.content.decode()
    assert "Dieses Feld ist zwingend erforderlich." in page.content.decode()
    assert SignUpForm.objects.get().version == 2
