"""Tells the past of some customers again, month by month, from what had happened by then."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from numpy.typing import NDArray

from customers.models import Customer
from relationships.actions import scoring, snapshots
from relationships.actions.store import Judged, stage, take_turns
from relationships.engine.typology.columns import PLACE
from relationships.models import Family, Profile, ProfileChange, Snapshot
from relationships.queries.evidence import Shard
from relationships.queries.history.earlier import closes, last_close, seen
from relationships.queries.history.reasons import changed_rows, reasons, shown, turns
from relationships.queries.judging import Standard

Ids = NDArray[np.int64]
Noted = dict[int, list]  # by customer: from which day on, and when something last touched them


def tell(ids: Ids, months: list[Standard], *, now: datetime, beat: Callable[[], None]) -> None:
    """Close these months, oldest first, for these customers (ascending ids).

    `beat` is called after each month. Telling twice leaves the same rows.
    """
    if not months or not len(ids):
        return
    _forget_lines(ids, months)
    for rule in months:
        _close(ids, rule, now)
        beat()


def tell_from(since: Mapping[int, date], months: list[Standard], *, now: datetime) -> None:
    """Close for each customer (ascending) the months that end on their day or later."""
    ids = np.array(list(since), dtype=np.int64)
    first = np.array([day.toordinal() for day in since.values()])
    ends = np.array([rule.as_of.toordinal() for rule in months])
    begins = np.searchsorted(ends, first)
    for begin in np.unique(begins).tolist():
        _forget_lines(ids[begins == begin], months[begin:])
    for at, rule in enumerate(months):
        some = ids[begins <= at]
        if len(some):
            _close(some, rule, now)


def _forget_lines(ids: Ids, months: list[Standard]) -> None:
    """What was worked out afterwards of these months goes, as it is worked out anew."""
    if months:
        lines = _of(ProfileChange, ids).filter(is_reconstructed=True)
        lines.filter(on__range=(months[0].as_of, months[-1].as_of)).delete()


def corrections(ids: Ids) -> Noted:
    """Of whom a correction is noted; read before their evidence, to notice what comes after."""
    asked = set(ids.tolist())  # others between them keep their note until it is their turn
    some = Customer.objects.filter(pk__range=(int(ids[0]), int(ids[-1])))
    return {pk: note for pk, *note in _notes(some) if pk in asked}


@transaction.atomic
def forget_corrections(noted: Noted) -> None:
    """Their past is told; who was corrected or touched since, or is just now, stays noted."""
    if not noted:
        return
    now = Customer.objects.filter(pk__in=noted).select_for_update(skip_locked=True)
    told = [pk for pk, *note in _notes(now) if note == noted[pk]]
    Customer.objects.filter(pk__in=told).update(corrected_from_on=None)


def _notes(some: QuerySet[Customer]) -> QuerySet:
    noted = some.filter(corrected_from_on__isnull=False)
    return noted.values_list("pk", "corrected_from_on", "touched_at")


def bring_to_present(ids: Ids, rule: Standard, *, now: datetime) -> None:
    """Judge them as of today, following on from the months told.

    A first judgement made before its past was known is taken back: the past says how it began.
    """
    looked = scoring.look(ids, rule)
    with transaction.atomic():
        _take_back(ids, rule)
        scoring.write(looked, rule, now)


def _close(ids: Ids, rule: Standard, now: datetime) -> None:
    """One month's end; who had not met us by then has no snapshot of it."""
    marks = seen(ids, rule.as_of)
    known = marks > 0
    _of(Snapshot, ids[~known]).filter(on=rule.as_of).delete()
    if not known.any():
        return
    ids, marks = ids[known], marks[known]
    found = scoring.weigh(_as_known_then(ids, rule), rule)
    labels = found.verdicts.labels
    judged = scoring.judged(found)
    numbers = judged.numbers | {"seen": marks, "turned": turns(found, rule)}
    told = {}
    if close := last_close(rule.as_of):
        before = shown(ids, "relationships_snapshot", f"is_close AND \"on\" = '{close}'")
        told = reasons(found, rule, changed_rows(before, (labels.family, labels.type)))
    _write(replace(judged, numbers=numbers, reasons=told), rule, now)


