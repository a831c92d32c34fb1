"""What is waiting on the complaint desk, for whom marketing is silent, and what was done so far."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from customers.models import Customer
from customers.queries.search import matching
from feedback.hushed import findable_words, hushed
from feedback.models import Complaint, ComplaintQuerySet
from relcrm.base import roles
from relcrm.base.models import AuditLine, User
from relcrm.lib.rest.keyset import Order, instant, whole
from relcrm.lib.windows import Part, Window, window

SHOWS = ("open", "overdue", "mine", "unowned", "resolved")
PAGE = 50
DEADLINE = Order((("due_at", instant), ("id", whole)))
LATEST_ANSWER = Order((("resolved_at", instant), ("id", whole)), descending=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many complaints this person finds under each heading of the desk."""

    open: int
    overdue: int
    mine: int
    unowned: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Silence:
    """Why marketing is silent for a customer, and until when (None: until it is resolved)."""

    number: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done about a complaint, by whom."""

    at: datetime
    verb: str  # "filed", "assigned" …
    who: str  # "" for the system
    detail: dict[str, Any] = field(default_factory=dict)
    owner: str = ""


def visible_to(user: User) -> ComplaintQuerySet:
    """Everybody's complaints for most roles; those of assigned customers for experts."""
    if roles.may(user, "see_everyone"):
        return Complaint.objects.filter(customer__erased_at=None)
    return Complaint.objects.filter(customer__in=Customer.objects.visible_to(user))


def shown(user: User, show: str, now: datetime) -> ComplaintQuerySet:
    """The complaints under one heading of the desk."""
    complaints = visible_to(user)
    return {
        "open": complaints.open(),
        "overdue": complaints.overdue(now),
        "mine": complaints.open().filter(owner=user),
        "unowned": complaints.open().filter(owner=None),
        "resolved": complaints.exclude(resolved_at=None),
    }[show]


def desk(
    user: User,
    *,
    show: str,
    now: datetime,
    severity: int | None = None,
    find: str = "",
    after: str = "",
    before: str = "",
    size: int = PAGE,
) -> Window[Complaint]:
    """Waiting ones by deadline, resolved ones newest first, as this person may read them; one query
    a page, and one more for who may not know what discreet customers bought."""
    complaints = shown(user, show, now).select_related("customer", "owner")
    if severity:
        complaints = complaints.filter(severity=severity)
    if find:
        by_words = Q(subject__icontains=find) & findable_words(user)
        complaints = complaints.filter(Q(number__iexact=find) | by_words)
    order = LATEST_ANSWER if show == "resolved" else DEADLINE
    page = window([Part(complaints, order)], after=after, before=before, size=size)
    return replace(page, rows=hushed(page.rows, user))


def counts(user: User, now: datetime) -> Counts:
    """All headings of the desk in one query."""
    waiting = Q(resolved_at=None)
    found = visible_to(user).aggregate(
        open=Count("id", filter=waiting),
        overdue=Count("id", filter=waiting & Q(due_at__lt=now)),
        mine=Count("id", filter=waiting & Q(owner=user)),
        unowned=Count("id", filter=waiting & Q(owner=None)),
        resolved=Count("id", filter=~waiting),
    )
    return Counts(**found)


def most_urgent(user: User, now: datetime, size: int = 5) -> list[Complaint]:
    """The first few by deadline, for the overview."""
    return desk(user, show="open", now=now, size=size).rows


def silencing(now: datetime) -> QuerySet[Complaint]:
    """Complaints that keep marketing silent: any open one, a severe one for 7 more days."""
    recent = Q(
        severity__gte=Complaint.Severity.MAJOR, resolved_at__gt=now - Complaint.SILENCE_AFTER
    )
    return Complaint.objects.filter(Q(resolved_at=None) | recent)


def silence(customer_ids: list[int], now: datetime) -> dict[int, Silence]:
    """For whom of these marketing is silent, in one query; the longest silence of each."""
    found: dict[int, Silence] = {}
    rows = silencing(now).filter(customer_id__in=customer_ids)
    for customer, number, resolved in rows.values_list("customer_id", "number", "resolved_at"):
        found[customer] = _longer(found.get(customer), number, resolved)
    return found


def _longer(before: Silence | None, number: str, resolved: datetime | None) -> Silence:
    until = resolved and resolved + Complaint.SILENCE_AFTER
    if before is None or (before.until is not None and (not until or until > before.until)):
        return Silence(number, until)
    return before


def standing(customer: Customer, now: datetime) -> tuple[Complaint | None, Silence | None]:
    """The open complaint that is due first, and whether marketing is silent; in one query."""
    silent: Silence | None = None
    rows = list(silencing(now).filter(customer=customer).select_related("owner"))
    for row in rows:
        silent = _longer(silent, row.number, row.resolved_at)
    waiting = [row for row in rows if row.resolved_at is None]
    return min(waiting, key=lambda row: (row.due_at, row.pk), default=None), silent


def history(complaint: Complaint) -> list[Step]:
    """What was done, oldest first, from the audit trail, in two queries."""
    lines = list(
        AuditLine.objects.filter(
            subject_kind=Complaint._meta.label_lower,
            subject_id=complaint.pk,
            verb__startswith="complaint.",
        )
        .exclude(verb="complaint.viewed")  # a look changes nothing; the audit trail has it
        .select_related("user")
        .order_by("at", "id")
    )
    owners = User.objects.in_bulk([line.detail["to"] for line in lines if "to" in line.detail])
    return [
        Step(
            at=line.at,
            verb=line.verb.removeprefix("complaint."),
            who=str(line.user) if line.user else "",
            detail=line.detail,
            owner=str(owners.get(line.detail.get("to"), "")),
        )
        for line in lines
    ]


def earlier(complaint: Complaint, user: User, size: int = 5) -> list[Complaint]:
    """Other complaints of the same customer, newest first, as this person may read them."""
    others = Complaint.objects.filter(customer_id=complaint.customer_id).exclude(pk=complaint.pk)
    return hushed(others.order_by("-filed_at")[:size], user)


def agents() -> QuerySet[User]:
    """Everybody who may be given a complaint."""
    may = [role for role in User.Role if role in roles.TABLE["handle_complaints"]]
    return User.objects.filter(is_active=True, role__in=may).order_by("name", "email")


def findable(user: User, words: str, size: int = 8) -> list[Customer]:
    """The few customers whom these words may mean, as in any search; nobody for no words."""
    if not words:
        return []
    meant = matching(Customer.objects.visible_to(user), words, user)
    return list(meant.order_by("name", "id")[:size])
