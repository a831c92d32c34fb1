"""One job shared by all workers: cut into parts, each claimed, kept alive, done or given back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from relcrm.base.actions.jobs import Lease, Stop
from relcrm.base.models import Job, Part

Range = tuple[int, int]


@transaction.atomic
def cut(lease: Lease, ranges: Sequence[Range], *, total: int, payload: dict[str, Any]) -> None:
    """Give the job to everyone who has time: parts are there and no worker holds the whole."""
    _let_go(lease, total=total, payload=payload)
    Part.objects.bulk_create(
        Part(job=lease.job, number=number, first=first, last=last)
        for number, (first, last) in enumerate(ranges, start=1)
    )


def share_again(lease: Lease) -> None:
    """A job that was cut before and stopped goes on with the parts that are left."""
    _let_go(lease)


def _let_go(lease: Lease, **changes: Any) -> None:
    """Running without a lease: from here on the parts have one each."""
    if not lease.held().update(lease_until=None, **changes):
        raise Stop


def joinable(now: datetime, kinds: Sequence[str], only: Job | None = None) -> Job | None:
    """The oldest shared job that has a part for us."""
    waiting = Part.objects.due(now).filter(job=OuterRef("pk"))
    jobs = Job.objects.shared().filter(Exists(waiting), kind__in=kinds)
    return (jobs.filter(pk=only.pk) if only else jobs).order_by("id").first()


@dataclass
class Claims:
    """What one worker takes of one shared job."""

    job: Job
    leaves_for_others: bool = False  # when another job waits for a worker
    holder: str = field(default_factory=lambda: uuid4().hex)

    def next(self, now: datetime) -> Part | None:
        """A part that is ours for one lease; None when there is none, the job was stopped, or
        another one waits and we are to leave for it."""
        if self.leaves_for_others and Job.objects.due(now).exists():
            return None
        while parts := list(self._due(now)):
            for part in parts:
                if part.attempts >= Part.MAX_ATTEMPTS:
                    _unchanged(part).update(state=Part.State.FAILED, lease_until=None, holder="")
                elif self._take(part, now):
                    return part
        return None

    def _due(self, now: datetime):
        job = Job.objects.shared().filter(pk=self.job.pk, cancel_asked_at=None)
        return Part.objects.due(now).filter(Exists(job), job=self.job).order_by("number")[:4]

    def _take(self, part: Part, now: datetime) -> bool:
        """Conditional update: of several workers exactly one sees a row change."""
        changes = {
            "state": Part.State.RUNNING, "attempts": part.attempts + 1, "holder": self.holder,
            "lease_until": now + settings.JOB_LEASE,
        }  # fmt: skip
        if not _unchanged(part).filter(pk__in=Part.objects.due(now)).update(**changes):
            return False
        for name, value in changes.items():
            setattr(part, name, value)
        return True

    def keep_alive(self, now: datetime) -> int:
        """Renew the lease of all that we have; how many that is."""
        ours = Part.objects.filter(job=self.job, holder=self.holder, state=Part.State.RUNNING)
        return ours.update(lease_until=now + settings.JOB_LEASE)

    def finish(self, part: Part, done: int, now: datetime) -> None:
        """In the transaction of what was done: if the part is another's by now, or the job was
        stopped, `Stop` undoes that."""
        if not self._ours(part).update(
            state=Part.State.DONE, done=done, lease_until=None, holder=""
        ):
            raise Stop
        whole = Job.objects.shared().filter(pk=part.job_id, cancel_asked_at=None)
        if not whole.update(done=F("done") + done, heartbeat_at=now):
            raise Stop

    def give_back(self, part: Part, now: datetime, *, failed: bool) -> None:
        """Not begun: as if it had not been taken. Failed: to be tried again after a rest, which
        doubles each time; given up after the last attempt."""
        if not failed:
            self._ours(part).update(
                state=Part.State.WAITING, attempts=part.attempts - 1, lease_until=None, holder=""
            )
        elif part.attempts >= Part.MAX_ATTEMPTS:
            self._ours(part).update(state=Part.State.FAILED, lease_until=None, holder="")
        else:
            rest = now + timedelta(seconds=2**part.attempts)
            self._ours(part).update(state=Part.State.WAITING, lease_until=rest, holder="")

    def _ours(self, part: Part):
        return Part.objects.filter(
            pk=part.pk, state=Part.State.RUNNING, holder=self.holder, attempts=part.attempts
        )


def _unchanged(part: Part):
    """This row as we saw it: its attempts only grow, or go back with it."""
    return Part.objects.filter(
        pk=part.pk, attempts=part.attempts, holder=part.holder, state=part.state
    )