def _as_known_then(ids: Ids, rule: Standard) -> Shard:
    """The evidence of that day. Facts about a person bear no date: those first counted stay."""
    some = scoring.read(ids, rule)
    kept = closes(ids, rule.as_of)
    was_closed = ~np.isnan(kept["held"])
    facts = some.evidence.values[:, PLACE["profile_fields"]]
    facts[was_closed] = kept["told"][was_closed]
    return some


@transaction.atomic
def _write(judged: Judged, rule: Standard, now: datetime) -> None:
    take_turns(judged.customer)
    stage(judged)
    on, close = rule.as_of, last_close(rule.as_of)
    with connection.cursor() as cursor:
        cursor.execute(snapshots.of_closes(), [on])
        cursor.execute(snapshots.changes_between(), [on, now, close, on])
        snapshots.give_reasons(cursor, judged.reasons, on, now)


def _take_back(ids: Ids, rule: Standard) -> None:
    """Changes after the last close that nobody saw, or that were noted before the past was known,
    are told anew: the profile takes the label of that close, and what differs is the change. Of all
    others what was noted on this very day is told anew, so that nobody changes twice in a day.
    """
    close = last_close(rule.as_of)
    if close is None:
        return
    told = Snapshot.objects.filter(on=close, is_close=True, customer__in=ids.tolist())
    labels = {who: (family, kind) for who, family, kind in
              told.values_list("customer", "family", "type")}  # fmt: skip
    lines = _of(ProfileChange, ids).filter(on__gt=close).order_by("on", "pk")
    lines = lines.exclude(reason__has_key="override")  # what a colleague said stays said
    again, seen_from = set(), {}
    for line in lines.only("customer", "old_family", "old_type", "is_reconstructed"):
        seen_from.setdefault(line.customer_id, []).append((line.old_family, line.old_type))
        if line.is_reconstructed:
            again.add(line.customer_id)
    again |= {
        who for who, old in seen_from.items()
        if len(old) == 1 and _known(old[0]) != _known(labels.get(who, ("", "")))
    }  # fmt: skip
    again &= labels.keys()
    _take_back_day(lines.filter(on=rule.as_of).exclude(customer__in=again), rule.as_of)
    lines.filter(customer__in=again).delete()
    Snapshot.objects.filter(customer__in=again, on__gt=close).delete()
    mine = Snapshot.objects.filter(on=close, is_close=True, customer=OuterRef("customer"))
    Profile.objects.filter(customer__in=again).update(
        family=Subquery(mine.values("family")[:1]), type=Subquery(mine.values("type")[:1])
    )


def _take_back_day(lines: QuerySet[ProfileChange], day: date) -> None:
    """As before these changes of that day; what a colleague said on it stays the last word."""
    by_hand = ProfileChange.objects.filter(on=day, reason__has_key="override")
    lines = lines.exclude(customer__in=by_hand.values("customer"))
    first: dict[int, tuple[str, str]] = {}
    for who, family, kind in lines.values_list("customer", "old_family", "old_type"):
        first.setdefault(who, (family, kind))
    lines.filter(customer__in=first).delete()
    Snapshot.objects.filter(customer__in=first, on=day, is_close=False).delete()
    for family, kind in set(first.values()):
        some = [who for who, label in first.items() if label == (family, kind)]
        Profile.objects.filter(customer__in=some).update(family=family, type=kind)


def _known(label: tuple[str, str]) -> tuple[str, str]:
    """Too early to tell and not judged yet are alike."""
    return ("", "") if label[0] == Family.UNDETERMINED else label


def _of(model: type, ids: Ids):
    """Rows of exactly these customers."""
    return model.objects.filter(customer__in=ids.tolist())
