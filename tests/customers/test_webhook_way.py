"""SMS by webhook: signed, safe to repeat, never into our own network; reports come back signed."""

import json

import pytest
from django.core.cache import cache
from django.utils import timezone

from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.tasks import send_due
from customers.models import Interaction, Message, Sender
from relcrm.lib import outward, signatures
from tests.conftest import NOW

SECRET = signatures.new_secret()


@pytest.fixture
def sms(company, bo, listener, monkeypatch):
    cache.clear()
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: NOW)
    bo.phone = "+436601"
    bo.save()
    Sender.objects.create(
        channel="sms", way="webhook", name="Alpine", secret=SECRET,
        address=listener.address("/send"),
    )  # fmt: skip
    return queue_message(
        bo,
        Draft(channel="sms", purpose="service", text="On its way.", dedupe_key="1", origin="test"),
        by=None,
        now=NOW,
    )


def test_the_provider_gets_a_signed_request_with_a_key(sms, listener):
    send_due()
    sms.refresh_from_db()
    assert (sms.state, sms.provider_id) == ("sent", "sms-7")
    ((told, body),) = listener.heard
    assert signatures.is_genuine(SECRET, told, body, NOW)
    assert not signatures.is_genuine(SECRET, told, body + b" ", NOW)
    assert told["idempotency-key"] == told["webhook-id"]
    assert json.loads(body)["to"] == "+436601"


def test_a_busy_provider_is_asked_again_under_the_same_key(sms, listener, monkeypatch):
    listener.answer = 503
    send_due()
    sms.refresh_from_db()
    assert sms.state == "queued"
    listener.answer = 200
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: sms.next_attempt_at)
    send_due()
    sms.refresh_from_db()
    assert sms.state == "sent"
    keys = {told["idempotency-key"] for told, _ in listener.heard}
    assert (len(listener.heard), len(keys)) == (2, 1)


def test_redirects_are_not_followed(sms, listener):
    listener.answer, listener.to = 302, "http://169.254.169.254/"
    send_due()
    sms.refresh_from_db()
    assert (sms.state, "redirects" in sms.detail) == ("failed", True)
    assert len(listener.heard) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/", "https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/",
        "https://169.254.169.254/latest/", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/", "https://user:word@example.com/", "ftp://example.com/", "https:///",
        "https://2130706433/",
    ],
)  # fmt: skip
def test_no_address_leads_into_our_own_network(address):
    with pytest.raises((outward.Forbidden, outward.Unreachable)):
        outward.place(address)


def report(client, events, *, secret=SECRET, at=None, number="r1", channel="sms"):
    body = json.dumps({"events": events}).encode()
    headers = signatures.headers(secret, number, at or timezone.now(), body)
    return client.post(
        f"/hooks/messages/{channel}/", body, content_type="application/json", headers=headers
    )


def test_reports_are_taken_over_once(sms, client):
    send_due()
    event = {"message": str(sms.pk), "state": "delivered"}
    assert report(client, [event, {"provider_id": "sms-7", "state": "clicked"}]).json() == {
        "taken": 2, "unknown": 0,
    }  # fmt: skip
    assert report(client, [event]).json() == {"taken": 0, "unknown": 0}  # the same request again
    assert report(client, [{"message": "0", "state": "delivered"}], number="r2").json() == {
        "taken": 0, "unknown": 1,
    }  # fmt: skip
    assert Message.objects.get().state == "delivered"
    assert Interaction.objects.filter(kind="message_clicked").count() == 1


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"secret": "whsec_AAAA"}, 401),
        ({"at": NOW}, 401),  # long ago
        ({"channel": "email"}, 401),
        ({"events": "all"}, 400),
        ({"events": [{}] * 1_001}, 400),
    ],
)
def test_forged_old_and_shapeless_reports_are_refused(sms, client, told, status):
    told = {"events": [{"message": str(sms.pk), "state": "spam"}]} | told
    assert report(client, told.pop("events"), **told).status_code == status
    assert Message.objects.get().state == "queued"
