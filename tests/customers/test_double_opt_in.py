"""Double opt-in: a yes counts once the link that was sent for it is followed, in time and once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from customers.contact.actions.ledger import Said, add_wording, record_consent, withdraw_consent
from customers.contact.actions.links import confirm_link_of
from customers.contact.actions.opting_in import ask_for_consent
from customers.contact.queries.verdict import may_contact
from customers.contact.tasks import send_due
from customers.models import Consent, ContactPolicy, Customer, Message, Sender
from relcrm.base.models import Brand

SAID = Said("marketing", "email", "form", proof={"ip": "::1"})


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def noa(company):
    ContactPolicy.objects.create(is_double_opt_in=True, quiet_from="00:00", quiet_until="00:00",
                                 days="0123456")  # fmt: skip
    return Customer.objects.create(name="Noa", email="noa@example.com", phone="+436601")


def why_not(customer, **more):
    asked = {"purpose": "marketing", "channel": "email", "now": timezone.now()} | more
    found = may_contact(Customer.objects.get(pk=customer.pk), **asked)
    return found.rule.key if found.rule else None


def ask(customer, said=SAID, *, ago=timedelta()):
    return ask_for_consent(customer, said, by=None, now=timezone.now() - ago)


def link_in(letter):
    return "/p/" + letter.body.split("/p/")[1].split("/")[0] + "/confirm/"


def test_nothing_counts_until_it_is_confirmed(client, noa):
    asked = ask(noa)
    assert why_not(noa) == "unconfirmed"
    send_due()
    (letter,) = mail.outbox
    link = link_in(letter)
    assert "News and offers" in client.get(link).text
    assert why_not(noa) == "unconfirmed", "looking changes nothing"
    answer = client.post(link)
    assert "it is confirmed" in answer.text
    assert answer["Referrer-Policy"] == "no-referrer"
    assert why_not(noa, now=timezone.now() + timedelta(hours=1)) is None
    line = Consent.objects.get(state="granted")
    assert (line.source, line.proof["asked"]) == ("form", asked.pk)


def test_a_link_that_was_followed_says_so_and_does_nothing_more(client, noa):
    ask(noa, ago=timedelta(minutes=5))
    send_due()
    link = link_in(mail.outbox[0])
    client.post(link)
    for answer in (client.get(link), client.post(link)):
        assert (answer.status_code, "Nothing waits" in answer.text) == (200, True)
    assert Consent.objects.count() == 2
    withdraw_consent(noa, source="own page", by=None, now=timezone.now())
    client.post(link)
    assert why_not(noa) == "unsubscribed", "an old link does not take back a later no"


def test_a_link_that_ran_out_offers_a_new_one_to_the_address_on_file(client, noa):
    ask(noa, ago=timedelta(days=8))
    old = confirm_link_of(noa, "email", now=timezone.now() - timedelta(days=8))
    late = client.get(f"/p/{old}/confirm/")
    assert (late.status_code, "has run out" in late.text) == (410, True)
    assert "on its way" in client.post(f"/p/{old}/confirm/").text
    assert why_not(noa) == "unconfirmed"
    send_due()
    (fresh,) = mail.outbox
    assert fresh.to == ["noa@example.com"]
    client.post(link_in(fresh))
    assert Consent.objects.filter(state="granted").exists()


def test_one_address_gets_one_such_mail_an_hour_and_three_a_day(noa):
    twin = Customer.objects.create(name="Ned", email=noa.email)
    start = timezone.now()
    for minutes in (0, 20, 40, 65, 130, 195, 400):
        for who in (noa, twin):
            ask_for_consent(who, SAID, by=None, now=start + timedelta(minutes=minutes))
    assert Message.objects.count() == 3
    ask_for_consent(twin, SAID, by=None, now=start + timedelta(days=2))
    assert Message.objects.count() == 4
    assert Consent.objects.filter(state="requested").count() == 15, "each question is on record"


def test_it_is_asked_in_their_language_where_the_words_exist_in_it(client, noa):
    wordings = {
        language: add_wording(key="news", text=text, purpose="marketing", language=language,
                              by=None, now=timezone.now())
        for language, text in (("en", "Yes, news."), ("de", "Ja, Neues."))
    }  # fmt: skip
    Customer.objects.filter(pk=noa.pk).update(language="de-AT")
    noa.refresh_from_db()
    ask(noa, Said("marketing", "email", "form", wording=wordings["en"]))
    send_due()
    (letter,) = mail.outbox
    assert "Ja, Neues." in letter.body
    client.post(link_in(letter))
    assert Consent.objects.get(state="granted").wording == wordings["de"]
    sofia = Customer.objects.create(name="Sofia", email="s@example.com", language="pt")
    assert (
        ask(sofia, Said("marketing", "email", "x", wording=wordings["en"])).wording.language == "en"
    )


def test_a_yes_to_a_brand_is_confirmed_for_that_brand(client, noa):
    brand = Brand.objects.create(name="Alpine Kids", slug="kids")
    ask(noa, Said("marketing", "email", "form", brand=brand))
    send_due()
    client.post(link_in(mail.outbox[0]))
    later = timezone.now() + timedelta(hours=1)
    assert why_not(noa, brand=brand, now=later) is None
    assert why_not(noa, now=later) == "no_consent"


def test_a_link_by_mail_does_not_confirm_what_was_asked_by_sms(client, noa):
    Sender.objects.create(channel="sms", way="webhook", address="https://sms.example", secret="s")
    ask(noa, Said("marketing", "sms", "form"))
    ask(noa)
    client.post(f"/p/{confirm_link_of(noa, 'email', now=timezone.now())}/confirm/")
    assert list(Consent.objects.filter(state="granted").values_list("channel", flat=True)) == [
        "email"
    ]


def test_whoever_unsubscribed_comes_back_by_confirming(client, noa):
    withdraw_consent(noa, source="test", by=None, now=timezone.now() - timedelta(days=9))
    ask(noa, ago=timedelta(minutes=1))
    assert why_not(noa) == "unsubscribed"
    send_due()
    client.post(link_in(mail.outbox[0]))
    assert why_not(noa, now=timezone.now() + timedelta(hours=1)) is None


def test_a_link_to_the_own_page_confirms_nothing_and_the_other_way_round(client, noa):
    ask(noa)
    confirms = confirm_link_of(noa, "email", now=timezone.now())
    assert client.get(f"/p/{confirms}/").status_code == 404
    record_consent(noa, SAID, by=None, now=timezone.now())
    shown = client.get(f"/p/{confirms}/confirm/").text
    page = shown.split("/p/")[1].split("/")[0]
    assert client.get(f"/p/{page}/").status_code == 200
    assert client.get(f"/p/{page}/confirm/").status_code == 404
