"""What the team does around customers: notes are written, tasks taken on and done."""

import secrets
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.ingest import ingest
from customers.events import Event
from customers.models import Customer, Kind, Task
from relcrm.base import audit, roles
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

NOTES = "notes"  # the source under which we record our own
LONGEST_NOTE = 4_000


@transaction.atomic
def write_note(customer: Customer, text: str, *, by: Actor, now: datetime) -> None:
    """Something worth remembering; it stands on the timeline."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST_NOTE:
        raise Refused(_("A note has 1 to %d characters.") % LONGEST_NOTE)
    said: dict[str, Any] = {"text": text}
    if isinstance(by, User):
        said["by"] = by.pk
    note = Event(
        customer_id=customer.pk, kind=Kind.NOTE, occurred_at=now, source=NOTES,
        source_id=secrets.token_hex(12), properties=said,
    )  # fmt: skip
    ingest([note], now=now)
    audit.record("note.written", customer, by=by, at=now)


@transaction.atomic
def add_task(
    customer: Customer | None, *, what: str, due_on: date, owner: User | None, by: Actor
) -> Task:
    """Something to do by a day; without an owner it is everybody's."""
    what = " ".join(what.replace("\x00", "").split())
    if not what or len(what) > 200:
        raise Refused(_("Say in 1 to 200 characters what is to be done."))
    refuse_who_cannot_see(owner, customer)
    made_by = by if isinstance(by, User) else None
    task = Task.objects.create(
        customer=customer, what=what, due_on=due_on, owner=owner, created_by=made_by
    )
    audit.record("task.added", task, by=by, customer=customer and customer.pk)
    return task


@transaction.atomic
def change_task(task: Task, *, by: Actor, **facts: Any) -> None:
    """Another day or owner."""
    if unknown := facts.keys() - {"due_on", "owner"}:
        raise Refused(_("“%s” of a task cannot be changed.") % min(unknown))
    if task.done_at:
        raise Refused(_("This task is done; open it again first."))
    refuse_who_cannot_see(facts.get("owner"), task.customer)
    for name, value in facts.items():
        setattr(task, name, value)
    task.save(update_fields=list(facts))
    audit.record("task.changed", task, by=by, fields=sorted(facts))


@transaction.atomic
def finish_task(task: Task, *, by: Actor, now: datetime) -> None:
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.done_at:
        raise Refused(_("This task was done on %s.") % f"{task.done_at:%-d %B %Y}")
    task.done_at, task.done_by = now, by if isinstance(by, User) else None
    task.save(update_fields=["done_at", "done_by"])
    audit.record("task.done", task, by=by, at=now)


@transaction.atomic
def reopen_task(task: Task, *, by: Actor, now: datetime) -> None:
    """Undo: it was not done after all."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    if not task.done_at:
        raise Refused(_("This task is open."))
    task.done_at = task.done_by = None
    task.save(update_fields=["done_at", "done_by"])
    audit.record("task.reopened", task, by=by, at=now)


def refuse_who_cannot_see(user: User | None, customer: Customer | None) -> None:
    """Nobody is given work about a customer whom they may not look at."""
    if user is None or customer is None:
        return
    works = user.is_active and roles.may(user, "work_with_customers")
    if not works or not Customer.objects.visible_to(user).filter(pk=customer.pk).exists():
        raise Refused(_("%s does not work with this customer.") % user)
