"""A breach is written down, traced, judged, told, closed; each step on record."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relcrm.base import audit, company
from relcrm.base.exposure import Exposed, traced
from relcrm.base.models import Breach, User
from relcrm.lib import idsets
from relcrm.lib.refusals import Refused

WRITING = timedelta(minutes=15)  # a long file is written for so long, at most
TOLD = ("happened", "consequences", "measures")


@transaction.atomic
def report_breach(*, by: User, now: datetime, **facts: Any) -> Breach:
    """From now on the clock runs; who was exposed is traced at once."""
    if facts["learned_at"] > now:
        raise Refused(_("We cannot learn of something in the future."))
    if facts["ended_at"] < facts["began_at"]:
        raise Refused(_("The period ends before it begins."))
    breach = Breach.objects.create(**facts)
    audit.record("breach.reported", breach, by=by, at=now)
    trace_breach(breach, by=by, now=now)
    return breach


@transaction.atomic
def trace_breach(breach: Breach, *, by: User, now: datetime) -> Exposed:
    """Freeze what the trail says of this actor and period; an older trace is replaced."""
    _open(breach)
    found = traced(breach)
    _change(
        breach, traced_at=now, people=len(found.people), fields=sorted(found.fields),
        customers=idsets.pack(found.people),
    )  # fmt: skip
    audit.record("breach.traced", breach, by=by, at=now, people=len(found.people))
    return found


@transaction.atomic
def describe_breach(breach: Breach, *, by: User, now: datetime, **told: str) -> None:
    """What happened, what may follow, what we do about it: the body of both letters."""
    _open(breach)
    _change(breach, **{name: told[name].strip() for name in TOLD if name in told})
    audit.record("breach.described", breach, by=by, at=now, fields=sorted(set(told) & set(TOLD)))


@transaction.atomic
def decide_breach(breach: Breach, *, risk: str, decision: str, by: User, now: datetime) -> None:
    """How great the risk is to the people, and why; the law asks for this record in any case."""
    _open(breach)
    if risk not in Breach.Risk.values or not risk:
        raise Refused(_("Judge the risk to the people: none, some or high."))
    if not decision.strip():
        raise Refused(_("Write down why: the record has to show it (article 33 (5))."))
    _change(breach, risk=risk, decision=decision.strip(), decided_at=now, decided_by=by)
    audit.record("breach.decided", breach, by=by, at=now, risk=risk)


@transaction.atomic
def tell_authority(breach: Breach, *, by: User, now: datetime) -> None:
    _open(breach)
    if breach.authority_told_at:
        raise Refused(_("The authority was already told on %s.") % _day(breach.authority_told_at))
    _change(breach, authority_told_at=now)
    late = now > breach.due_at
    audit.record("breach.authority_told", breach, by=by, at=now, late=late)


@transaction.atomic
def tell_people(breach: Breach, *, by: User, now: datetime) -> None:
    _open(breach)
    if breach.people_told_at:
        raise Refused(_("The people were already told on %s.") % _day(breach.people_told_at))
    _change(breach, people_told_at=now)
    audit.record("breach.people_told", breach, by=by, at=now)


@transaction.atomic
def close_breach(breach: Breach, *, by: User, now: datetime) -> None:
    """Only when it is judged, and whom the law names was told."""
    _open(breach)
    if not breach.risk:
        raise Refused(_("Judge the risk first."))
    if breach.risk != Breach.Risk.NONE and not breach.authority_told_at:
        raise Refused(_("A risk is likely: the authority has to be told first."))
    if breach.risk == Breach.Risk.HIGH and not breach.people_told_at:
        raise Refused(_("A high risk is likely: the people have to be told first."))
    _change(breach, closed_at=now)
    audit.record("breach.closed", breach, by=by, at=now)


def _open(breach: Breach) -> None:
    breach.refresh_from_db(from_queryset=Breach.objects.select_for_update(of=("self",)))
    if breach.closed_at:
        raise Refused(_("This breach was closed on %s.") % _day(breach.closed_at))


def _change(breach: Breach, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(breach, name, value)
    breach.save(update_fields=list(changes))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(company.current().tzinfo):%-d %B %Y}"
