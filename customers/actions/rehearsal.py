"""What taking a file in would bring, counted over all of its rows without storing one."""

from typing import Any

from customers.actions.customers import known_customers
from customers.actions.reading import so_far
from customers.actions.storing import Storing
from customers.actions.storing_people import StoringPeople
from customers.identities import normal
from customers.intake.lines import Plan
from customers.intake.orders import Tally
from customers.intake.outcome import DOUBLED, people_result, result
from customers.intake.people import People
from customers.intake.sorting import Sorted
from customers.models import Import, Interaction
from relcrm.base.runners import Progress

Counts = dict[str, Any]


def rehearsed(of: Import, plan: Plan, store: Sorted, facts: Counts, progress: Progress) -> Counts:
    """The counts of `take_in`; "unchanged" are rows known already, changed or not."""
    if isinstance(plan, People):
        return _people(StoringPeople(of, plan, progress, store), facts, progress)
    return _events(Storing(of, plan, progress, store), facts, progress)


def _events(storing: Storing, facts: Counts, progress: Progress) -> Counts:
    tally, known = Tally(), 0
    for batch in storing.batches(facts, None):
        known += _known_events(storing.source, [each.source_id for each in batch.events])
        tally.counts["doubled"] += len(batch.doubled)
        tally.add(batch)
        done, total = so_far(tally.counts["rows"], facts)
        progress(done, total=total)
    events = sum(tally.counts[kind] for kind in ("purchases", "returns", "others"))
    skipped = facts["skipped"] | _doubled(tally.counts["doubled"])
    stored = {"inserted": events - known, "updated": 0, "unchanged": known}
    return result(facts | {"skipped": skipped}, tally, stored)


def _people(storing: StoringPeople, facts: Counts, progress: Progress) -> Counts:
    counts = {"rows": 0, "made": 0, "changed": 0, "unchanged": 0}
    doubled = 0
    for people in storing.batches(None):
        keys = {normal(storing.kind, person.key) for person in people}
        known = len(known_customers(storing.kind, storing.source, keys))
        counts["rows"] += sum(len(person.rows) for person in people)
        doubled += sum(len(person.rows) - 1 for person in people)
        counts["made"] += len(keys) - known
        counts["unchanged"] += known
        done, total = so_far(counts["rows"], facts)
        progress(done, total=total)
    return people_result(facts, counts, _doubled(doubled))


def _doubled(count: int) -> dict[str, int]:
    return {DOUBLED: count} if count else {}


def _known_events(source: str, ids: list[str]) -> int:
    return Interaction.objects.filter(source=source, source_id__among=ids).count()
