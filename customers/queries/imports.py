"""Where an import stands, and what its result says about the company's data."""

from datetime import datetime

from customers.models import Import
from relcrm.base import company
from relcrm.base.models import Job

LONG_AGO_DAYS = 365
GAPS = 4  # usual gaps between two purchases, after which a whole company looks asleep
FEW_DAYS = 28  # however short the gaps are, nothing younger is called old


State = Import.State
STAGES = {State.TAKEN: "taken", State.MAPPING: "mapping", State.CHECKED: "checked",
          State.UNDONE: "undone"}  # fmt: skip


def stage(of: Import) -> str:
    """Where a page stands with it: mapping, checked, taking, taken, undone or stopped."""
    if of.job is not None and of.job.is_active:
        return "taking"
    return STAGES.get(of.state, "stopped")


def seconds_left(job: Job, now: datetime) -> int | None:
    """At the pace so far; None while there is too little to tell."""
    if not job.started_at or not job.total or job.done < 1:
        return None
    seconds = (now - job.started_at).total_seconds()
    return round(seconds * max(job.total - job.done, 0) / job.done) if seconds > 1 else None


def rows_per_second(job: Job, now: datetime) -> int | None:
    """Half the rate of the job, which counts each row twice: read, and stored."""
    if job.kind == "undo_import":
        return None  # it counts batches
    if not job.started_at or job.done < 1:
        return None
    seconds = (now - job.started_at).total_seconds()
    return round(job.done / 2 / seconds) if seconds > 1 else None


def is_waiting_long(job: Job, now: datetime) -> bool:
    """Nobody has taken it up for half a minute: is a worker running?"""
    return job.state == Job.State.WAITING and (now - job.created_at).total_seconds() > 30


def looks_old(of: Import, now: datetime) -> bool:
    """Whether everybody would look long gone today: the newest event is over a year ago, or
    further back than four times the usual gap between two purchases (and than four weeks)."""
    if of.newest_on is None:
        return False
    days = (now.astimezone(company.current().tzinfo).date() - of.newest_on).days
    gap = of.counts.get("median_gap_days")
    return days > LONG_AGO_DAYS or (gap is not None and days > max(GAPS * gap, FEW_DAYS))
