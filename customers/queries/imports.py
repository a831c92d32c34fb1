"""Where an import stands, and what its result says about the company's data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.intake import pace
from customers.models import Import
from relcrm.base import company
from relcrm.base.models import Job
from relcrm.base.queries import pace as job_pace

LONG_AGO_DAYS = 365
GAPS = 4  # usual gaps between two purchases, after which a whole company looks asleep
EARLY = timedelta(seconds=2)  # before that a pace tells nothing
FEW_DAYS = 28  # however short the gaps are, nothing younger is called old


State = Import.State
STAGES = {State.TAKEN: "taken", State.MAPPING: "mapping", State.CHECKED: "checked",
          State.UNDONE: "undone"}  # fmt: skip


def stage(of: Import) -> str:
    """Where a page stands with it: mapping, checked, taking, taken, undone or stopped."""
    if of.job is not None and of.job.is_active:
        return "taking"
    return STAGES.get(of.state, "stopped")


@dataclass(frozen=True)
class Standing:
    """How far the work on a file has come, as its page says it."""

    all_read: bool
    rows: int  # read so far; stored so far when all are read
    total: int  # while not all are read, as the size of the file lets expect
    per_second: int | None = None  # rows of the file over the whole work; None while it is early
    left: str = ""


def standing(job: Job, now: datetime) -> Standing | None:
    """None before the first row, and of an undo, which counts batches."""
    if not job.total or job.done < 1 or job.kind == "undo_import":
        return None
    all_read, rows = pace.phase(job.done, job.total, connection.vendor)
    found = job_pace(job, now)
    if found is None or found.left is None or not job.started_at:
        return Standing(all_read, rows, job.total)
    if now - job.started_at < EARLY:
        return Standing(all_read, rows, job.total)
    return Standing(all_read, rows, job.total, round(found.per_second), in_words(found.left))


def in_words(left: timedelta) -> str:
    """As exact as an estimate can be."""
    seconds = round(left.total_seconds())
    if seconds < 90:
        return ngettext("about %d second left", "about %d seconds left", seconds) % seconds
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("about %d minute left", "about %d minutes left", minutes) % minutes
    hours, rest = divmod(minutes, 60)
    return _("about %(hours)d h %(minutes)02d min left") % {"hours": hours, "minutes": rest}


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
