"""What the settings pages read: jobs with their pace, lines of the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from relcrm.base.models import AuditLine, Job
from relcrm.lib.written import whole

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Newest first, by keyset: `after` is the last row's key when there are more."""

    rows: Sequence[Any]
    after: str
    is_later: bool


@dataclass(frozen=True)
class Pace:
    """How fast a running job is, and how long it will still take."""

    per_second: float
    left: timedelta | None


def jobs(*, after: str) -> Page:
    return _page(Job.objects.select_related("created_by"), after)


def audit_lines(*, after: str, who: int | None, verb: str) -> Page:
    lines = AuditLine.objects.select_related("user").order_by("-id")
    if who is not None:
        lines = lines.filter(user=who)
    if verb:
        lines = lines.filter(verb__startswith=verb)
    return _page(lines, after)


def _page(rows: Any, after: str) -> Page:
    place = whole(after)
    if place is not None:
        rows = rows.filter(pk__lt=place)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    last = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return Page(found[:PAGE], last, place is not None)


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
