"""A sender that is killed loses no message and sends none twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.tasks import send_due
from customers.models import Customer, Message
from relcrm.base.models import Company
from tests.customers.test_import_survives import address_of_the_test_database

ROOT = Path(__file__).parent.parent.parent
SENDER = "import django; django.setup(); from customers.contact.tasks import send_due; send_due()"


def killed_while(backend: str, folder: Path) -> list[str]:
    """Start a sender, kill it as soon as it has got so far; what it had handed over."""
    box = folder / "box"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "relcrm.settings", "RELCRM_SECRET_KEY": "tests",
        "RELCRM_DATA": str(folder), "RELCRM_DATABASE_URL": address_of_the_test_database(),
        "RELCRM_EMAIL_BACKEND": backend, "RELCRM_TEST_POSTBOX": str(box),
    }  # fmt: skip
    sender = subprocess.Popen([sys.executable, "-c", SENDER], cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + 60
        while not box.exists() or (backend.endswith("Answers") and not box.read_text()):
            assert sender.poll() is None, "the sender ended by itself"
            assert time.monotonic() < until, "the sender did not get so far"
            time.sleep(0.02)
    finally:
        sender.send_signal(signal.SIGKILL)
        sender.wait()
    return box.read_text().splitlines()


@pytest.fixture
def message() -> Message:
    Company.objects.create()
    bo = Customer.objects.create(name="Bo", email="bo@example.com")
    return queue_message(
        bo,
        Draft(
            channel="email",
            purpose="service",
            subject="Your order",
            text="It is on its way.",
            dedupe_key="order 1",
            origin="test",
        ),
        by=None,
        now=timezone.now(),
    )


def later(monkeypatch):
    """The next sender looks when the lease of the dead one is over."""
    soon = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr("customers.contact.tasks.clock", lambda: soon)


@pytest.mark.slow  # starts a process of its own, in order to kill it
@pytest.mark.django_db(transaction=True)
def test_killed_while_handing_over_it_is_not_sent_again(message, tmp_path, monkeypatch):
    handed = killed_while("tests.postbox.NeverAnswers", tmp_path)
    assert len(handed) == 1
    send_due()
    assert mail.outbox == []  # the dead sender's lease still holds
    later(monkeypatch)
    send_due()
    message.refresh_from_db()
    assert mail.outbox == []
    assert (message.state, "may have arrived" in message.detail) == ("unclear", True)


@pytest.mark.slow  # starts a process of its own, in order to kill it
@pytest.mark.django_db(transaction=True)
def test_killed_before_handing_over_it_is_sent_once(message, tmp_path, monkeypatch):
    assert killed_while("tests.postbox.NeverOpens", tmp_path) == []
    message.refresh_from_db()
    assert message.state == "sending"
    later(monkeypatch)
    send_due()
    send_due()
    message.refresh_from_db()
    assert (message.state, len(mail.outbox)) == ("sent", 1)
