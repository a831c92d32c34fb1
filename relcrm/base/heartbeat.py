"""Keeps a worker's claim on a job alive through steps that take longer than a lease."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from django.db import connection
from django.utils.timezone import now as clock

from relcrm.base.models import Job


@contextmanager
def heartbeat(job: Job) -> Iterator[None]:
    """While the block runs, renew the lease of this attempt in a thread of its own.

    Fitting a million customers is one step of minutes; without a sign of life a second worker
    would take the job over. A killed process takes the thread with it, so its lease runs out.
    """
    length = _length(job)
    ended = Event()
    thread = Thread(target=_beat, args=(job.pk, job.attempts, length, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _length(job: Job) -> timedelta:
    """As long as the lease was when the job was claimed."""
    if job.lease_until is None or job.heartbeat_at is None:
        return timedelta(minutes=1)
    return job.lease_until - job.heartbeat_at


def _beat(pk: int, attempt: int, length: timedelta, ended: Event) -> None:
    try:
        while not ended.wait(length.total_seconds() / 4):
            now = clock()
            ours = Job.objects.filter(pk=pk, state=Job.State.RUNNING, attempts=attempt)
            if not ours.update(heartbeat_at=now, lease_until=now + length):
                return
    finally:
        connection.close()
