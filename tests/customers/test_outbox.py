"""Messages: in through the verdict, out once, their fate on record."""

from datetime import timedelta
from random import Random

import pytest
from django.core import mail

from customers.actions.erasure import erase_customer
from customers.contact.actions import outbox, sending
from customers.contact.actions.delivery import record_delivery
from customers.contact.actions.ledger import withdraw_consent
from customers.contact.actions.suppression import lift_suppression, suppress
from customers.contact.queries.verdict import may_contact
from customers.contact.tasks import send_due
from customers.contact.ways.outcome import ComesBack, Never, NotNow, Sent, Unknown
from customers.models import Consent, Interaction, Kind, Message, Suppression
from relcrm.base.models import AuditLine
from relcrm.lib.refusals import Refused
from tests.conftest import NOW, TODAY, happened

HOUR = timedelta(hours=1)


def write(customer, *, key="1", purpose="marketing", now=NOW, **more):
    told = {"channel": "email", "subject": "News", "text": "New soles.", "origin": "test"} | more
    return outbox.queue_message(
        customer, outbox.Draft(purpose=purpose, dedupe_key=key, **told), by=None, now=now
    )


def leave(outcome, now=NOW):
    """Claim what is due, hand it over and settle it with this outcome."""
    message = sending.claim(now)
    assert sending.hand_over(message, now=now)
    sending.settle(message, outcome, rng=Random(1), now=now)
    message.refresh_from_db()
    return message


@pytest.fixture
def at_noon(monkeypatch):
    """The worker's clock: a Monday at noon, UTC."""
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: NOW)


def test_a_message_is_sent_with_the_ways_to_leave(company, bo, at_noon, settings):
    settings.PUBLIC_URL = "https://shop.example"
    message = write(bo, html="<p>New <b>soles</b>.</p>")
    assert message.state == "queued"
    assert send_due() == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["bo@example.com"], "News")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe"].startswith("<https://shop.example/")
    assert "https://shop.example/" in sent.body
    assert "https://shop.example/" in sent.alternatives[0][0]
    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("sent", NOW)
    told = Interaction.objects.get(kind=Kind.MESSAGE_SENT)
    assert (told.source, told.source_id, told.channel) == ("outbox", str(message.pk), "email")
    assert (told.category, told.properties["subject"]) == ("marketing", "News")
    assert AuditLine.objects.filter(verb="message.sent").count() == 1


def test_service_mail_brings_no_way_to_unsubscribe_from_it(company, bo, at_noon):
    write(bo, purpose="service")
    send_due()
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_the_same_message_is_queued_once(company, bo, ada):
    first = write(bo)
    assert write(bo) == first
    assert write(ada, key="2") != first
    assert Message.objects.count() == 2


def test_what_may_not_be_sent_is_withheld_with_its_reason(company, bo, at_noon):
    withdraw_consent(bo, source="test", by=None, now=NOW)
    message = write(bo)
    assert (message.state, message.reason) == ("withheld", "unsubscribed")
    assert "asked for no more" in message.detail
    send_due()
    assert mail.outbox == []


def test_what_may_be_sent_later_waits(company, bo):
    late = NOW + 8 * HOUR  # nine in the evening in Vienna
    message = write(bo, now=late)
    assert (message.state, message.reason) == ("queued", "quiet")
    assert message.next_attempt_at == NOW + 19 * HOUR
    assert sending.claim(late) is None
    assert sending.claim(message.next_attempt_at) == message


def test_what_would_come_too_late_is_not_sent(company, bo):
    message = write(bo, expires_at=NOW + HOUR)
    assert sending.claim(NOW + 2 * HOUR) is None
    message.refresh_from_db()
    assert (message.state, message.reason) == ("withheld", "expired")


def test_the_verdict_is_asked_again_when_it_leaves(company, bo):
    message = write(bo)
    withdraw_consent(bo, source="test", by=None, now=NOW)
    assert sending.claim(NOW) is None
    message.refresh_from_db()
    assert (message.state, message.reason) == ("withheld", "unsubscribed")


def test_messages_that_wait_together_keep_to_the_limit_together(company, bo):
    for key in "abcde":
        write(bo, key=key)
    while message := sending.claim(NOW):
        sending.settle(message, Sent(), rng=Random(1), now=NOW)
    assert Message.objects.filter(state="sent").count() == 3
    waiting = Message.objects.filter(state="queued")
    assert {each.reason for each in waiting} <= {"week"}
    assert Message.objects.filter(state__in=["queued", "withheld"]).count() == 2


def test_two_senders_never_have_the_same_message(company, bo):
    write(bo)
    assert sending.claim(NOW) is not None
    assert sending.claim(NOW) is None


