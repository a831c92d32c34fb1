"""What happens to a job: asked for, claimed, kept alive, finished, failed, cancelled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now as clock

from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import Job, Part, User
from relcrm.base.models.job import JobQuerySet
from relcrm.lib.refusals import Refused


class Stop(Exception):
    """The runner must leave: its job was cancelled, or another worker has it now."""


@transaction.atomic
def ask_for(
    kind: str,
    title: str,
    *,
    by: Actor,
    payload: dict[str, Any] | None = None,
    unit: str = "",
    once_key: str | None = None,
) -> Job:
    """Put a job in line. With a `once_key` an active twin is returned instead of a second one."""
    made_by = by if isinstance(by, User) else None
    job = Job(
        kind=kind, title=title, payload=payload or {}, unit=unit, once_key=once_key,
        created_by=made_by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:
        return Job.objects.active().get(once_key=once_key)
    audit.record("job.asked", job, by=by, kind=kind)
    return job


def claim(now: datetime) -> Job | None:
    """The oldest due job, now ours for one lease; None when nothing is due."""
    for job in Job.objects.due(now).order_by("id")[:20]:
        if job.attempts >= Job.MAX_ATTEMPTS:
            _give_up(job, now)
        elif _take(job, now):
            job.refresh_from_db()
            return job
    return None


def claim_this(job: Job, now: datetime) -> bool:
    """Take up this job here and now, unless a worker was quicker."""
    taken = _take(job, now)
    job.refresh_from_db()
    return taken


def _take(job: Job, now: datetime) -> bool:
    """Conditional update: of several workers exactly one sees a row change. To close what was
    shared belongs to the attempt that cut it."""
    return bool(
        Job.objects.due(now)
        .filter(pk=job.pk, attempts=job.attempts)
        .update(
            state=Job.State.RUNNING,
            attempts=job.attempts + (not job.is_shared),
            lease_until=now + settings.JOB_LEASE,
            heartbeat_at=now,
            started_at=job.started_at or now,
        )
    )


def _give_up(job: Job, now: datetime) -> None:
    Job.objects.due(now).filter(pk=job.pk).update(
        state=Job.State.FAILED,
        finished_at=now,
        error=f"Given up after {job.attempts} attempts; the worker died each time.",
    )


@dataclass
class Lease:
    """The claim of one worker on one job; a `Progress` for the runner."""

    job: Job
    attempt: int = field(init=False)

    def __post_init__(self) -> None:
        self.attempt = self.job.attempts

    def __call__(self, done: int, *, total: int | None = None, position: Any | None = None) -> None:
        """Save the progress and renew the lease in one conditional update; raise Stop if lost."""
        now = clock()
        changes: dict[str, Any] = {
            "done": done, "heartbeat_at": now, "lease_until": now + settings.JOB_LEASE,
        }  # fmt: skip
        if total is not None:
            changes["total"] = total
        if position is not None:
            changes["position"] = position
        if not self.held().update(**changes):
            raise Stop
        for name, value in changes.items():
            setattr(self.job, name, value)

    def held(self) -> JobQuerySet:
        """The job, while it is ours: not another's, not let go, not to be cancelled."""
        return Job.objects.filter(
            pk=self.job.pk, state=Job.State.RUNNING, attempts=self.attempt,
            lease_until__isnull=False, cancel_asked_at=None,
        )  # fmt: skip


@transaction.atomic
def finish(
    lease: Lease,
    result: dict[str, Any] | None,
    *,
    now: datetime,
    last_act: Callable[[], None] | None = None,
) -> None:
    """`last_act` comes with the end or not at all, so exactly once."""
    # Where it stood is of no use any more, and may name a customer's number.
    if not _close(lease, now, state=Job.State.DONE, result=result, position=None):
        return
    lease.job.parts.all().delete()
    if last_act:
        last_act()


def fail(lease: Lease, error: str, *, now: datetime) -> None:
    """`error` is shown to people: what was wrong and how to mend it."""
    _close(lease, now, state=Job.State.FAILED, error=error)


def stop(lease: Lease, *, now: datetime) -> None:
    """After `Stop`: cancelled when somebody asked for it; otherwise the row is another's."""
    asked = Job.objects.filter(pk=lease.job.pk).exclude(cancel_asked_at=None).exists()
    if asked:
        _close(lease, now, state=Job.State.CANCELLED)


def _close(lease: Lease, now: datetime, **changes: Any) -> int:
    ours = Job.objects.filter(pk=lease.job.pk, state=Job.State.RUNNING, attempts=lease.attempt)
    return ours.update(finished_at=now, lease_until=None, **changes)


@transaction.atomic
def cancel(job: Job, *, by: Actor, now: datetime) -> None:
    """A waiting job ends at once, as does a shared one, whose parts in work come to nothing; any
    other at its next heartbeat."""
    if not job.is_active:
        raise Refused(f"This job is already {job.get_state_display().lower()}.")
    unheld = Job.objects.filter(pk=job.pk, lease_until=None).active()
    if not unheld.update(state=Job.State.CANCELLED, cancel_asked_at=now, finished_at=now):
        Job.objects.filter(pk=job.pk).update(cancel_asked_at=now)
    audit.record("job.cancelled", job, by=by)


@transaction.atomic
def run_again(job: Job, *, by: Actor) -> Job:
    """A failed or cancelled job goes back in line and resumes at its position, or with the parts
    that are left."""
    if job.state not in (Job.State.FAILED, Job.State.CANCELLED):
        raise Refused("Only a failed or cancelled job can be run again.")
    job.state, job.attempts, job.error, job.cancel_asked_at = Job.State.WAITING, 0, "", None
    if job.started_at and job.finished_at:  # its pace does not count the time it lay still
        job.started_at += clock() - job.finished_at
    job.finished_at = None
    job.save(update_fields=[
        "state", "attempts", "error", "cancel_asked_at", "started_at", "finished_at",
    ])  # fmt: skip
    left = job.parts.exclude(state=Part.State.DONE)
    left.update(state=Part.State.WAITING, attempts=0, holder="", lease_until=None)
    audit.record("job.run_again", job, by=by)
    return job
