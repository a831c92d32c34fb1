"""What else a merge looks after: own fields of which both say something, requests both made."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from customers import custom
from customers.actions.custom import write_in_bulk
from customers.models import Customer, CustomField, Merge, SubjectRequest
from customers.queries import custom as queries
from relcrm.lib.refusals import Refused

PREFIX = "custom."
Pair = tuple[custom.Value, custom.Value]


def own_pairs(survivor: Customer, merged: Customer) -> dict[CustomField, Pair]:
    """The fields of the company's own of which the two say something else; two queries."""
    fields = queries.fields()
    told = queries.values([survivor.pk, merged.pk], fields)
    mine, theirs = told.get(survivor.pk, {}), told.get(merged.pk, {})
    return {
        field: (mine[field.pk], theirs[field.pk])
        for field in fields
        if field.pk in mine and field.pk in theirs and mine[field.pk] != theirs[field.pk]
    }


def take_own(
    survivor: Customer, merged: Customer, take: Collection[str], record: Merge
) -> dict[str, Any]:
    """Before anything moves: where the other's value is to hold, the two change places, so that
    the one that lost is kept with the merged one's rows. Returns what the undo needs."""
    wanted = {name.removeprefix(PREFIX) for name in take if name.startswith(PREFIX)}
    pairs = own_pairs(survivor, merged)
    if unknown := wanted - {field.key for field in queries.fields()}:
        raise Refused(_("“%s” is nothing to choose between.") % (PREFIX + min(unknown)))
    notes = {}
    for field, (mine, theirs) in pairs.items():
        is_taken = field.key in wanted
        record.lost[PREFIX + field.key] = custom.as_json(mine if is_taken else theirs)
        if is_taken:
            write_in_bulk([(survivor.pk, field, theirs), (merged.pk, field, mine)])
            notes[str(field.pk)] = [custom.as_json(mine), custom.as_json(theirs)]
    return notes


def give_back_own(survivor: Customer, back: Customer, notes: dict[str, Any]) -> None:
    """After everything went back: each has their own value again; the survivor only where nobody
    wrote another one since."""
    fields = CustomField.objects.in_bulk([int(pk) for pk in notes])
    now = queries.values([survivor.pk], fields.values()).get(survivor.pk, {})
    for pk, field in fields.items():
        mine, theirs = (custom.read(field, value) for value in notes[str(pk)])
        write_in_bulk([(back.pk, field, theirs)])
        if now.get(pk) == theirs:
            write_in_bulk([(survivor.pk, field, mine)])


def keep_both_requests(survivor: Customer, merged: Customer) -> list[int]:
    """Both asked for the same: the law counts from each day, so neither request is dropped."""
    mine = SubjectRequest.objects.open().filter(customer=survivor).values("kind")
    twins = SubjectRequest.objects.open().filter(customer=merged, kind__in=mine)
    found = list(twins.filter(came_by_merge=False).values_list("pk", flat=True))
    SubjectRequest.objects.filter(pk__in=found).update(came_by_merge=True)
    return found


def part_requests(found: Collection[int]) -> None:
    """Before they go back to whom they came from."""
    SubjectRequest.objects.filter(pk__in=found).update(came_by_merge=False)
