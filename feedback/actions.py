"""What happens to a complaint: filed, acknowledged, given to someone, resolved, reopened."""

from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.actions.ingest import ingest
from customers.events import Event
from customers.models import Customer, Interaction, Kind
from feedback import news
from feedback.engine import severity as words
from feedback.models import Complaint
from relcrm.base import audit, company, roles
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

SOURCE = "complaints"  # of the interaction; its source_id is the receipt number
SHORTEST_NUMBER = 5  # digits of a receipt number: easy to say on the phone
TRIES_PER_LENGTH = 4  # then one digit more: at that point the shorter numbers are used up


@transaction.atomic
def file_complaint(
    customer: Customer,
    *,
    subject: str,
    text: str = "",
    remedy_sought: str = "",
    topic: str = "",
    channel: str = "email",
    severity: int | None = None,
    filed_at: datetime | None = None,
    by: Actor,
    now: datetime,
    rng: Random | None = None,
) -> Complaint:
    """Take a complaint in; severity is assessed from the words unless somebody assessed it."""
    filed_at = filed_at or now
    _refuse(customer, subject, filed_at, now)
    severity = severity or words.assess(f"{subject} {text}")
    complaint = _with_number(
        Complaint(
            customer=customer,
            subject=subject.strip(),
            text=text.strip(),
            remedy_sought=remedy_sought.strip(),
            topic=topic.strip(),
            channel=channel,
            severity=severity,
            filed_at=filed_at,
            due_at=_due(filed_at, severity),
        ),
        rng or SystemRandom(),
    )
    complaint.interaction = _tell_the_timeline(complaint, now)
    complaint.save(update_fields=["interaction"])
    _record("filed", complaint, by=by, now=now, severity=severity, channel=channel)
    news.tell_complaint(news.FILED, complaint, now)
    return complaint


def _refuse(customer: Customer, subject: str, filed_at: datetime, now: datetime) -> None:
    if customer.erased_at is not None:
        raise Refused(_("This customer was erased; nothing can be filed for them."))
    if not subject.strip():
        raise Refused(_("Say in a few words what the complaint is about."))
    if filed_at > now:
        raise Refused(_("A complaint cannot be filed in the future."))


@transaction.atomic
def acknowledge_complaint(complaint: Complaint, *, by: Actor, now: datetime) -> None:
    """The customer has been told that we have it, with the receipt number."""
    _lock(complaint)
    _refuse_if_resolved(complaint)
    if complaint.acknowledged_at is not None:
        raise Refused(
            _("This complaint was already acknowledged on %s.") % _day(complaint.acknowledged_at)
        )
    _change(complaint, acknowledged_at=now)
    _record("acknowledged", complaint, by=by, now=now)


@transaction.atomic
def assign_complaint(complaint: Complaint, *, owner: User, by: Actor, now: datetime) -> None:
    """Give it to somebody; taking it is giving it to oneself."""
    _lock(complaint)
    _refuse_if_resolved(complaint)
    if not roles.may(owner, "handle_complaints"):
        raise Refused(_("%s does not handle complaints; choose a service agent.") % owner)
    if complaint.owner_id == owner.pk:
        raise Refused(_("%s has this complaint already.") % owner)
    before = complaint.owner_id
    _change(complaint, owner=owner)
    _record("assigned", complaint, by=by, now=now, to=owner.pk, was=before)


@transaction.atomic
def assess_complaint(complaint: Complaint, *, severity: int, by: Actor, now: datetime) -> None:
    """Correct how serious it is; the deadline follows, counted from the day it was filed."""
    _lock(complaint)
    _refuse_if_resolved(complaint)
    if severity not in Complaint.Severity.values:
        raise Refused(_("Severity is a number from 1 (minor) to 4 (critical)."))
    if severity == complaint.severity:
        raise Refused(_("It is already assessed as %s.") % complaint.get_severity_display().lower())
    before = complaint.severity
    _change(complaint, severity=severity, due_at=_due(complaint.filed_at, severity))
    _tell_the_timeline(complaint, now)
    _record("assessed", complaint, by=by, now=now, severity=severity, was=before)


