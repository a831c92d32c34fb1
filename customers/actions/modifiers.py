"""A colleague says what to keep in mind of a person, why and how long; or that it is over."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer, Modifier
from customers.queries.modifiers import PROTECTIVE
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

LONGEST = timedelta(days=5 * 365)


@transaction.atomic
def keep_in_mind(
    customer: Customer, *, kind: str, reason: str, until: date | None, by: Actor,
    may_loosen: bool, now: datetime, today: date,
) -> Modifier:  # fmt: skip
    """It holds until that day, or until it is ended. What was said of the same kind is replaced;
    what protects somebody is made shorter only by who may loosen it."""
    Customer.objects.select_for_update().get(pk=customer.pk)
    if kind not in Modifier.Kind.values:
        raise Refused(_("Choose one of the things to keep in mind."))
    if not reason.strip():
        raise Refused(_("Say why, so that colleagues understand it."))
    if until is not None and not today <= until <= today + LONGEST:
        raise Refused(_("Choose a day from today until five years from now, or none."))
    before = Modifier.objects.standing(today).filter(customer=customer, kind=kind)
    if any(_ends_sooner(until, row.until) for row in before):
        _check(kind, may_loosen)
    before.update(ended_at=now)
    made = Modifier.objects.create(
        customer=customer, kind=kind, reason=reason.strip()[:300], until=until,
        set_by=by if isinstance(by, User) else None, set_at=now,
    )  # fmt: skip
    audit.record("modifier.set", customer, by=by, at=now, kind=kind, until=str(until or ""))
    return made


@transaction.atomic
def end_modifier(modifier: Modifier, *, by: Actor, may_loosen: bool, now: datetime) -> None:
    """It holds no more; it stays on record."""
    modifier = Modifier.objects.select_for_update().select_related("customer").get(pk=modifier.pk)
    if modifier.ended_at is not None:
        raise Refused(_("This was ended before."))
    _check(modifier.kind, may_loosen)
    modifier.ended_at = now
    modifier.save(update_fields=["ended_at"])
    if modifier.is_by_goods:  # a merge may have brought two
        of_goods = Modifier.objects.filter(customer=modifier.customer_id, is_by_goods=True)
        of_goods.filter(ended_at=None).update(ended_at=now)
    audit.record("modifier.ended", modifier.customer, by=by, at=now, kind=modifier.kind)


def _ends_sooner(new: date | None, old: date | None) -> bool:
    return new is not None and (old is None or new < old)


def _check(kind: str, may_loosen: bool) -> None:
    if kind in PROTECTIVE and not may_loosen:
        raise Refused(_("This protects somebody; service, privacy or an admin may end it."))
