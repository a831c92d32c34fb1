"""What the team does around customers: tasks are given, changed, done and opened again."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer, Task
from relcrm.base import audit, roles
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

CHANGEABLE = ("what", "due_on", "due_time", "owner")


@transaction.atomic
def add_task(
    customer: Customer | None,
    *,
    what: str,
    due_on: date,
    owner: User | None,
    by: Actor,
    due_time: time | None = None,
) -> Task:
    """Something to do by a day, or by a time of it in the company's zone; without an owner it is
    everybody's."""
    what = _spelt(what)
    refuse_who_cannot_see(owner, customer)
    made_by = by if isinstance(by, User) else None
    task = Task.objects.create(
        customer=customer, what=what, due_on=due_on, due_time=due_time, owner=owner,
        created_by=made_by,
    )  # fmt: skip
    audit.record("task.added", task, by=by, customer=customer and customer.pk)
    return task


@transaction.atomic
def change_task(task: Task, *, by: Actor, **facts: Any) -> None:
    """Other words, another day or owner; says and writes nothing when it is so already."""
    if unknown := facts.keys() - set(CHANGEABLE):
        raise Refused(_("“%s” of a task cannot be changed.") % min(unknown))
    if task.done_at:
        raise Refused(_("This task is done; open it again first."))
    if "what" in facts:
        facts["what"] = _spelt(facts["what"])
    changed = {name: value for name, value in facts.items() if getattr(task, name) != value}
    if not changed:
        return
    refuse_who_cannot_see(changed.get("owner"), task.customer)
    for name, value in changed.items():
        setattr(task, name, value)
    task.save(update_fields=list(changed))
    audit.record("task.changed", task, by=by, fields=sorted(changed))


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


def _spelt(what: str) -> str:
    what = " ".join(what.replace("\x00", "").split())
    if not what or len(what) > 200:
        raise Refused(_("Say in 1 to 200 characters what is to be done."))
    return what