@transaction.atomic
def resolve_complaint(complaint: Complaint, *, resolution: str, by: Actor, now: datetime) -> None:
    """Close it with what was done; an answer acknowledges as well."""
    _lock(complaint)
    _refuse_if_resolved(complaint)
    if not resolution.strip():
        raise Refused(_("Say what was done for the customer, and what they were told."))
    if now < complaint.filed_at:
        raise Refused(_("It cannot be resolved before it was filed."))
    _change(
        complaint,
        resolved_at=now,
        resolution=_and_then(complaint.resolution, resolution),
        acknowledged_at=complaint.acknowledged_at or now,
    )
    _record("resolved", complaint, by=by, now=now, late=now > complaint.due_at)
    news.tell_complaint(news.RESOLVED, complaint, now)


@transaction.atomic
def record_satisfaction(
    complaint: Complaint, *, is_satisfied: bool, by: Actor, now: datetime
) -> None:
    """What the customer says about how we handled it; a later answer replaces an earlier one."""
    _lock(complaint)
    if complaint.resolved_at is None:
        raise Refused(_("Ask about satisfaction when the complaint is resolved, not before."))
    if complaint.is_satisfied is is_satisfied:
        raise Refused(_("This answer is already on record."))
    _change(complaint, is_satisfied=is_satisfied)
    _record("satisfaction_recorded", complaint, by=by, now=now, is_satisfied=is_satisfied)


@transaction.atomic
def reopen_complaint(complaint: Complaint, *, reason: str, by: Actor, now: datetime) -> None:
    """It was not settled after all: a new deadline runs from now, the old answer stays."""
    _lock(complaint)
    if complaint.resolved_at is None:
        raise Refused(_("This complaint is open already."))
    if not reason.strip():
        raise Refused(_("Say why it is opened again."))
    note = _("Reopened on %(day)s: %(reason)s") % {"day": _day(now), "reason": reason.strip()}
    _change(
        complaint,
        resolved_at=None,
        is_satisfied=None,
        due_at=_due(now, complaint.severity),
        resolution=_and_then(complaint.resolution, note),
    )
    _record("reopened", complaint, by=by, now=now)


def _with_number(complaint: Complaint, rng: Random) -> Complaint:
    """Save under a random free number; the database decides between two who draw the same."""
    for attempt in range(TRIES_PER_LENGTH * (14 - SHORTEST_NUMBER)):
        digits = SHORTEST_NUMBER + attempt // TRIES_PER_LENGTH
        complaint.number = f"K-{rng.randrange(10 ** (digits - 1), 10**digits)}"
        try:
            with transaction.atomic():
                complaint.save(force_insert=True)
        except IntegrityError:
            if not Complaint.objects.filter(number=complaint.number).exists():
                raise  # something else is wrong with the row
            complaint.pk = None
        else:
            return complaint
    raise Refused(_("No free receipt number was found; try again."))


def _tell_the_timeline(complaint: Complaint, now: datetime) -> Interaction:
    """One interaction for one complaint, however often it changes; scored again with it."""
    event = Event(
        customer_id=complaint.customer_id,
        kind=Kind.COMPLAINT,
        occurred_at=complaint.filed_at,
        channel=complaint.channel,
        category=complaint.topic,
        rating=complaint.severity,
        source=SOURCE,
        source_id=complaint.number,
    )
    ingest([event], now=now)
    return Interaction.objects.get(source=SOURCE, source_id=complaint.number)


def _lock(complaint: Complaint) -> None:
    """Two people who press a button at once are served one after the other, on fresh facts."""
    complaint.refresh_from_db(from_queryset=Complaint.objects.select_for_update())


def _change(complaint: Complaint, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=list(changes))


def _record(verb: str, complaint: Complaint, *, by: Actor, now: datetime, **detail: Any) -> None:
    """The audit line; and whatever we think of the customer is to be thought over."""
    Customer.objects.filter(pk=complaint.customer_id).update(touched_at=now)
    audit.record(f"complaint.{verb}", complaint, by=by, at=now, **detail)


def _refuse_if_resolved(complaint: Complaint) -> None:
    if complaint.resolved_at is not None:
        raise Refused(_("This complaint was already resolved on %s.") % _day(complaint.resolved_at))


def _due(since: datetime, severity: int) -> datetime:
    return since + timedelta(hours=Complaint.HOURS_TO_ANSWER[severity])


def _and_then(before: str, words: str) -> str:
    return f"{before}\n\n{words.strip()}" if before else words.strip()


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(company.current().tzinfo):%-d %B %Y}"
