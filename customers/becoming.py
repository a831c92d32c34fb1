"""Merges and their undoing on the timeline."""

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Merge
from customers.timeline import Entry, Slice

NAME = "merges"
KINDS = {"merged": gettext_lazy("Became one"), "parted": gettext_lazy("Parted again")}


def merges(asked: Slice) -> Iterable[Entry]:
    """Nobody is merged often, so all of a customer's are read and those of the slice are kept."""
    numbers = [each.pk for each in asked.customers]
    came_back = Q(merged__in=numbers, undone_at__isnull=False)
    rows = Merge.objects.filter(Q(survivor__in=numbers) | came_back)
    entries = [entry for row in rows.only("survivor", "into", "merged", "merged_at", "undone_at")
               for entry in _entries(row, numbers)]  # fmt: skip
    wanted = [entry for entry in entries if _is_asked(entry, asked)]
    return sorted(wanted, key=lambda entry: (-entry.at.timestamp(), -entry.pk))[: asked.size + 1]


def _entries(row: Merge, numbers: list[int]) -> Iterator[Entry]:
    """From the side of whichever of the two the timeline is of."""
    is_survivor = row.survivor_id in numbers
    other = row.merged if is_survivor else row.into
    who = row.survivor_id if is_survivor else row.merged
    if is_survivor:
        title = _("Became one with customer %d") % other
        yield Entry(row.merged_at, 2 * row.pk, title, "link", kind="merged", who=who)
    if row.undone_at:
        title = _("Parted again from customer %d") % other
        yield Entry(row.undone_at, 2 * row.pk + 1, title, "link", kind="parted", who=who)


def _is_asked(entry: Entry, asked: Slice) -> bool:
    if entry.at >= asked.until or (asked.since and entry.at < asked.since):
        return False
    if asked.kind and asked.kind != entry.kind:
        return False
    if (last := asked.before) is None:
        return True
    key = (-entry.at.timestamp(), NAME, -entry.pk)
    return key > (-last.at.timestamp(), last.source, -last.pk)
