"""Rows of a file that are about people who were erased: left out, and named as such."""

from customers import tombstones
from customers.intake.orders import Batch, Tally
from customers.intake.outcome import DOUBLED
from customers.models import Import, ImportProblem


def without_the_erased(batch: Batch, people: dict[str, int], of: Import, tally: Tally) -> None:
    """Take events of those whom nobody may make again out of the batch, and keep their rows'
    numbers; what the rows said is not kept."""
    gone = [event for event in batch.events if event.customer not in people]
    if not gone:
        return
    batch.events = [event for event in batch.events if event.customer in people]
    rows = sorted(line.row for event in gone for line in event.lines)
    column = of.mapping.get("customer", "")[:100]
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                of=of, row=row, column=column, reason=tombstones.REASON, remedy=tombstones.REMEDY
            )
            for row in rows
        ],
        batch_size=1_000,
    )
    tally.counts["erased"] += len(rows)


def left_out_later(tally: Tally) -> dict[str, int]:
    """How many rows were left out while storing, by their reasons."""
    counts = {tombstones.REASON: tally.counts["erased"], DOUBLED: tally.counts["doubled"]}
    return {reason: count for reason, count in counts.items() if count}
