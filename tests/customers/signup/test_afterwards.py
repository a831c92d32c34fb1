"""What stays of a sign-up: a line of the timeline, for as long as we keep it; and no twins."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils.timezone import now as clock

from customers.actions.erasure import erase_customer
from customers.actions.retention import apply_retention, dry_run, set_retention
from customers.contact.tasks import send_due
from customers.models import Consent, Customer, Message, SignUp
from customers.signup.actions.confirming import confirm, take_up
from customers.signup.actions.forms import make_form, publish_form
from customers.signup.actions.sign_up import sign_up
from customers.timeline import timeline
from tests.conftest import NOW
from tests.customers.signup.conftest import asked as asked_by_worker
from tests.customers.signup.test_who_is_meant import confirmed, filled
from tests.customers.test_timeline import asked


def test_signing_up_is_a_line_of_the_timeline(form):
    ada = confirmed(form, name="Ada Novak")
    later = replace(asked(ada), until=NOW + timedelta(days=1))
    titles = {entry.title for entry in timeline(later).entries}
    assert titles == {"Signed up through “Spring”", "Agreed: News and offers"}


def test_confirmed_sign_ups_go_by_their_rule_and_consents_stay(form, pia):
    confirmed(form)
    set_retention({"sign_up": 6}, by=pia, now=NOW)
    later = NOW + timedelta(days=200)
    assert (dry_run(NOW), dry_run(later)) == ({"sign_up": 0}, {"sign_up": 1})
    apply_retention(now=later, progress=lambda *_a, **_m: None)
    assert not SignUp.objects.exists()
    assert Consent.objects.count() == 1


def test_the_mail_leaves_through_the_outbox_once(form):
    sign_up(form, filled(form), by=None, now=clock())
    waiting = asked_by_worker(clock())
    send_due()
    send_due()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.com"], "Please confirm: News about boots")
    assert "List-Unsubscribe" not in sent.extra_headers, "there is nothing yet to leave"
    assert Message.objects.get(dedupe_key=f"sign-up-{waiting.pk}").state == "sent"
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_links_confirmed_at_once_make_one_customer(form, words, mara):
    other = make_form(name="Other", title="Other", asks=[(words, "email")], by=mara, now=NOW)
    publish_form(other, by=mara, now=NOW)
    waiting = [sign_up(each, filled(each), by=None, now=NOW) for each in (form, other)]
    start, failures = threading.Barrier(4), []

    def work(pk: int) -> None:
        try:
            start.wait(10)
            confirm(SignUp.objects.get(pk=pk), proof={}, now=NOW)
        except Exception as problem:  # noqa: BLE001 (shown by the assert below)
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(one.pk,)) for one in waiting * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Customer.objects.count() == 1
    assert Consent.objects.count() == 2
    # The database lets nobody empty the ledger, not even after a test.
    erase_customer(Customer.objects.get(), by=mara, now=NOW)


def test_two_workers_ask_once(form):
    made = sign_up(form, filled(form), by=None, now=NOW)
    take_up(made.pk, now=NOW)
    take_up(made.pk, now=NOW)
    assert Message.objects.count() == 1