def test_what_surely_did_not_leave_is_tried_again_ever_later(company, bo):
    message = write(bo, purpose="service", expires_at=NOW + timedelta(days=30))
    now, waits = NOW, []
    for _ in range(sending.TRIES - 1):
        message = leave(NotNow("busy"), now)
        assert message.state == "queued"
        waits.append(message.next_attempt_at - now)
        now = message.next_attempt_at
    assert timedelta(minutes=1) <= waits[0] <= timedelta(minutes=1.5)
    assert all(later > before for before, later in zip(waits, waits[1:], strict=False))
    assert leave(NotNow("busy"), now).state == "failed"


@pytest.mark.parametrize(
    ("outcome", "state"), [(Never("refused"), "failed"), (Unknown("hung up"), "unclear")]
)
def test_what_cannot_be_known_or_mended_is_not_repeated(company, bo, outcome, state):
    write(bo)
    assert leave(outcome).state == state
    assert sending.claim(NOW + HOUR) is None
    assert not Interaction.objects.filter(kind=Kind.MESSAGE_SENT).exists()


def test_a_person_may_send_again_what_was_perhaps_sent(company, bo, mara):
    write(bo)
    message = leave(Unknown("hung up"))
    outbox.retry_message(message, by=mara, now=NOW)
    assert leave(Sent("p1")).state == "sent"
    with pytest.raises(Refused, match="not sent"):
        outbox.retry_message(message, by=mara, now=NOW)


def test_only_what_waits_can_be_cancelled(company, bo, mara):
    message = write(bo)
    outbox.cancel_message(message, by=mara, now=NOW)
    assert sending.claim(NOW) is None
    with pytest.raises(Refused, match="does not wait"):
        outbox.cancel_message(message, by=mara, now=NOW)


def test_an_address_that_does_not_exist_is_not_written_to_again(company, bo, pia, mara):
    write(bo)
    assert leave(ComesBack("550 no such user")).state == "bounced"
    assert write(bo, key="2", purpose="service").reason == "suppressed"
    row = Suppression.objects.get()
    lift_suppression(row, by=mara, now=NOW)
    assert write(bo, key="3", purpose="service").state == "queued"


def test_the_fingerprint_of_an_address_outlives_its_owner(company, bo, pia, ada):
    suppress("Bo@Example.com", channel="email", cause="spam", source="test", by=None, now=NOW)
    assert may_contact(bo, purpose="marketing", channel="email", now=NOW).rule.key == "suppressed"
    erase_customer(bo, by=pia, now=NOW)
    row = Suppression.objects.get()
    assert (row.address, row.cause) == ("", "spam")
    ada.email = "bo@example.com"
    ada.save()
    assert may_contact(ada, purpose="marketing", channel="email", now=NOW).rule.key == "suppressed"
    assert may_contact(ada, purpose="service", channel="email", now=NOW)


def test_what_the_provider_reports_is_taken_over_once(company, bo):
    write(bo)
    message = leave(Sent("p1"))
    for _ in range(2):
        for state in ("delivered", "opened", "clicked"):
            record_delivery(message, state, now=NOW)
    message.refresh_from_db()
    assert message.state == "delivered"
    kinds = list(Interaction.objects.filter(source="outbox").values_list("kind", flat=True))
    assert sorted(kinds) == ["message_clicked", "message_opened", "message_sent"]


def test_a_report_tells_that_what_was_perhaps_sent_was(company, bo):
    write(bo)
    message = leave(Unknown("hung up"))
    record_delivery(message, "delivered", now=NOW)
    assert Interaction.objects.filter(kind=Kind.MESSAGE_SENT).count() == 1


def test_spam_is_a_no_and_soft_bounces_are_after_three(company, bo, cyd):
    write(bo)
    message = leave(Sent())
    record_delivery(message, "spam", now=NOW)
    record_delivery(message, "spam", now=NOW)
    assert Consent.objects.get().state == "withdrawn"
    assert Suppression.objects.get().cause == "spam"
    for key in "abc":
        assert not Suppression.objects.filter(address=cyd.email).exists()
        write(cyd, key=key, purpose="service")
        record_delivery(leave(Sent()), "bounced", is_final=False, now=NOW)
    assert Suppression.objects.filter(address=cyd.email).exists()


def test_an_e_mail_without_subject_or_words_is_refused(company, bo):
    for told in ({"subject": ""}, {"text": " "}, {"subject": "x" * 201}):
        with pytest.raises(Refused):
            write(bo, **told)
    assert write(bo, subject="One\r\nBcc: all@example.com").subject == "One Bcc: all@example.com"


def test_a_channel_that_is_not_set_up_fails_with_words(company, bo, at_noon):
    bo.phone = "+436601"
    bo.save()
    message = write(bo, purpose="service", channel="sms")
    send_due()
    message.refresh_from_db()
    assert (message.state, "set up" in message.detail) == ("failed", True)


def test_whoever_is_erased_gets_nothing(company, bo, pia):
    write(bo)
    happened(bo, Kind.VISIT, TODAY)
    erase_customer(bo, by=pia, now=NOW)
    assert sending.claim(NOW) is None
    bo.refresh_from_db()
    with pytest.raises(Refused, match="erased"):
        write(bo, key="2")
