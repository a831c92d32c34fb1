"""Mails that come back: read as mail servers write them, matched to the message, never lost."""

import io
import mailbox
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from customers.actions.erasure import erase_customer
from customers.contact import returning
from customers.contact.actions.delivery import record_delivery
from customers.contact.actions.outbox import Draft, queue_message, retry_message
from customers.contact.actions.returns import forget_strays, take_mail
from customers.contact.tasks import send_due
from customers.contact.ways import returned
from customers.models import Consent, Customer, Message, StrayMail, Suppression
from tests.conftest import NOW

SAMPLES = Path(__file__).parent.parent / "data" / "returned"


def sample(name, message):
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"TOKEN", _token(message))


def _token(message):
    return returning.token(returning.Try(message.pk)).encode()


@pytest.fixture
def sent(company, bo, settings, monkeypatch):
    """A marketing mail to Bo that the mail server took over."""
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: NOW)
    settings.BOUNCE_ADDRESS = "bounces@shop.example"
    message = queue_message(
        bo,
        Draft(
            channel="email",
            purpose="marketing",
            subject="News",
            text="Soles.",
            dedupe_key="1",
            origin="test",
        ),
        by=None,
        now=NOW,
    )
    send_due()
    message.refresh_from_db()
    return message


def test_the_envelope_and_the_message_id_name_the_message(sent):
    (out,) = mail.outbox
    token = returning.token(returning.Try(sent.pk))
    assert out.from_email == f"bounces+{token}@shop.example"
    read = out.message()
    assert read["From"] == "relcrm@localhost"
    assert read["Message-ID"] == f"<relcrm-{token}@localhost>"
    assert sent.provider_id == read["Message-ID"]


@pytest.mark.parametrize(
    ("name", "outcome", "state", "suppressed"),
    [
        ("postfix_unknown", "bounced", "bounced", "bounced"),
        ("exchange", "bounced", "bounced", "bounced"),
        ("gmail", "bounced", "bounced", "bounced"),
        ("qmail", "bounced", "bounced", "bounced"),
        ("postfix_full", "bounced", "bounced", None),
        ("postfix_delayed", "deferred", "sent", None),
        ("complaint", "spam", "sent", "spam"),
        ("away", "nothing", "sent", None),
        ("letter", "stray", "sent", None),
    ],
)
def test_what_servers_write_is_understood(sent, name, outcome, state, suppressed):
    assert take_mail(sample(name, sent), now=NOW) == outcome
    sent.refresh_from_db()
    assert sent.state == state
    assert Suppression.objects.filter(address="bo@example.com").values_list(
        "cause", flat=True
    ).first() == suppressed  # fmt: skip
    assert StrayMail.objects.exists() == (outcome == "stray")


def test_what_the_server_said_is_kept_beside_the_address(sent):
    take_mail(sample("postfix_unknown", sent), now=NOW)
    assert "User unknown in local recipient table" in Suppression.objects.get().detail
    sent.refresh_from_db()
    assert sent.detail.startswith("550 5.1.1 <bo@example.com>")


def test_a_complaint_goes_into_the_ledger(sent):
    take_mail(sample("complaint", sent), now=NOW)
    line = Consent.objects.get()
    assert (line.state, line.channel, line.source) == ("withdrawn", "email", "reported as spam")


def test_soft_bounces_in_a_row_suppress(sent, bo):
    for number in (2, 3):
        again = Message.objects.get(pk=sent.pk)
        again.pk, again.dedupe_key = None, str(number)
        again.created_at = NOW + timedelta(days=number)
        again.save()
    for message in Message.objects.order_by("pk"):
        assert not Suppression.objects.exists()
        take_mail(sample("postfix_full", message), now=NOW)
    assert Suppression.objects.get().address == "bo@example.com"


def test_the_same_mail_again_changes_nothing(sent):
    raw = sample("postfix_unknown", sent)
    take_mail(raw, now=NOW)
    Suppression.objects.all().delete()
    assert take_mail(raw, now=NOW) == "known"
    assert not Suppression.objects.exists()


def test_a_forged_report_is_kept_and_does_nothing(sent):
    raw = sample("postfix_unknown", sent).replace(_token(sent), f"{sent.pk}-{'0' * 16}".encode())
    Message.objects.update(provider_id="")
    assert take_mail(raw, now=NOW) == "stray"
    assert not Suppression.objects.exists()
    assert "no message that we know of" in StrayMail.objects.get().problem


def test_what_nobody_understands_is_kept_with_its_name_and_goes_after_a_month(sent, bo):
    raw = sample("letter", sent)
    take_mail(raw, now=NOW)
    take_mail(raw, now=NOW)
    kept = StrayMail.objects.get()
    assert (kept.sender, bytes(kept.raw)) == ("Kay <kay@example.net>", raw)
    assert "neither a report" in kept.problem
    assert forget_strays(NOW + timedelta(days=29)) == 0
    assert forget_strays(NOW + timedelta(days=31)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff" * 50, b"Content-Type: multipart/report; boundary=x\n\n--x\n",
        b"Content-Type: message/delivery-status\n\nAction:\n\n",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status"
        b"\n\nReporting-MTA: dns; x\n\n--x--\n",
        b"Content-Type: message/feedback-report\n\nFeedback-Type: surprise\n",
        b"From: postmaster@x\nContent-Type: text/plain; charset=klingon\n\nhi\n",
        b"Subject: =?utf-8?q?=FF?=\nFrom: \xff\xfe\n\nhi",
    ],
)  # fmt: skip
def test_broken_mails_are_kept_too(company, db, raw):
    assert take_mail(raw, now=NOW) == "stray"
    assert StrayMail.objects.get().problem


