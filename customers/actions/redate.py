"""When the company's zone changes, the day of each interaction is found anew."""

from zoneinfo import ZoneInfo

from django.db import connection, transaction

from customers.actions.tallies import mark_stale
from customers.models import Interaction
from relcrm.base import company as companies
from relcrm.base.models import Job
from relcrm.base.runners import Progress

BLOCK = 50_000
POSTGRES = """
    UPDATE customers_interaction SET occurred_on = (occurred_at AT TIME ZONE %s)::date
    WHERE id > %s AND id <= %s AND occurred_on <> (occurred_at AT TIME ZONE %s)::date
    RETURNING customer_id
"""


def run_redate(job: Job, progress: Progress) -> dict[str, int]:
    """The job "redate": block by block of ids, behind the last one finished; safe to run twice."""
    zone = companies.current().zone
    newest = Interaction.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    at, changed = job.position or 0, 0
    while at < newest:
        changed += _redate(at, at + BLOCK, zone)
        at += BLOCK
        progress(min(at, newest), total=newest, position=at)
    return {"changed": changed}


@transaction.atomic
def _redate(after: int, through: int, zone: str) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(POSTGRES, [zone, after, through, zone])
            whose = [row[0] for row in cursor.fetchall()]
        mark_stale(whose)
        return len(whose)
    rows = Interaction.objects.filter(pk__gt=after, pk__lte=through).only(
        "pk", "occurred_at", "occurred_on"
    )
    moved = []
    for row in rows.iterator(5_000):
        day = row.occurred_at.astimezone(ZoneInfo(zone)).date()
        if day != row.occurred_on:
            row.occurred_on = day
            moved.append(row)
    Interaction.objects.bulk_update(moved, ["occurred_on"], batch_size=1_000)
    return len(moved)
