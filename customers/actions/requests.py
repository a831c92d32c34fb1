"""People use their rights: requests are opened, checked, put off with a reason, answered."""

import calendar
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customers import identities
from customers.actions.rights import lift_restriction, object_to, restrict
from customers.models import Customer, Identity, SubjectRequest
from relcrm.base import audit, company
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

Kind, State = SubjectRequest.Kind, SubjectRequest.State
__all__ = [
    "assign_request", "check_identity", "close_request", "extend_request", "lift_restriction",
    "open_request", "refuse_request",
]  # fmt: skip


@transaction.atomic
def open_request(
    kind: str,
    *,
    by: Actor,
    now: datetime,
    customer: Customer | None = None,
    received_on: date | None = None,
    **told: str,
) -> SubjectRequest:
    """A right is used; the clock starts on the day it was received (today unless told).

    `told` may hold asked_by, contact, words, came_by and identity_check (how we know that it is
    them: empty means not checked yet). While the same customer has an open request of this kind,
    that one is returned. An objection works from now on, whatever the desk does with it later.
    """
    if kind not in Kind.values:
        raise Refused(_("There is no such right; choose one from the list."))
    today = now.astimezone(company.current().tzinfo).date()
    received_on = received_on or today
    if received_on > today:
        raise Refused(_("A request cannot have been received in the future."))
    if customer is not None and customer.erased_at:
        raise Refused(_("This customer was erased; nothing is left to ask about."))
    request, is_new = _once(
        SubjectRequest(
            kind=kind, customer=customer, received_on=received_on,
            due_on=months_after(received_on, SubjectRequest.MONTHS_TO_ANSWER), **told,
        )
    )  # fmt: skip
    if is_new:
        audit.record("request.opened", request, by=by, at=now, kind=kind,
                     customer=request.customer_id)  # fmt: skip
        if kind == Kind.OBJECTION and customer is not None:
            object_to(customer, marketing=True, profiling=True, by=by, now=now)
    return request


def _once(request: SubjectRequest) -> tuple[SubjectRequest, bool]:
    """The database decides between two who ask at once."""
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        twin = SubjectRequest.objects.open().filter(customer=request.customer, kind=request.kind)
        return twin.get(came_by_merge=False), False
    return request, True


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last (GDPR periods run so)."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def check_identity(request: SubjectRequest, how: str, *, by: User, now: datetime) -> None:
    _lock_open(request)
    if not how.strip():
        raise Refused(_("Say how you know that it is them."))
    _change(request, identity_check=how.strip())
    audit.record("request.identity_checked", request, by=by, at=now)


@transaction.atomic
def assign_request(request: SubjectRequest, owner: User, *, by: User, now: datetime) -> None:
    _lock_open(request)
    _change(request, owner=owner)
    audit.record("request.assigned", request, by=by, at=now, owner=owner.pk)


@transaction.atomic
def extend_request(request: SubjectRequest, reason: str, *, by: User, now: datetime) -> None:
    """Two months more, once, with a reason told before the first month is over."""
    _lock_open(request)
    if request.extended_at is not None:
        raise Refused(_("The deadline was already put off once; the law allows no second time."))
    if not reason.strip():
        raise Refused(_("Say why: the person has to be told the reason."))
    if request.is_overdue(now.astimezone(company.current().tzinfo).date()):
        raise Refused(_("The first month is over; the deadline cannot be put off any more."))
    months = SubjectRequest.MONTHS_TO_ANSWER + SubjectRequest.MONTHS_MORE
    _change(
        request,
        extended_at=now,
        extension_reason=reason.strip(),
        due_on=months_after(request.received_on, months),
    )
    audit.record("request.extended", request, by=by, at=now, due_on=request.due_on.isoformat())


@transaction.atomic
def close_request(request: SubjectRequest, answer: str, *, by: User, now: datetime) -> None:
    """Done, each kind in its own way. Erasing is done by its own action, which closes it."""
    _lock_open(request)
    if request.customer is not None:
        if not request.identity_check:
            raise Refused(_("Check first who asks, and write down how you know."))
        _fulfil(request, by=by, now=now)
    elif not answer.strip():
        raise Refused(_("Say what the person was told."))
    _close(request, State.DONE, answer, now)
    audit.record("request.done", request, by=by, at=now, kind=request.kind)


def _fulfil(request: SubjectRequest, *, by: User, now: datetime) -> None:
    customer = request.customer
    if request.kind == Kind.ERASURE:
        raise Refused(_("Erase them on the page that says what goes; that closes the request."))
    needs_package = request.kind in (Kind.ACCESS, Kind.PORTABILITY)
    if needs_package and not request.packages.exclude(made_at=None).exists():
        raise Refused(_("Make the package first; the answer is what is in it."))
    if request.kind == Kind.OBJECTION:
        object_to(customer, marketing=True, profiling=True, by=by, now=now)
    if request.kind == Kind.RESTRICTION:
        restrict(customer, by=by, now=now)


@transaction.atomic
def refuse_request(request: SubjectRequest, reason: str, *, by: User, now: datetime) -> None:
    """Only with a reason, which the person is told (article 12 (4))."""
    _lock_open(request)
    if not reason.strip():
        raise Refused(_("Say why: the person has to be told the reason."))
    _close(request, State.REFUSED, reason, now)
    audit.record("request.refused", request, by=by, at=now, kind=request.kind)


def close_erased(
    customer: Customer, known: list[tuple[str, str, str]], *, by: Actor, now: datetime
) -> None:
    """In the erasing transaction, before the row is emptied: their open requests are answered.
    So is what they asked from an address of theirs (`known`: kind, source, value) when nobody had
    found them by it; of that too only the proof stays that we answered."""
    nobodys = _asked_from(known)
    for request in SubjectRequest.objects.open().filter(Q(customer=customer) | Q(pk__in=nobodys)):
        _close(request, State.DONE, "", now)
        audit.record("request.done", request, by=by, at=now, kind=request.kind)
    SubjectRequest.objects.filter(pk__in=nobodys).update(**SubjectRequest.OUTLIVES_ERASURE)


def _asked_from(known: list[tuple[str, str, str]]) -> list[int]:
    """Requests of nobody we know that are to be answered to one of these addresses."""
    kinds = (Identity.Kind.EMAIL, Identity.Kind.PHONE)
    theirs = {(kind, value) for kind, _source, value in known}
    nobodys = SubjectRequest.objects.filter(customer=None).exclude(contact="")
    return [
        pk for pk, contact in nobodys.values_list("pk", "contact").iterator()
        if any((kind, identities.normal(kind, contact)) in theirs for kind in kinds)
    ]  # fmt: skip


def _lock_open(request: SubjectRequest) -> None:
    request.refresh_from_db(from_queryset=SubjectRequest.objects.select_for_update(of=("self",)))
    if not request.is_open:
        day = request.closed_at.astimezone(company.current().tzinfo)
        raise Refused(_("This request was already closed on %s.") % f"{day:%-d %B %Y}")


def _close(request: SubjectRequest, state: str, answer: str, now: datetime) -> None:
    _change(request, state=state, answer=answer.strip(), closed_at=now)


def _change(request: SubjectRequest, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(request, name, value)
    request.save(update_fields=list(changes))
