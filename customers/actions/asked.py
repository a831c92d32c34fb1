"""Customers ask us themselves: confirmed by e-mail or by their signed link, answered by name."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import identities
from customers.actions.customers import resolve_customers
from customers.actions.ingest import ingest
from customers.contact.actions.outbox import Draft, queue_message
from customers.contact.actions.strangers import forget_messages, give_message, queue_to_address
from customers.events import Event
from customers.models import Customer, Identity, Interaction, Kind, Purpose, Question, Reach
from relcrm.base import audit
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

SOURCE = "questions"
CONFIRM_WITHIN = timedelta(days=2)
LONGEST = 4_000
SALT = "relcrm.customers.asked"


@transaction.atomic
def ask_unconfirmed(*, text: str, email: str, name: str, topic: str, now: datetime) -> Question:
    """Kept without a customer until whoever wrote it has followed the link in our mail."""
    question = Question.objects.create(
        text=_written(text), topic=topic[:60], sender_name=name[:200], asked_at=now,
        sender_email=identities.normal(Identity.Kind.EMAIL, email),
    )  # fmt: skip
    token = TimestampSigner(salt=SALT).sign(str(question.pk))
    address = f"{settings.PUBLIC_URL}{reverse('customers:ask_confirm', args=[token])}"
    words = _("You have a question for us. Please confirm that it is yours:\n%s\n\n"
              "If it was not you, do nothing; it is forgotten in two days.") % address  # fmt: skip
    queue_to_address(
        question.sender_email,
        Draft(
            channel=Reach.EMAIL,
            purpose=Purpose.SERVICE,
            subject=_("Your question to us"),
            text=words,
            dedupe_key=_mail_key(question.pk),
            origin="question",
        ),
        by=None,
        now=now,
    )
    audit.record("question.received", question, by=None, at=now)
    return question


def unconfirmed(token: str) -> Question | None:
    """The question behind a link of ours, while it waits; None for any other."""
    try:
        pk = TimestampSigner(salt=SALT).unsign(token, max_age=CONFIRM_WITHIN)
    except BadSignature:
        return None
    return Question.objects.filter(pk=int(pk)).first()


@transaction.atomic
def confirm_question(question: Question, *, now: datetime) -> None:
    """It is theirs: from now on it waits for an answer, and stands on their timeline."""
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.customer_id is not None:
        return
    found = resolve_customers(Identity.Kind.EMAIL, "", [question.sender_email], now=now)
    if question.sender_email not in found:
        raise Refused(_("We may not keep anything about this address; please call us."))
    customer = Customer.objects.get(pk=found[question.sender_email])
    if question.sender_name and not customer.name:
        Customer.objects.filter(pk=customer.pk).update(name=question.sender_name)
    _attach(question, customer, now)
    give_message(_mail_key(question.pk), customer)


@transaction.atomic
def ask_by_link(customer: Customer, *, text: str, topic: str, now: datetime) -> Question:
    """From somebody whose signed link says who they are."""
    question = Question(text=_written(text), topic=topic[:60], asked_at=now)
    _attach(question, customer, now)
    return question


def _attach(question: Question, customer: Customer, now: datetime) -> None:
    question.customer, question.sender_email, question.sender_name = customer, "", ""
    question.save()
    event = Event(
        customer_id=customer.pk, kind=Kind.SUPPORT, occurred_at=question.asked_at, channel="web",
        is_online=True, source=SOURCE, source_id=str(question.pk), category=question.topic,
    )  # fmt: skip
    ingest([event], now=now)
    question.interaction = Interaction.objects.get(source=SOURCE, source_id=str(question.pk))
    question.save(update_fields=["interaction"])
    audit.record("question.confirmed", question, by=None, at=now, customer=customer.pk)


def send_answer(question: Question, *, by: User, now: datetime) -> None:
    """To the customer, under the name of who answers; a service message, so no news ride along."""
    customer = question.customer
    if customer is None or not customer.email:
        return
    text = _("You asked us:\n\n%(question)s\n\n%(answer)s\n\n%(name)s") % {
        "question": question.text, "answer": question.answer, "name": by,
    }  # fmt: skip
    queue_message(
        customer,
        Draft(
            channel=Reach.EMAIL,
            purpose=Purpose.SERVICE,
            origin="question",
            subject=_("An answer to your question"),
            text=text,
            dedupe_key=f"answer-{question.pk}",
        ),
        by=by,
        now=now,
    )


@transaction.atomic
def forget_unconfirmed(now: datetime) -> int:
    """Questions that nobody stood up for, with our mails about them."""
    old = Question.objects.filter(customer=None, asked_at__lt=now - CONFIRM_WITHIN)
    ids = list(old.values_list("pk", flat=True))
    forget_messages(map(_mail_key, ids))
    return Question.objects.filter(pk__in=ids, customer=None).delete()[0]


def _mail_key(question: int) -> str:
    return f"ask-{question}"


def forget_addresses(told: list[tuple[str, str, str]]) -> int:
    """In the erasing transaction: what waits under these addresses for a confirmation."""
    values = [value for kind, _source, value in told if kind == Identity.Kind.EMAIL]
    return Question.objects.filter(customer=None, sender_email__in=values).delete()[0]


def _written(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST:
        raise Refused(_("Write 1 to %d characters.") % LONGEST)
    return text
