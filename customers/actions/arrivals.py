"""Noting by what name something came in after a merge, so that it goes back with that name."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from customers import identities
from customers.models import Arrival, Identity, Interaction, Merge

Who = tuple[str, str, str]  # kind of identity (or "id": our own number), source, value as sent
Key = tuple[str, str]  # an interaction's source, and its number there
SHARED = (Identity.Kind.EMAIL, Identity.Kind.PHONE)  # have no source
AT_ONCE = 500
Item = TypeVar("Item")


def note_arrivals(told: Iterable[tuple[Who, Key]], *, now: datetime) -> None:
    """Who was named by each interaction that was just stored. Costs one look unless somebody was
    merged in the days in which that can be undone."""
    since = now - Merge.UNDO_WITHIN
    lately = Merge.objects.standing().filter(merged_at__gte=since)
    if not lately.order_by().exists():
        return
    named = {key: who for who, key in told}
    spelt = {who: _spelt(who) for who in set(named.values())}
    numbers = [int(value) for kind, _source, value in spelt.values() if kind == "id"]
    by_number = set(lately.filter(merged__in=numbers).values_list("merged", flat=True))
    by_identity = _moved(spelt.values(), since)
    arrivals: dict[Key, Arrival] = {}
    for key, who in named.items():
        if spelt[who] in by_identity:
            arrivals[key] = Arrival(identity_id=by_identity[spelt[who]])
        elif who[0] == "id" and int(who[2]) in by_number:
            arrivals[key] = Arrival(number=int(who[2]))
    _keep(arrivals)


def _spelt(who: Who) -> Who:
    kind, source, value = who
    if kind == "id":
        return who
    return kind, "" if kind in SHARED else source, identities.normal(kind, value)


def _moved(named: Iterable[Who], since: datetime) -> dict[Who, int]:
    """Those of these identities that a merge has moved: identity → its key."""
    found: dict[Who, int] = {}
    for some in _parts([value for kind, _source, value in named if kind != "id"]):
        rows = Identity.objects.filter(value__in=some, moved_at__gte=since)
        found |= {(each.kind, each.source, each.value): each.pk for each in rows}
    return found


def _keep(arrivals: dict[Key, Arrival]) -> None:
    for some in _parts(sorted(arrivals)):
        sources, numbers = {source for source, _ in some}, [number for _, number in some]
        rows = Interaction.objects.filter(source__in=sources, source_id__in=numbers)
        made = []
        for pk, *key in rows.values_list("pk", "source", "source_id"):
            if arrival := arrivals.get((key[0], key[1])):
                arrival.interaction_id = pk
                made.append(arrival)
        Arrival.objects.bulk_create(made, ignore_conflicts=True)


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
