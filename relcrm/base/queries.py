"""What the settings pages read: jobs with their pace, lines of the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from relcrm.base.models import AuditLine, Job
from relcrm.lib.rest.keyset import Order, whole
from relcrm.lib.windows import Part, Window, window

NEWEST = Order((("pk", whole),), descending=True)


@dataclass(frozen=True)
class Pace:
    """How fast a running job is, and how long it will still take."""

    per_second: float
    left: timedelta | None


def jobs(*, after: str, before: str) -> Window[Job]:
    return window(
        [Part(Job.objects.select_related("created_by"), NEWEST)], after=after, before=before
    )


def audit_lines(*, after: str, before: str, who: int | None, verb: str) -> Window[AuditLine]:
    lines = AuditLine.objects.select_related("user")
    if who is not None:
        lines = lines.filter(user=who)
    if verb:
        lines = lines.filter(verb__startswith=verb)
    return window([Part(lines, NEWEST)], after=after, before=before)


def paces(rows: Sequence[Job], now: datetime) -> dict[int, Pace]:
    return {job.pk: found for job in rows if (found := pace(job, now))}


def pace(job: Job, now: datetime) -> Pace | None:
    """From the rows done since the job began; None unless it is running and has begun to count."""
    if job.state != Job.State.RUNNING or not job.started_at or not job.done:
        return None
    per_second = job.done / max((now - job.started_at).total_seconds(), 0.001)
    if not job.total:
        return Pace(per_second, None)
    seconds = max(job.total - job.done, 0) / per_second
    return Pace(per_second, timedelta(seconds=round(seconds)))
