"""Two customers who are one person become one, and can be parted again for thirty days.

The rules, and why they are so: docs/decisions/merging.md.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import router, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers import merging, news
from customers.actions.merge_own import PREFIX, keep_both_requests, take_own
from customers.actions.moving import Moves, move_all, put_aside, written
from customers.actions.tallies import forget_tallies
from customers.contact.actions.ledger import opened
from customers.engine.values import chosen
from customers.merging import Merging
from customers.models import Customer, Duplicate, Identity, Merge
from customers.side_by_side import keeper
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import Job, User
from relcrm.lib.refusals import Refused

# What the merge itself sees to; everything else is chosen value by value.
OWN = {"id", "created_at", "changed_at", "touched_at", "corrected_from_on", "erased_at",
       "first_seen_on", "last_seen_on"}  # fmt: skip
STAMPS = {"created_at", "changed_at", "touched_at"}
# Whoever said no, said it for the person.
STRICT = ("objects_to_profiling", "objects_to_marketing", "restricted_at")


@transaction.atomic
def merge_customers(
    survivor: Customer,
    merged: Customer,
    *,
    by: Actor,
    now: datetime,
    take: Collection[str] = (),
) -> Merge:
    """`merged` becomes part of `survivor`, who keeps their own values except for the fields named
    in `take` and those where they have none. What lost is in the record that is returned."""
    survivor, merged = _locked(survivor, merged)
    _check(take)
    record = _begun(survivor, merged, by, now)
    _keep_ways_to_reach(merged)
    if {"email", "phone"} & set(take):
        _keep_ways_to_reach(survivor)
    forget_tallies(survivor.pk, merged.pk)
    moves = _move(survivor, merged, record, take, now)
    _take_values(survivor, merged, take, record, now)
    _ask_other_rooms(Merging(survivor, merged, by, now, record))
    record.save()
    _rows(merged)._raw_delete(router.db_for_write(Customer))
    audit.record(
        "customer.merged", survivor, by=by, at=now,
        merged=merged.pk, record=record.pk, moved=moves.count, dropped=len(moves.dropped),
    )  # fmt: skip
    news.tell_merged(survivor.pk, merged.pk, now)
    return record


def _begun(survivor: Customer, merged: Customer, by: Actor, now: datetime) -> Merge:
    return Merge(
        survivor=survivor, into=survivor.pk, merged=merged.pk, merged_at=now,
        merged_by=by if isinstance(by, User) else None,
    )  # fmt: skip


def _move(
    survivor: Customer, merged: Customer, record: Merge, take: Collection[str], now: datetime
) -> Moves:
    """Whatever hangs on the one to the other, written down in the record."""
    moves = Moves()
    notes = {
        "said": _said(survivor, merged),
        "pairs": _put_pairs_aside(survivor, merged, moves),
        "requests": keep_both_requests(survivor, merged),
        "own": take_own(survivor, merged, take, record),
    }
    record.row = written(merged)
    identities = list(merged.identities.values_list("pk", flat=True))
    with opened([survivor.pk, merged.pk]):
        move_all(merged, survivor, moves)
    Identity.objects.filter(pk__in=identities).update(moved_at=now)
    notes["jobs"] = name_in_jobs(merged.pk, survivor.pk)
    record.moved, record.dropped, record.notes = moves.moved, moves.dropped, notes
    return moves


def _ask_other_rooms(step: Merging) -> None:
    """Their rules, after everything has moved; what each notes is kept for the undo."""
    for name, (after_merge, _after_undo) in merging.RULES.items():
        step.record.notes[name] = after_merge(step) or {}


def merge_sure_pairs(pairs: Iterable[Duplicate], *, by: Actor, now: datetime) -> int:
    """Merge those of these open pairs that are sure; returns how many. A customer in two pairs is
    merged once, and looked at again when the pairs are found anew."""
    done, met = 0, set[int]()
    for pair in pairs:
        both = {pair.first_id, pair.second_id}
        if pair.is_sure and pair.state == Duplicate.State.OPEN and not met & both:
            merge_customers(*keeper(pair.first, pair.second), by=by, now=now)
            met |= both
            done += 1
    return done


def _said(*both: Customer) -> list[str]:
    """What the two had said no to when they became one: what is said later may be either's word."""
    return [name for name in STRICT if any(getattr(each, name) for each in both)]


