"""A colleague says what a relationship is; our own view stays beside it and comes back."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.models import Customer
from relationships import live, news, veil
from relationships.actions.store import take_turns, unpacked
from relationships.models import Family, Override, Profile, ProfileChange
from relationships.queries.hard_names import term
from relcrm.base import audit
from relcrm.base import company as companies
from relcrm.base.audit import Actor
from relcrm.base.company import viewpoint
from relcrm.base.models import Company, User
from relcrm.lib.refusals import Refused

USUAL, LONGEST = timedelta(days=90), timedelta(days=365)
Label = tuple[str, str, str]
"""Family, type (or nothing), next step."""


@transaction.atomic
def set_label(
    customer: Customer, *, family: str, key: str = "", reason: str, until: date, by: Actor,
    frank: bool, as_of: date, now: datetime,
) -> Override:  # fmt: skip
    """Show this label until that day. `frank`: whether `by` may see negative types by name."""
    take_turns(np.array([customer.pk]))
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    profile = Profile.objects.filter(pk=customer.pk).first()
    today = viewpoint(companies.current(), now).today
    _check(customer, profile, family, key, reason, frank=frank)
    if fault := day_fault(until, today) or term_fault(customer, key, until, as_of, today):
        raise Refused(fault)
    Override.objects.filter(customer=customer, ended_at=None).update(ended_at=now)
    made = Override.objects.create(
        customer=customer,
        family=family,
        type=key,
        next_step=_next_step(family, key, profile),
        reason=reason.strip(),
        until=until,
        set_by=by if isinstance(by, User) else None,
        set_at=now,
    )
    _put_on(profile, made, on=as_of, now=now)
    audit.record("relationship.set", customer, by=by, at=now, override=made.pk, until=str(until))
    return made


def _put_on(profile: Profile | None, made: Override, *, on: date, now: datetime) -> None:
    """Shown at once; whoever has no profile yet is judged soon, and shown it then."""
    shown = (made.family, made.type, made.next_step)
    if profile is None:
        _log(made, ("", ""), shown[:2], on=on, now=now, verb="set")
        Customer.objects.filter(pk=made.customer_id, touched_at=None).update(touched_at=now)
    else:
        _show(profile, shown, _own(profile), on=on, now=now, verb="set", row=made)


def _check(
    customer: Customer, profile: Profile | None, family: str, key: str, reason: str, *, frank: bool
) -> None:
    if fault := customer_fault(customer, profile, frank=frank):
        raise Refused(fault)
    if veil.is_veiled(family, frank=frank):
        raise Refused(_("Negative relationships are set by those who serve them."))
    known = [kind.key for kind in live.typology().types if kind.family == family]
    if family == Family.UNDETERMINED or family not in Family.values or (key and key not in known):
        raise Refused(_("Choose one of the families, or one of its types."))
    if not reason.strip():
        raise Refused(_("Say why, so that colleagues understand it."))


def customer_fault(customer: Customer, profile: Profile | None, *, frank: bool) -> str:
    """Why this person can set no label of this customer; "" when they can."""
    if not customer.is_judgeable:
        return _("No judgement of this relationship is kept, so none can be set.")
    if profile is not None and veil.is_veiled(profile.family, frank=frank):
        return _("This relationship is left to service; they may set it.")
    return ""


def day_fault(until: date, today: date) -> str:
    """What is wrong with a last day; "" for nothing."""
    is_near = today <= until <= today + LONGEST
    return "" if is_near else _("Choose a day from today until a year from now.")


def term_fault(customer: Customer, key: str, until: date, as_of: date, today: date) -> str:
    """A hard name is said no longer than it would hold by itself, however often it is said."""
    most = term(customer, key, as_of=as_of, today=today)
    if most is None or until <= most.until:
        return ""
    words = {
        "name": live.typology()[key].name, "days": most.days,
        "until": date_format(most.until, "j F Y"),
    }  # fmt: skip
    if most.until < today:
        said = _(
            "%(name)s ended on %(until)s, %(days)s days after the last sign of it. Choose the "
            "family without a type."
        )
        return said % words
    said = _(
        "Until: %(name)s may be said until %(until)s at most, %(days)s days after the last sign of "
        "it or the first such word. Choose a day by then, or the family without a type."
    )
    return said % words


def _next_step(family: str, key: str, profile: Profile | None) -> str:
    """The type's group; of a family alone, the likeliest group within it."""
    kinds = live.typology()
    if key:
        return kinds[key].group
    inside = [at for at, kind in enumerate(kinds.types) if kind.family == family]
    chances = unpacked(profile.posterior) if profile else None
    at = inside[0] if chances is None else max(inside, key=lambda place: chances[place])
    return kinds.types[at].group


def _own(profile: Profile) -> Label:
    """What we would say ourselves."""
    if profile.own_family:
        return profile.own_family, profile.own_type, profile.own_next_step
    return profile.family, profile.type, profile.next_step


def _show(
    profile: Profile, shown: Label, own: Label, *, on: date, now: datetime, verb: str, row: Override
) -> None:
    """Put a label on the profile, and a line into the history when it is another one."""
    if (old := (profile.family, profile.type)) != shown[:2]:
        _log(row, old, shown[:2], on=on, now=now, verb=verb, value=profile.value)
    profile.family, profile.type, profile.next_step = shown
    profile.own_family, profile.own_type, profile.own_next_step = own
    profile.save(update_fields=[
        "family", "type", "next_step", "own_family", "own_type", "own_next_step",
    ])  # fmt: skip


def _log(
    row: Override, old: tuple[str, str], new: tuple[str, str], *, on: date, now: datetime,
    verb: str, value: float | None = None,
) -> None:  # fmt: skip
    line = ProfileChange.objects.create(
        customer_id=row.customer_id, on=on, recorded_at=now, family=new[0], type=new[1],
        old_family=old[0], old_type=old[1], value=value,
        reason={"override": verb, "row": row.pk},
    )  # fmt: skip
    news.tell_change(line, now)


@transaction.atomic
def end_label(
    override: Override, *, by: Actor, as_of: date, now: datetime, frank: bool = True
) -> None:
    """Our own view holds again, at once."""
    if veil.is_veiled(override.family, frank=frank):
        raise Refused(_("This relationship is left to service; they may set it."))
    take_turns(np.array([override.customer_id]))
    if not Override.objects.filter(pk=override.pk, ended_at=None).update(ended_at=now):
        raise Refused(_("This label does not hold any more."))
    profile = Profile.objects.filter(pk=override.customer_id).first()
    if profile is not None and profile.own_family:
        _show(profile, _own(profile), ("", "", ""), on=as_of, now=now, verb="ended", row=override)
    audit.record("relationship.unset", override.customer, by=by, at=now, override=override.pk)


def end_due(
    company: Company, *, as_of: date, now: datetime, among: Collection[int] | None = None
) -> int:
    """Those whose last day, in the company's zone, is over, of everybody or of some, each with its
    line in the history. Safe to run twice."""
    due = Override.objects.filter(ended_at=None, until__lt=viewpoint(company, now).today)
    due = due if among is None else due.filter(customer__in=among)
    rows = list(due.select_related("customer").order_by("pk"))
    for row in rows:
        try:
            end_label(row, by=None, as_of=as_of, now=now)
        except Refused:  # somebody else ended it meanwhile
            continue
    return len(rows)
