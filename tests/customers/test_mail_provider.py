"""Mail through a provider: its number is kept, its reports are verified and taken over once."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured

from customers.contact import codes, returning
from customers.contact.actions.hearing import forget_heard
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.queries.verdict import may_contact
from customers.contact.tasks import send_due
from customers.models import Consent, Customer, Heard, Interaction, Kind, Message, Suppression
from relcrm.lib import mailers
from relcrm.lib.mailers import Given
from tests.conftest import NOW

PASSWORD = "reports:a long password"
SIGNING = "key-1234567890abcdef"
HOOK = "/hooks/mail/"


@pytest.fixture
def postmark(settings, monkeypatch):
    given = Given("postmark", key="token", reports=PASSWORD)
    return _through(given, settings, monkeypatch)


@pytest.fixture
def mailgun(settings, monkeypatch):
    given = Given("mailgun", key="key", domain="mg.example.com", signing=SIGNING)
    return _through(given, settings, monkeypatch)


def _through(given, settings, monkeypatch):
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: NOW)
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.EMAIL_PROVIDER, settings.ANYMAIL = given.provider, mailers.anymail(given)


@pytest.fixture
def sent(company, bo):
    """A marketing mail to Bo that the provider took over."""

    def go(key="1"):
        message = queue_message(
            bo,
            Draft(
                channel="email",
                purpose="marketing",
                subject="News",
                text="Soles.",
                html="",
                dedupe_key=key,
                origin="test",
            ),
            by=None,
            now=NOW,
        )
        send_due()
        message.refresh_from_db()
        return message

    return go


def tell_postmark(client, body, password=PASSWORD):
    basic = base64.b64encode(password.encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    return client.post(HOOK, json.dumps(body), content_type="application/json", headers=headers)


def tell_mailgun(client, event, key=SIGNING, token="a" * 50):
    stamp = str(int(time.time()))
    sign = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    body = {"signature": {"timestamp": stamp, "token": token, "signature": sign},
            "event-data": event}  # fmt: skip
    return client.post(HOOK, json.dumps(body), content_type="application/json")


def postmark_bounce(message, **more):
    """As Postmark documents it."""
    return {
        "RecordType": "Bounce", "ID": 4323372036854775807, "Type": "HardBounce", "TypeCode": 1,
        "Name": "Hard bounce", "Tag": "", "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"relcrm": returning.token(returning.Try(message.pk))}, "ServerID": 23,
        "MessageStream": "outbound",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": "bo@example.com", "From": "hello@example.com",
        "BouncedAt": "2026-03-02T13:00:00Z", "DumpAvailable": True, "Inactive": True,
        "CanActivate": True, "Subject": "News",
    } | more  # fmt: skip


def mailgun_event(message, event, **more):
    """As Mailgun documents it."""
    return {
        "event": event, "id": "G9Bn5sl1TC6nu79C8C0bwg", "timestamp": NOW.timestamp() + 60,
        "log-level": "info", "recipient": "bo@example.com", "tags": [], "campaigns": [],
        "user-variables": {"relcrm": returning.token(returning.Try(message.pk))},
        "message": {"headers": {"to": "bo@example.com", "subject": "News",
                                "message-id": "20260302.1@mg.example.com"}, "size": 512},
    } | more  # fmt: skip


def test_the_providers_number_is_kept_and_ours_travels_along(postmark, sent):
    message = sent()
    assert (message.state, message.provider_id, message.sent_to) == ("sent", "0", "bo@example.com")
    told = mail.outbox[0].anymail_test_params
    assert told["metadata"] == {"relcrm": returning.token(returning.Try(message.pk))}
    assert "Message-ID" not in told["extra_headers"]
    assert told["extra_headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_hard_bounce_suppresses_the_address_with_its_reason(postmark, sent, client, bo):
    message = sent()
    assert tell_postmark(client, postmark_bounce(message)).json()["taken"] == 1
    message.refresh_from_db()
    assert message.state == "bounced"
    stopped = Suppression.objects.get()
    assert (stopped.address, stopped.cause) == ("bo@example.com", "bounced")
    assert "does not exist" in stopped.detail
    verdict = may_contact(bo, purpose="service", channel="email", now=NOW)
    assert verdict.rule.key == "suppressed"


@pytest.mark.parametrize(
    "soft",
    [
        {"Type": "SoftBounce", "Details": ""},
        {"Details": "smtp;452 4.2.2 The email account that you tried to reach is over quota."},
        {"Details": "smtp;550 5.7.1 Our system has detected that this message is likely spam."},
        {"Details": "smtp;552 5.2.2 Mailbox full"},
    ],
)
def test_a_soft_bounce_alone_does_not(postmark, sent, client, soft):
    message = sent()
    tell_postmark(client, postmark_bounce(message, **soft))
    message.refresh_from_db()
    assert message.state == "bounced"
    assert not Suppression.objects.exists()


def test_a_bounce_is_about_the_address_it_went_to(postmark, sent, client, bo):
    message = sent()
    Customer.objects.filter(pk=bo.pk).update(email="new@example.com")
    tell_postmark(client, postmark_bounce(message))
    assert list(Suppression.objects.values_list("address", flat=True)) == ["bo@example.com"]


def test_the_same_report_again_changes_nothing(postmark, sent, client):
    message = sent()
    tell_postmark(client, postmark_bounce(message))
    Suppression.objects.all().delete()
    assert tell_postmark(client, postmark_bounce(message)).json() == {
        "taken": 0, "known": 1, "unknown": 0,
    }  # fmt: skip
    assert not Suppression.objects.exists()
    assert Heard.objects.count() == 1
    assert forget_heard(Heard.objects.get().heard_at + timedelta(days=31)) == 1


def test_delivered_opened_and_clicked_stand_on_the_timeline(mailgun, sent, client, bo):
    message = sent()
    tell_mailgun(client, mailgun_event(message, "delivered"), token="d" * 50)
    message.refresh_from_db()
    assert message.state == "delivered"
    for number in range(2):
        tell_mailgun(client, mailgun_event(message, "opened"), token=f"o{number}")
    url = "https://shop.example/soles?who=bo%40example.com#x"
    tell_mailgun(client, mailgun_event(message, "clicked", url=url), token="c" * 50)
    told = Interaction.objects.filter(customer=bo, source="outbox")
    assert told.filter(kind=Kind.MESSAGE_OPENED).count() == 1
    click = told.get(kind=Kind.MESSAGE_CLICKED)
    assert click.properties["led_to"] == "https://shop.example/soles"
    assert click.category == "marketing"


def test_a_report_of_spam_and_leaving_go_into_the_ledger(mailgun, sent, client, bo):
    message = sent()
    tell_mailgun(client, mailgun_event(message, "unsubscribed"), token="u")
    assert Consent.objects.get().source == "provider"
    tell_mailgun(client, mailgun_event(message, "complained"), token="s")
    assert Suppression.objects.get().cause == "spam"
    assert {line.source for line in Consent.objects.all()} == {"provider", "reported as spam"}
    verdict = may_contact(bo, purpose="marketing", channel="email", now=NOW)
    assert "unsubscribed" in verdict.spoken


def test_a_permanent_failure_counts_and_a_temporary_one_waits(mailgun, sent, client):
    message = sent()
    failed = {"severity": "temporary", "reason": "generic",
              "delivery-status": {"code": 450, "message": "4.7.1 try later"}}  # fmt: skip
    tell_mailgun(client, mailgun_event(message, "failed", **failed), token="t")
    message.refresh_from_db()
    assert message.state == "sent"
    gone = {"severity": "permanent", "reason": "generic",
            "delivery-status": {"code": 550, "message": "5.1.1 No such user"}}  # fmt: skip
    tell_mailgun(client, mailgun_event(message, "failed", **gone), token="p")
    message.refresh_from_db()
    assert message.state == "bounced"
    assert Suppression.objects.get().cause == "bounced"


def test_without_our_token_the_providers_number_tells_which_mail(mailgun, sent, client):
    message = sent()
    Message.objects.filter(pk=message.pk).update(provider_id="<20260302.1@mg.example.com>")
    event = mailgun_event(message, "delivered") | {"user-variables": {}}
    assert tell_mailgun(client, event).json()["taken"] == 1
    foreign = event | {"message": {"headers": {"message-id": "other@mg.example.com"}}}
    assert tell_mailgun(client, foreign, token="b").json()["unknown"] == 1
    forged = mailgun_event(message, "delivered") | {
        "user-variables": {"relcrm": f"{message.pk}-{'0' * 16}"}, "message": {},
    }  # fmt: skip
    assert tell_mailgun(client, forged, token="f").json()["unknown"] == 1


def test_what_is_not_verified_is_not_heard(mailgun, sent, client, settings):
    message = sent()
    answer = tell_mailgun(client, mailgun_event(message, "complained"), key="wrong")
    assert answer.status_code == 400
    assert not Suppression.objects.exists()
    settings.ANYMAIL = mailers.anymail(Given("mailgun", key="key"))
    assert tell_mailgun(client, mailgun_event(message, "complained")).status_code == 404


def test_a_wrong_password_or_nonsense_is_refused(postmark, sent, client, settings):
    message = sent()
    assert tell_postmark(client, postmark_bounce(message), "reports:x").status_code == 400
    assert tell_postmark(client, ["no", "report"]).status_code == 400
    assert client.head(HOOK).status_code == 200
    assert client.get(HOOK).status_code == 405
    settings.EMAIL_PROVIDER = ""
    assert client.head(HOOK).status_code == 404


@pytest.mark.parametrize("name", sorted(mailers.PROVIDERS))
def test_each_provider_can_be_named_and_hears(name, settings, client):
    given = Given(name, key="k", secret="s", domain="d", signing="g", reports=PASSWORD)
    settings.EMAIL_PROVIDER, settings.ANYMAIL = name, mailers.anymail(given)
    settings.EMAIL_BACKEND = mailers.backend(given)
    connection = mail.get_connection()
    assert connection.esp_name.lower() == name
    assert client.head(HOOK).status_code == 200
    assert client.post(HOOK, b"{}", content_type="application/json").status_code == 400


def test_a_provider_we_do_not_know_or_without_key_is_named():
    with pytest.raises(ImproperlyConfigured, match="use one of brevo"):
        mailers.backend(Given("pigeon", key="x"))
    with pytest.raises(ImproperlyConfigured, match="PROVIDER_KEY"):
        mailers.backend(Given("postmark"))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("550 5.1.1 user unknown", True),
        ("550 5.4.1 Recipient address rejected: Access denied", True),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", True),
        ("554 5.0.0 Service unavailable", False),
        ("550 5.7.1 blocked by policy", False),
        ("452 4.2.2 over quota", False),
        ("421 try again later", False),
        ("550 no such user here", True),
        ("550 rejected", False),
        ("The server hung up", None),
        ("connecting to 5.1.1.7 failed", None),
    ],
)
def test_codes_of_servers_say_hard_or_soft(text, verdict):
    assert codes.is_hard(text) is verdict
