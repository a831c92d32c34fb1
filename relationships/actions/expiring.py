"""Lets hard names go: what somebody was called in anger, or as a taker, sticks to nobody."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from relationships.engine.history.quantised import chances, quantised
from relationships.engine.typology import typology
from relationships.models import Example, Override, ProfileChange, Snapshot
from relationships.models.history import HARD_PLACES
from relationships.models.profile import EXPIRING, Family
from relcrm.base import audit
from relcrm.base.company import viewpoint
from relcrm.base.models import Company

A_YEAR = timedelta(days=365)  # as long as the types themselves hold (types.json)
AT_ONCE = 2_000


@transaction.atomic
def expire_names(company: Company, *, now: datetime) -> None:
    """What is a year old keeps the family and loses the name, and whatever the name could be told
    from. By the company's calendar, whatever day it looks from. One line in the audit trail."""
    before = viewpoint(company, now).today - A_YEAR
    begun = datetime.combine(before, time.min, company.tzinfo)
    found = {
        "snapshots": _snapshots(before),
        "changes": _changes(before),
        "overrides": _overrides(begun),
        "examples": _examples(begun),
    }
    if any(found.values()):
        audit.record("relationships.names_expired", by=None, at=now, before=str(before), **found)


def _snapshots(before: date) -> int:
    """The place held becomes that of the family; chances within the family are spread evenly."""
    hard = Q(type__in=EXPIRING) | Q(held__in=HARD_PLACES)
    done = 0
    for rows in _slices(Snapshot.objects.filter(hard, on__lt=before)):
        for row in rows:
            row.type = "" if row.type in EXPIRING else row.type
            row.held, row.chances = FAMILY_PLACE, _spread(bytes(row.chances))
        Snapshot.objects.bulk_update(rows, ["type", "held", "chances"], batch_size=500)
        done += len(rows)
    return done


def _slices(rows: QuerySet[Snapshot]) -> Iterator[list[Snapshot]]:
    """Each is out of the query once it is written."""
    some = rows.order_by("pk").only("type", "held", "chances")
    while slice_ := list(some[:AT_ONCE]):
        yield slice_


MEMBERS = np.flatnonzero([kind.family == Family.NEGATIVE for kind in typology().types])
FAMILY_PLACE = int(MEMBERS[0])
"""Stands for the family of who is not called anything in it any more."""


def _spread(stored: bytes) -> bytes:
    """The family's chance, the same for each of its types; what was never kept stays so."""
    if len(stored) != len(typology().keys):
        return stored
    likely = chances(np.frombuffer(stored, dtype=np.uint8)[None, :])
    likely[:, MEMBERS] = likely[:, MEMBERS].mean()
    return quantised(np.nan_to_num(likely)).tobytes()


def _changes(before: date) -> int:
    named = Q(type__in=EXPIRING) | Q(old_type__in=EXPIRING)
    lines = ProfileChange.objects.filter(named, on__lt=before)
    return lines.update(type=_unless_hard("type"), old_type=_unless_hard("old_type"))


def _overrides(before: datetime) -> int:
    """With the colleague's reason and the next step, which say as much as the name."""
    ended = Override.objects.filter(type__in=EXPIRING, ended_at__lt=before)
    return ended.update(type="", next_step="", reason="")


def _examples(before: datetime) -> int:
    """Of a trial somebody made of an edition long ago: the numbers stay, these people go."""
    named = Q(before__in=EXPIRING) | Q(after__in=EXPIRING)
    return Example.objects.filter(named, edition__tried_at__lt=before).delete()[0]


def _unless_hard(name: str) -> Case:
    return Case(When(**{f"{name}__in": EXPIRING}, then=Value("")), default=F(name))
