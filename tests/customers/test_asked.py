"""Customers ask us from the public page: confirmed, rate-limited, answered by name."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache

from customers.actions.asked import forget_unconfirmed
from customers.actions.erasure import erase_customer
from customers.actions.questions import answer_question
from customers.contact.actions.links import link_of
from customers.contact.tasks import send_due
from customers.models import Customer, Message, Question
from customers.queries.work import waiting
from customers.timeline import timeline
from tests.conftest import NOW, TODAY
from tests.customers.test_timeline import asked

SENT = {
    "text": "Do they stretch?",
    "email": "Ada@Example.com",
    "name": "A. Novak",
    "topic": "boots",
}


@pytest.fixture(autouse=True)
def fresh_hour(company):
    cache.clear()


@pytest.fixture
def link(client) -> str:
    assert client.post("/ask/", SENT).status_code == 200
    send_due()
    return re.search(r"https?://[^/]+(/ask/confirm/\S+)", mail.outbox[0].body)[1]


def test_a_question_counts_once_its_sender_has_confirmed_it(link, client, ada, sam):
    assert waiting(sam, TODAY, NOW).questions == []
    assert "Do they stretch?" in client.get(link).content.decode()
    assert Question.objects.asked().count() == 0, "looking confirms nothing"
    client.post(link)
    client.post(link)
    question = Question.objects.get()
    assert (question.customer.email, question.sender_email) == ("ada@example.com", "")
    mailed = Message.objects.get()
    assert (mailed.customer, mailed.to) == (question.customer, "")
    assert waiting(sam, TODAY, NOW).questions == [question]
    later = replace(asked(question.customer), until=question.asked_at + timedelta(days=1))
    first = timeline(later).entries[0]
    assert (first.title, first.end) == ("Asked us a question: Do they stretch?", "open")
    assert question.interaction.kind == "support"
    assert client.get("/ask/")["X-Robots-Tag"] == "noindex, nofollow"


def test_the_answer_goes_out_under_a_real_name(link, client, sam):
    client.post(link)
    question = Question.objects.get()
    answer_question(question, "A little.", by=sam, now=question.asked_at + timedelta(hours=1))
    message = Message.objects.get(dedupe_key=f"answer-{question.pk}")
    assert "A little." in message.text
    assert "Sam" in message.text


def test_a_signed_link_needs_no_confirmation(client, bo, sam):
    path = f"/ask/{link_of(bo, now=NOW)}/"
    assert "e-mail address" not in client.get(path).content.decode()
    client.post(path, {"text": "When do you open?"})
    assert waiting(sam, TODAY, NOW).questions[0].customer == bo
    assert client.get("/ask/forged/").status_code == 404


def test_machines_and_haste_get_nowhere(client, db):
    assert client.post("/ask/", SENT | {"website": "spam"}).status_code == 200
    assert not Question.objects.exists()
    assert client.post("/ask/", SENT | {"email": "x"}).status_code == 422
    codes = [client.post("/ask/", SENT).status_code for _ in range(4)]
    assert codes[-1] == 429


def test_what_nobody_confirms_is_forgotten(link, client):
    question = Question.objects.get()
    assert forget_unconfirmed(question.asked_at + timedelta(days=1)) == 0
    assert Message.objects.get().to == "ada@example.com"
    assert forget_unconfirmed(question.asked_at + timedelta(days=3)) == 1
    assert not Message.objects.exists()
    assert not Customer.objects.filter(email="ada@example.com").exists()
    assert client.get(link).status_code == 404
    assert client.get("/ask/confirm/forged/").status_code == 404


def test_erasing_somebody_forgets_what_still_waits_under_their_address(link, company, ada, pia):
    Customer.objects.filter(pk=ada.pk).update(email="ada@example.com")
    assert Question.objects.filter(customer=None, sender_email="ada@example.com").exists()
    erase_customer(Customer.objects.get(pk=ada.pk), by=pia, now=NOW)
    assert not Question.objects.exists()
    assert not Message.objects.filter(to="ada@example.com").exists()