def test_reading_never_raises_whatever_the_bytes(sent):
    whole = sample("gmail", sent)
    for cut in range(0, len(whole), 97):
        returned.read(whole[:cut] + whole[cut + 31 :])


def test_the_mail_that_a_mail_program_unsubscribes_with_is_read(sent, bo):
    way = mail.outbox[0].extra_headers["List-Unsubscribe"]
    to = unquote(way.split("<mailto:")[1].split("?")[0])
    assert way.endswith("?subject=unsubscribe>")
    raw = f"From: bo@example.com\r\nTo: {to}\r\nSubject: Unsubscribe\r\n\r\n".encode()
    assert take_mail(raw, now=NOW) == "unsubscribed"
    line = Consent.objects.get()
    assert (line.customer, line.state, line.channel, line.source) == (
        bo,
        "withdrawn",
        "email",
        "mail",
    )
    assert take_mail(raw.replace(to.encode(), b"bounces@shop.example"), now=NOW) == "stray"
    assert Consent.objects.count() == 1


def test_a_late_bounce_of_a_first_try_is_not_taken_for_the_second(sent, bo, root):
    first = sample("postfix_unknown", sent)
    Message.objects.filter(pk=sent.pk).update(state="unclear")
    sent.refresh_from_db()
    Customer.objects.filter(pk=bo.pk).update(email="new@example.com")
    retry_message(sent, by=root, now=NOW)
    send_due()
    sent.refresh_from_db()
    assert (sent.state, sent.turn, sent.sent_to) == ("sent", 1, "new@example.com")
    take_mail(first, now=NOW)
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert not Suppression.objects.exists()
    second = returning.token(returning.Try(sent.pk, 1)).encode()
    take_mail(first.replace(_token(sent), second), now=NOW)
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert Suppression.objects.get().address == "new@example.com"


def test_erasing_somebody_forgets_mails_that_name_them(sent, bo, sam):
    take_mail(sample("letter", sent).replace(b"anybody", b"Bo <BO@example.com>"), now=NOW)
    erase_customer(bo, by=sam, now=NOW)
    assert not StrayMail.objects.exists()


def test_a_maildir_is_emptied_as_it_is_taken_in(sent, tmp_path, capsys):
    box = mailbox.Maildir(tmp_path / "box", create=True)
    for name in ("postfix_unknown", "letter", "away"):
        box.add(sample(name, sent))
    call_command("bounces", str(tmp_path / "box"), "--keep")
    assert len(box) == 3
    call_command("bounces", str(tmp_path / "box"))
    told = capsys.readouterr().out.splitlines()
    assert told == ["1 bounced, 1 nothing, 1 stray", "1 known, 1 nothing, 1 stray"]
    assert len(box) == 0
    assert StrayMail.objects.count() == 1


def test_an_mbox_and_a_pipe_are_read_alike(sent, tmp_path, capsys, monkeypatch):
    box = mailbox.mbox(tmp_path / "box")
    box.add(sample("complaint", sent))
    box.close()
    call_command("bounces", str(tmp_path / "box"))
    piped = io.TextIOWrapper(io.BytesIO(sample("gmail", sent)))
    monkeypatch.setattr("sys.stdin", piped)
    call_command("bounces")
    assert capsys.readouterr().out.splitlines() == ["1 spam", "1 bounced"]
    with pytest.raises(CommandError, match="not there"):
        call_command("bounces", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="no maildir"):
        call_command("bounces", str(tmp_path))


def test_without_a_database_the_mail_server_is_told_to_come_again(tmp_path, sent):
    environment = {
        "RELCRM_SECRET_KEY": "x", "RELCRM_DATA": str(tmp_path), "PATH": "",
        "DJANGO_SETTINGS_MODULE": "relcrm.settings",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "manage.py", "bounces"], input=sample("letter", sent), env=environment,
        capture_output=True, cwd=SAMPLES.parent.parent.parent,
    )  # fmt: skip
    assert told.returncode == 75, told.stderr
    assert b"Traceback" not in told.stderr


def test_delivery_that_is_reported_by_mail_counts(sent):
    raw = sample("postfix_unknown", sent).replace(b"Action: failed", b"Action: delivered")
    assert take_mail(raw.replace(b"Status: 5.1.1", b"Status: 2.0.0"), now=NOW) == "delivered"
    sent.refresh_from_db()
    assert sent.state == "delivered"
    record_delivery(sent, "opened", now=NOW)


def nested(levels: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )


HOSTILE = {
    "nested": nested(2_000),
    "nested a little": nested(30) + b"Subject: x\x00y\n\n",
    "many recipients": b"From: mailer-daemon@x\nTo: " + b"a <b@c>, " * 25_000 + b"\n\nx",
    "many words": b"From: " + b"=?utf-8?q?a?= " * 15_000 + b"\nReturn-Path: <>\n\nx",
    "many headers": b"From: mailer-daemon@x\n" + b"To: a@b\n" * 20_000 + b"\nx",
    "NUL in a kind": b"Content-Type: message/feedback-report\n\nFeedback-Type: a\x00b\n\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_mail_stops_those_behind_it(sent, name, tmp_path):
    """Anybody can write to the mailbox: what is too deep, too long or unstorable is put aside, and
    soon."""
    began = time.process_time()
    assert take_mail(HOSTILE[name], now=NOW) == "stray"
    assert time.process_time() - began < 3
    assert take_mail(sample("postfix_unknown", sent), now=NOW) == "bounced"


def test_a_servers_words_are_kept_without_what_no_database_keeps(sent):
    raw = sample("postfix_unknown", sent).replace(b"User unknown", b"User \x00unknown")
    assert take_mail(raw, now=NOW) == "bounced"
    assert "User unknown" in Suppression.objects.get().detail
