"""Somebody signs up: the owner of the address confirms it, and only then is anything known."""

from datetime import timedelta

import pytest
from django.utils.timezone import now as clock

from customers.actions.segments import keep_segment
from customers.actions.tags import tag_called
from customers.contact.actions import sending
from customers.contact.actions.suppression import suppress
from customers.models import Consent, Customer, Message, SegmentMember, SignUp
from customers.segments import Reader
from customers.signup.actions.confirming import confirm, take_up
from customers.signup.actions.forgetting import forget_unconfirmed
from customers.signup.actions.forms import change_form, withdraw_form
from customers.signup.actions.sign_up import Filled, sign_up
from customers.signup.tasks import take_up_due
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW
from tests.customers.signup.conftest import asked, link, loaded, typed

pytestmark = pytest.mark.usefixtures("read_at_leisure")


def test_nothing_is_known_before_the_link_is_followed(client, form):
    sent = client.post("/s/spring/", typed(form, name="Ada Novak") | loaded(client, "/s/spring/"))
    assert "Please look into your mail" in sent.content.decode()
    waiting = asked(clock())
    assert (waiting.state, waiting.email) == ("asked", "ada@example.com")
    assert not Customer.objects.exists()
    assert not Consent.objects.exists()
    message = Message.objects.get()
    assert (message.to, message.customer, message.purpose) == ("ada@example.com", None, "service")
    assert f"https://crm.example{link(waiting)}" in message.text
    assert "Yes, write to me about boots." in message.text
    assert "Novak" not in message.text, "nobody sends words of theirs through our mails"


def test_following_the_link_signs_up_with_proof(client, form, words):
    client.post("/s/spring/", typed(form, name="Ada Novak") | loaded(client, "/s/spring/"))
    waiting = asked(clock())
    page = client.get(link(waiting)).content.decode()
    assert "Ada Novak" in page
    assert not Customer.objects.exists(), "looking confirms nothing"
    assert "you are signed up" in client.post(link(waiting)).content.decode()
    ada = Customer.objects.get()
    assert (ada.name, ada.email, ada.language) == ("Ada Novak", "ada@example.com", "en")
    line = ada.consents.get()
    assert (line.state, line.purpose, line.channel) == ("granted", "marketing", "email")
    assert (line.wording, line.source) == (words, "form:spring")
    assert line.proof["version"] == 1
    assert line.proof["network"] == line.proof["confirmed_from"] == "127.0.0.0/24"
    assert "127.0.0.1" not in str(line.proof)
    waiting.refresh_from_db()
    assert (waiting.customer, waiting.email, waiting.told) == (ada, "", {})
    assert Message.objects.get().customer == ada
    verbs = AuditLine.objects.values_list("verb", flat=True)
    assert {"sign_up.received", "sign_up.confirmed"} <= set(verbs)


def test_following_it_twice_changes_nothing(client, form):
    client.post("/s/spring/", typed(form) | loaded(client, "/s/spring/"))
    path = link(asked(clock()))
    for _ in range(2):
        assert client.post(path).status_code == 200
    assert Customer.objects.count() == Consent.objects.count() == 1


def test_a_link_runs_out_after_a_week(form):
    made = sign_up(form, _filled(form), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    with pytest.raises(Refused, match="run out"):
        confirm(made, proof={}, now=NOW + timedelta(days=8))
    assert not Customer.objects.exists()


def test_a_link_that_is_not_ours_is_not_found(client, form):
    assert client.get("/s/confirm/forged/").status_code == 404
    assert client.post("/s/confirm/1.forged/").status_code == 404


def test_whoever_repeats_it_causes_one_mail_an_hour_and_three_a_day(form):
    for minutes in (0, 10, 59):
        sign_up(form, _filled(form), by=None, now=NOW + timedelta(minutes=minutes))
    assert SignUp.objects.count() == 1
    for hours in range(1, 23):
        sign_up(form, _filled(form), by=None, now=NOW + timedelta(hours=hours, minutes=1))
    assert SignUp.objects.count() == 3


def test_two_forms_in_a_row_make_one_customer(form):
    for hours in (0, 2):
        _confirmed(form, NOW + timedelta(hours=hours))
    assert Customer.objects.count() == 1
    assert Consent.objects.count() == 2, "the later yes is on record as well"


def test_no_mail_goes_to_who_reported_us(form, root):
    suppress("ada@example.com", channel="email", cause="spam", source="test", by=root, now=NOW)
    made = sign_up(form, _filled(form), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    message = Message.objects.get()
    assert (message.state, message.reason) == ("withheld", "suppressed")


def test_an_address_that_is_suppressed_meanwhile_is_left_alone(form, root):
    take_up(sign_up(form, _filled(form), by=None, now=NOW).pk, now=NOW)
    suppress("ada@example.com", channel="email", cause="bounced", source="test", by=root, now=NOW)
    assert sending.claim(NOW) is None
    assert Message.objects.get().state == "withheld"


def test_the_worker_takes_up_each_once_and_leaves_what_is_old(form):
    sign_up(form, _filled(form, "bo@example.com"), by=None, now=clock())
    sign_up(form, _filled(form), by=None, now=clock() - timedelta(days=2))
    assert (take_up_due(), take_up_due()) == (1, 0)
    assert Message.objects.get().to == "bo@example.com"


def test_the_list_is_joined_and_the_tag_given(form, mara):
    boots = keep_segment("Boots", rule=None, reader=Reader(frozenset()), by=mara, now=NOW)
    change_form(form, joins=boots, tag=tag_called("VIP"), by=mara, now=NOW)
    for hours in (0, 2):
        ada = _confirmed(form, NOW + timedelta(hours=hours))
    assert SegmentMember.objects.get().customer == ada
    assert ada.taggings.get().tag.name == "VIP"


def test_what_nobody_confirms_is_forgotten_with_its_mail(form):
    take_up(sign_up(form, _filled(form), by=None, now=NOW).pk, now=NOW)
    _confirmed(form, NOW + timedelta(hours=1), "bo@example.com")
    assert forget_unconfirmed(NOW + timedelta(days=13)) == 0
    assert forget_unconfirmed(NOW + timedelta(days=15)) == 1
    assert SignUp.objects.get().customer.email == "bo@example.com"
    assert Message.objects.get().customer.email == "bo@example.com"


def test_a_withdrawn_form_takes_nothing_but_old_links_confirm(client, form, mara):
    take_up(sign_up(form, _filled(form), by=None, now=clock()).pk, now=clock())
    withdraw_form(form, by=mara, now=NOW)
    assert client.get("/s/spring/").status_code == 410
    with pytest.raises(Refused, match="closed"):
        sign_up(form, _filled(form, "bo@example.com"), by=None, now=NOW)
    assert client.post(link(SignUp.objects.get())).status_code == 200
    assert Customer.objects.get().email == "ada@example.com"


def _filled(form, email="ada@example.com", **told) -> Filled:
    said = [(ask.wording_id, ask.channel) for ask in form.asks.all()]
    return Filled(email, told, said, "page")


def _confirmed(form, now, email="ada@example.com", **told) -> Customer:
    made = sign_up(form, _filled(form, email, **told), by=None, now=now)
    take_up(made.pk, now=now)
    confirm(made, proof={}, now=now)
    return made.customer
