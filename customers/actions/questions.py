"""Questions are handed to somebody who knows, and stay open until they are answered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.asked import send_answer
from customers.actions.contacts import add_contact
from customers.actions.work import refuse_who_cannot_see
from customers.models import Customer, Question
from relcrm.base import audit, roles
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

LONGEST, LONGEST_ANSWER, LONGEST_TOPIC = 4_000, 8_000, 60


@transaction.atomic
def ask_expert(
    customer: Customer, *, text: str, topic: str, expert: User | None, by: Actor, now: datetime
) -> Question:
    """A colleague wants to know something; without an expert anybody may answer."""
    question = Question(
        customer=customer, text=_written(text, LONGEST), topic=_topic(topic), asked_at=now,
        asked_by=by if isinstance(by, User) else None, expert=expert,
    )  # fmt: skip
    _let_see(expert, customer, topic, by)
    question.save()
    audit.record("question.asked", question, by=by, at=now, customer=customer.pk,
                 expert=expert and expert.pk)  # fmt: skip
    return question


@transaction.atomic
def hand_question(question: Question, expert: User, *, by: Actor) -> None:
    """Somebody else knows better."""
    _refuse_answered(question)
    _let_see(expert, question.customer, question.topic, by)
    question.expert = expert
    question.save(update_fields=["expert"])
    audit.record("question.handed", question, by=by, expert=expert.pk)


@transaction.atomic
def answer_question(question: Question, answer: str, *, by: User, now: datetime) -> None:
    """Answered under one's own name."""
    question = Question.objects.select_for_update().get(pk=question.pk)
    _refuse_answered(question)
    question.answer = _written(answer, LONGEST_ANSWER)
    question.answered_at, question.answered_by = now, by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record("question.answered", question, by=by, at=now)
    if question.is_from_customer:
        send_answer(question, by=by, now=now)


def _refuse_answered(question: Question) -> None:
    if question.answered_at:
        raise Refused(_("This question was answered on %s.") % f"{question.answered_at:%-d %B %Y}")


def _let_see(expert: User | None, customer: Customer | None, topic: str, by: Actor) -> None:
    """An expert who is asked about a customer becomes a point of contact, and so sees them."""
    if expert is None or customer is None:
        return
    seen = Customer.objects.visible_to(expert).filter(pk=customer.pk).exists()
    if not seen and expert.is_active and roles.may(expert, "work_with_customers"):
        add_contact(customer, expert, role=topic, by=by)
    refuse_who_cannot_see(expert, customer)


def _written(text: str, most: int) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > most:
        raise Refused(_("Write 1 to %d characters.") % most)
    return text


def _topic(topic: str) -> str:
    return " ".join(topic.replace("\x00", "").split())[:LONGEST_TOPIC]
