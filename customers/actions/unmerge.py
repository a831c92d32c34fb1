"""Parting two customers again who were merged, as if nothing had been, also after further activity.

The rules, and why they are so: docs/decisions/merging.md.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from customers import merging, news
from customers.actions.merge import STRICT, name_in_jobs
from customers.actions.merge_own import give_back_own, part_requests
from customers.actions.moving import Moves, put_back, written
from customers.actions.tallies import forget_tallies
from customers.contact.actions.ledger import opened
from customers.merging import Merging
from customers.models import Arrival, Customer, Duplicate, Identity, Interaction, Merge
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused


@transaction.atomic
def undo_merge(merge: Merge, *, by: Actor, now: datetime) -> Customer:
    """Part them again; returns the one who comes back. What came since stays with the survivor,
    unless it names an identity that goes back."""
    survivor = Customer.objects.select_for_update().get(pk=merge.survivor_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    _check_undo(merge, now)
    moves = Moves(merge.moved, merge.dropped)
    came = _came_by(merge, moves, survivor)
    Duplicate.objects.filter(pk__in=merge.notes.get("pairs", [])).delete()
    back = _bring_back(merge)
    _share_what_was_said_since(survivor, back, merge)
    _give_back_values(survivor, merge)
    with opened([survivor.pk, back.pk]):
        left_out = put_back(moves)
    part_requests(merge.notes.get("requests", []))
    give_back_own(survivor, back, merge.notes.get("own", {}))
    Interaction.objects.filter(pk__in=came, customer=survivor).update(customer=back)
    forget_tallies(survivor.pk, back.pk)
    name_in_jobs(survivor.pk, back.pk, only=merge.notes.get("jobs", []))
    _see_again(survivor, back, now=now)
    _ask_other_rooms(Merging(survivor, back, by, now, merge))
    _keep_apart(survivor, back, by, now)
    _close(merge, by, now)
    audit.record(
        "customer.merge_undone", survivor, by=by, at=now,
        merged=back.pk, record=merge.pk, followed=len(came), left_out=left_out,
    )  # fmt: skip
    news.tell_merged(survivor.pk, back.pk, now, undone=True)
    return back


def _ask_other_rooms(step: Merging) -> None:
    """Their rules, each with what it noted at the merge."""
    notes = step.record.notes
    for name, (_after_merge, after_undo) in merging.RULES.items():
        if after_undo and name in notes:
            after_undo(step, notes[name])


def _check_undo(merge: Merge, now: datetime) -> None:
    if merge.undone_at:
        raise Refused(_("This merge was already undone."))
    if merge.survivor_id != merge.into:
        words = _("Customer %(into)d was merged into customer %(survivor)d later; undo that first.")
        raise Refused(words % {"into": merge.into, "survivor": merge.survivor_id})
    if not merge.can_be_undone(now):
        raise Refused(_("A merge can be undone for 30 days; this one is older."))


def _bring_back(merge: Merge) -> Customer:
    moves = Moves(dropped=[merge.row])
    if put_back(moves):
        raise Refused(_("The number %d is taken; this merge cannot be undone.") % merge.merged)
    return Customer.objects.get(pk=merge.merged)


def _came_by(merge: Merge, moves: Moves, survivor: Customer) -> list[int]:
    """Interactions that came in since the merge by an identity or a number that goes back."""
    going = {name: _moved(moves, name) for name in (Identity._meta.label, Merge._meta.label)}
    earlier = Merge.objects.filter(pk__in=going[Merge._meta.label]).values("merged")
    by_name = Q(identity__in=going[Identity._meta.label])
    by_name |= Q(number=merge.merged) | Q(number__in=earlier)
    rows = Arrival.objects.filter(by_name, interaction__customer=survivor)
    return list(rows.values_list("interaction_id", flat=True))


def _moved(moves: Moves, label: str) -> list[int]:
    return [key for name, *_way, keys in moves.moved if name == label for key in keys]


def _see_again(*customers: Customer, now: datetime) -> None:
    """First and last day from what each has now; both are judged anew."""
    for each in customers:
        days = each.interactions.aggregate(first=Min("occurred_on"), last=Max("occurred_on"))
        each.first_seen_on = days["first"] or each.first_seen_on
        each.last_seen_on = days["last"] or each.last_seen_on
        each.touched_at = now
        each.save()


def _keep_apart(survivor: Customer, back: Customer, by: Actor, now: datetime) -> None:
    """Nobody undoes a merge of one person: the pair is not proposed again."""
    first, second = sorted((survivor.pk, back.pk))
    Duplicate.objects.update_or_create(
        first_id=first, second_id=second,
        defaults={
            "state": Duplicate.State.DISMISSED, "decided_at": now, "postponed_until": None,
            "decided_by": by if isinstance(by, User) else None,
        },
        create_defaults={
            "state": Duplicate.State.DISMISSED, "decided_at": now, "score": 0, "found_at": now,
            "decided_by": by if isinstance(by, User) else None,
        },
    )  # fmt: skip


def _close(merge: Merge, by: Actor, now: datetime) -> None:
    """Both have their own again, so nothing of them is kept here."""
    for name in Merge.PERSONAL:
        setattr(merge, name, Merge._meta.get_field(name).get_default())
    merge.undone_at, merge.undone_by = now, by if isinstance(by, User) else None
    merge.save()


def _share_what_was_said_since(survivor: Customer, back: Customer, merge: Merge) -> None:
    """A no that came while they were one may be the word of either, so it holds for both."""
    before = merge.notes.get("said")
    for name in STRICT if before is not None else ():
        if name not in before and (said := getattr(survivor, name)) and not getattr(back, name):
            setattr(back, name, said)  # written when they are looked at again


def _give_back_values(survivor: Customer, merge: Merge) -> None:
    """Fields that the merge changed and nobody since."""
    current = written(survivor)["fields"]
    for name, value in merge.before.items():
        if current.get(name) == merge.after[name]:
            column = Customer._meta.get_field(name)
            setattr(survivor, column.attname, column.to_python(value))