# Before the merge -------------------------------------------------------------------------------


def _locked(survivor: Customer, merged: Customer) -> tuple[Customer, Customer]:
    """Both rows in the order of their numbers, so that two merges never wait in a circle."""
    if survivor.pk == merged.pk:
        raise Refused(_("This is one customer already."))
    rows = Customer.objects.present().filter(pk__in=[survivor.pk, merged.pk])
    found = {row.pk: row for row in rows.select_for_update().order_by("pk")}
    for each in (survivor, merged):
        if each.pk not in found:
            raise Refused(_("Customer %d is not there any more.") % each.pk)
    return found[survivor.pk], found[merged.pk]


def _check(take: Collection[str]) -> None:
    plain = {name for name in take if not name.startswith(PREFIX)}
    if unknown := plain - set(choosable()):
        raise Refused(_("“%s” is nothing to choose between.") % min(unknown))


def choosable() -> list[str]:
    """The fields in which one of two values is taken."""
    names = [each.name for each in Customer._meta.concrete_fields]
    return [name for name in names if name not in OWN and name not in STRICT]


def _keep_ways_to_reach(customer: Customer) -> None:
    """An e-mail and a phone that are not written to any more recognise them still."""
    kinds = Identity.Kind
    for kind, value in ((kinds.EMAIL, customer.email), (kinds.PHONE, customer.phone)):
        if value:
            Identity.objects.get_or_create(customer=customer, kind=kind, source="", value=value)


def _put_pairs_aside(survivor: Customer, merged: Customer, moves: Moves) -> list[int]:
    """Pairs with the one who goes; what was decided about them holds for the survivor."""
    carried = []
    for pair in Duplicate.objects.filter(Q(first=merged) | Q(second=merged)).order_by("pk"):
        other = pair.second_id if pair.first_id == merged.pk else pair.first_id
        put_aside(pair, moves)
        if other == survivor.pk or pair.state == Duplicate.State.OPEN:
            continue
        pair.pk, (pair.first_id, pair.second_id) = None, sorted((other, survivor.pk))
        if not Duplicate.objects.filter(first=pair.first_id, second=pair.second_id).exists():
            pair.save(force_insert=True)
            carried.append(pair.pk)
    return carried


# Values -----------------------------------------------------------------------------------------


def _take_values(
    survivor: Customer, merged: Customer, take: Collection[str], record: Merge, now: datetime
) -> None:
    before, theirs = written(survivor)["fields"], record.row["fields"]
    for name in choosable():
        column = Customer._meta.get_field(name).attname
        mine, other = getattr(survivor, column), getattr(merged, column)
        value, has_lost = chosen(mine, other, wants_other=name in take)
        setattr(survivor, column, value)
        if has_lost:
            record.lost[name] = before[name] if name in take else theirs[name]
    for name in STRICT:
        told = [value for each in (survivor, merged) if (value := getattr(each, name))]
        setattr(survivor, name, min(told) if told else getattr(survivor, name))
    survivor.first_seen_on = min(_days(survivor.first_seen_on, merged.first_seen_on), default=None)
    survivor.last_seen_on = max(_days(survivor.last_seen_on, merged.last_seen_on), default=None)
    survivor.touched_at = now
    survivor.save()
    after = written(survivor)["fields"]
    changed = [name for name in after if after[name] != before[name] and name not in STAMPS]
    record.before = {name: before[name] for name in changed}
    record.after = {name: after[name] for name in changed}


def _days(*told: date | None) -> list[date]:
    return [day for day in told if day]


def name_in_jobs(old: int, new: int, only: Collection[int] | None = None) -> list[int]:
    """Work in line that names one customer names the other; returns which."""
    found = []
    jobs = Job.objects.active().select_for_update().filter(payload__customer=old)
    for job in jobs if only is None else jobs.filter(pk__in=only):
        job.payload["customer"] = new
        job.save(update_fields=["payload"])
        found.append(job.pk)
    return found


def _rows(customer: Customer) -> QuerySet[Customer]:
    return Customer.objects.filter(pk=customer.pk)
