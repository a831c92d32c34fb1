"""What a person has said we may not do: objections and restrictions, set and lifted."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer, ImportBefore
from customers.touched import look_soon
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.lib.refusals import Refused


@transaction.atomic
def object_to(
    customer: Customer, *, marketing: bool, profiling: bool, by: Actor, now: datetime
) -> None:
    """From now on no marketing, no judging, or neither (article 21); says nothing twice.

    The scores go with the next sweep of the scorer, seconds later; no page shows them meanwhile.
    """
    if profiling:
        _say_themselves(customer)
    wanted = {"objects_to_marketing": marketing, "objects_to_profiling": profiling}
    _set(customer, {name: True for name, is_so in wanted.items() if is_so}, "objected", by, now)


def _say_themselves(customer: Customer) -> None:
    """What a file said for them before is their own word now: undoing the file leaves it."""
    name = "objects_to_profiling"
    for row in ImportBefore.objects.filter(customer=customer, after__objects_to_profiling=True):
        row.before.pop(name, None)
        row.after.pop(name)
        row.save(update_fields=["before", "after"])


@transaction.atomic
def withdraw_objection(customer: Customer, *, by: Actor, now: datetime) -> None:
    """They wish to hear from us and be known again; only they can say so."""
    _set(
        customer,
        {"objects_to_marketing": False, "objects_to_profiling": False},
        "objection_withdrawn", by, now,
    )  # fmt: skip


@transaction.atomic
def restrict(customer: Customer, *, by: Actor, now: datetime) -> None:
    """Their data is kept and not used (article 18)."""
    if customer.restricted_at is None:
        _set(customer, {"restricted_at": now}, "restricted", by, now)


@transaction.atomic
def lift_restriction(customer: Customer, *, by: Actor, now: datetime) -> None:
    """The reason is gone; the person was told beforehand (article 18 (3))."""
    if customer.restricted_at is None:
        raise Refused(_("Nothing restricts the use of this customer's data."))
    _set(customer, {"restricted_at": None}, "restriction_lifted", by, now)


def _set(customer: Customer, facts: dict[str, Any], verb: str, by: Actor, now: datetime) -> None:
    customer.refresh_from_db(from_queryset=Customer.objects.select_for_update(of=("self",)))
    changed = {name: to for name, to in facts.items() if getattr(customer, name) != to}
    if not changed:
        return
    for name, to in changed.items():
        setattr(customer, name, to)
    customer.touched_at = now
    customer.save(update_fields=[*changed, "touched_at", "changed_at"])
    look_soon()
    audit.record(f"customer.{verb}", customer, by=by, at=now, fields=sorted(changed))
