"""A customer's own page: reached by a signed link, and what they decide there holds at once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from customers.actions.erasure import erase_customer
from customers.contact.actions.ledger import Said, record_consent, withdraw_consent
from customers.contact.actions.links import link_of
from customers.contact.queries.standing import every_standing
from customers.contact.queries.verdict import may_contact
from customers.contact.tasks import send_due
from customers.models import Consent, ContactPolicy, Customer, Sender, SubjectRequest
from relcrm.base.models import Brand
from tests.conftest import NOW

MAY = (None, "quiet")  # whatever the hour in which the tests run


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def link(company, bo):
    return link_of(bo, now=timezone.now())


def post(client, link, way, **told):
    return client.post(f"/p/{link}/{way}/", told)


def verdict(customer, **more):
    customer = Customer.objects.get(pk=customer.pk)
    asked = {"purpose": "marketing", "channel": "email", "now": NOW} | more
    found = may_contact(customer, **asked)
    return found.rule.key if found.rule else None


def test_the_page_shows_what_they_hear_and_keeps_itself_private(client, link, bo):
    answer = client.get(f"/p/{link}/")
    assert answer.status_code == 200
    assert "Bo Lind" in answer.text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert str(bo.pk) not in link.split("~")


def test_a_link_that_was_tampered_with_leads_nowhere_and_guessing_is_slowed(client, link):
    assert client.get(f"/p/{link[:-2]}xx/").status_code == 404
    for _ in range(25):
        answer = client.get("/p/guess/")
    assert answer.status_code == 429
    assert client.get(f"/p/{link}/").status_code == 200


def test_looking_at_the_unsubscribe_link_changes_nothing(client, link, bo):
    assert client.get(f"/p/{link}/unsubscribe/").status_code == 200
    assert not Consent.objects.exists()


def test_one_click_leaves_everything_without_cookies_or_tokens(link, bo):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(f"/p/{link}/unsubscribe/", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert {each.state for each in every_standing(bo)} == {"withdrawn"}
    assert verdict(bo) == verdict(bo, purpose="survey") == "unsubscribed"
    assert verdict(bo, purpose="service") is None
    program.post(f"/p/{link}/unsubscribe/")
    assert Consent.objects.count() == 1


def test_an_old_link_still_unsubscribes_but_tells_nothing(client, company, bo):
    old = link_of(bo, now=timezone.now() - timedelta(days=400))
    shown = client.get(f"/p/{old}/").text
    assert "Bo Lind" not in shown
    assert client.post(f"/p/{old}/ask/erasure/").status_code == 302
    assert not SubjectRequest.objects.exists()
    assert client.post(f"/p/{old}/unsubscribe/").status_code == 200
    assert verdict(bo) == "unsubscribed"


def test_a_new_link_goes_to_the_address_we_have(client, company, bo):
    old = link_of(bo, now=timezone.now() - timedelta(days=400))
    for _ in range(2):
        assert post(client, old, "new-link").status_code == 302
    send_due()
    (letter,) = mail.outbox
    assert letter.to == ["bo@example.com"]
    fresh = letter.body.split("/p/")[1].split("/")[0]
    assert "Bo Lind" in client.get(f"/p/{fresh}/").text


def test_what_they_choose_holds(client, link, bo):
    ContactPolicy.objects.create(topics=["shoes", "sales"])
    answer = post(
        client, link, "wishes", channels=["survey:email"], topics=["shoes"], pace="2", pause="4",
        language="de",
    )  # fmt: skip
    assert answer.status_code == 302
    bo.refresh_from_db()
    assert (bo.language, bo.preferences["pace_per_month"]) == ("de", 2)
    assert bo.preferences["topics"] == {"shoes": "likes", "sales": "no"}
    assert verdict(bo) == "unsubscribed"
    now = timezone.now()
    assert verdict(bo, purpose="survey", now=now) == "paused"
    post(client, link, "wishes", channels=["survey:email", "marketing:email"], pause="0")
    bo.refresh_from_db()
    assert "paused_until" not in bo.preferences
    assert Consent.objects.filter(state="granted", purpose="marketing").exists()
    assert all(line.proof["link_of"] for line in Consent.objects.all())


def test_a_channel_that_is_not_offered_cannot_be_taken(client, link):
    assert post(client, link, "wishes", channels=["marketing:sms"]).status_code == 422
    assert not Consent.objects.exists()


def test_other_channels_are_offered_when_they_are_set_up(client, link, bo):
    bo.phone = "+436601"
    bo.save()
    Sender.objects.create(channel="sms", way="webhook", address="https://sms.example", secret="s")
    assert "News and offers: SMS" in client.get(f"/p/{link}/").text


@pytest.mark.parametrize("what", ["copy", "correction", "erasure"])
def test_their_rights_reach_the_desk(client, link, bo, what):
    assert client.get(f"/p/{link}/ask/{what}/").status_code == 200
    answer = post(client, link, f"ask/{what}", words="My name is Bob.")
    asked = SubjectRequest.objects.get()
    assert asked.number in answer.text
    assert (asked.customer, asked.came_by, asked.words) == (bo, "own page", "My name is Bob.")
    assert asked.identity_check


def test_whoever_was_erased_has_no_page(client, link, bo, pia):
    erase_customer(bo, by=pia, now=NOW)
    assert client.get(f"/p/{link}/").status_code == 404


def test_one_click_also_leaves_what_was_agreed_to_for_a_brand_since(client, link, bo):
    brand = Brand.objects.create(name="Alpine Kids", slug="kids")
    withdraw_consent(bo, source="test", by=None, now=NOW)
    yes = Said("marketing", "email", "form: kids", brand=brand)
    record_consent(bo, yes, by=None, now=NOW + timedelta(days=1))
    now = timezone.now()
    assert verdict(bo, brand=brand, now=now) != "unsubscribed"
    post(client, link, "unsubscribe")
    assert verdict(bo, brand=brand, now=now + timedelta(hours=1)) == "unsubscribed"


def brand_page(bo, *, yes_on):
    """Bo has said yes to a brand, and nothing to the company."""
    brand = Brand.objects.create(name="Alpine Kids", slug="kids")
    yes = Said("marketing", "email", "form: kids", brand=brand)
    record_consent(bo, yes, by=None, now=yes_on)
    return brand


def test_a_yes_to_a_brand_alone_is_shown_and_kept(client, link, bo):
    ContactPolicy.objects.create(basis="consent")
    brand = brand_page(bo, yes_on=NOW)
    shown = client.get(f"/p/{link}/").text
    assert "News and offers from Alpine Kids: E-mail" in shown
    assert shown.count("checked") == 1
    post(client, link, "wishes", channels=[f"marketing:email:{brand.pk}"], language="de")
    assert Consent.objects.count() == 1
    assert verdict(bo, brand=brand, now=timezone.now()) in MAY


def test_leaving_the_company_keeps_the_brand_that_stays_ticked(client, link, bo):
    brand = brand_page(bo, yes_on=NOW)
    post(client, link, "wishes", channels=[f"marketing:email:{brand.pk}"])
    later = timezone.now() + timedelta(hours=1)
    assert verdict(bo, now=later) == "unsubscribed"
    assert verdict(bo, brand=brand, now=later) in MAY


def test_leaving_a_brand_leaves_the_company_alone(client, link, bo):
    brand = brand_page(bo, yes_on=NOW)
    post(client, link, "wishes", channels=["marketing:email", "survey:email"])
    later = timezone.now() + timedelta(hours=1)
    assert verdict(bo, brand=brand, now=later) == "unsubscribed"
    assert verdict(bo, now=later) in MAY
    withdraw_consent(bo, source="test", by=None, now=later)
    post(client, link, "wishes", channels=["marketing:email"])
    assert verdict(bo, brand=brand, now=later + timedelta(hours=1)) == "unsubscribed"


def test_a_box_that_was_ticked_for_them_is_no_consent(client, link, bo):
    """Who bought hears from us without a word of theirs; pressing Save is no such word."""
    assert "checked" in client.get(f"/p/{link}/").text
    post(client, link, "wishes", channels=["marketing:email", "survey:email"], language="de")
    assert not Consent.objects.exists()
    post(client, link, "wishes", channels=["survey:email"])
    assert Consent.objects.get().state == "withdrawn"


def test_colleagues_see_the_brands_that_a_customer_agreed_to(as_, company, sam, bo):
    ContactPolicy.objects.create(basis="consent")
    brand_page(bo, yes_on=NOW)
    page = as_(sam).get(f"/customers/{bo.pk}/consents/").content.decode()
    assert "News and offers from Alpine Kids: E-mail" in page


def test_who_never_bought_is_not_shown_as_hearing_from_us(client, company):
    new = Customer.objects.create(name="New Face", email="new@example.com")
    assert "checked" not in client.get(f"/p/{link_of(new, now=timezone.now())}/").text
