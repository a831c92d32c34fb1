"""Keeps a worker's claims alive through steps that take longer than a lease."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import OperationalError, connection
from django.utils.timezone import now as clock

from relcrm.base.actions.parts import Claims
from relcrm.base.models import Job

log = logging.getLogger(__name__)
Renew = Callable[[datetime], int]  # how many claims are still ours


def heartbeat(job: Job) -> AbstractContextManager[None]:
    """While the block runs, renew the lease of this attempt in a thread of its own.

    Fitting a million customers is one step of minutes; without a sign of life a second worker
    would take the job over. A killed process takes the thread with it, so its lease runs out.
    """
    length, ours = _length(job), Job.objects.filter(
        pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts, lease_until__isnull=False
    )  # fmt: skip
    return beating(length, lambda now: ours.update(heartbeat_at=now, lease_until=now + length))


def keep_alive(claims: Claims) -> AbstractContextManager[None]:
    """The same for the parts that a worker has taken; between two it may have none."""
    return beating(settings.JOB_LEASE, lambda now: claims.keep_alive(now) or 1)


@contextmanager
def beating(length: timedelta, renew: Renew) -> Iterator[None]:
    ended = Event()
    thread = Thread(target=_beat, args=(length, renew, ended), daemon=True)
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


def _beat(length: timedelta, renew: Renew, ended: Event) -> None:
    try:
        while not ended.wait(length.total_seconds() / 4):
            try:
                if not renew(clock()):
                    return
            except OperationalError:  # busy for the moment: three more beats fit into a lease
                log.warning("a lease could not be renewed this time")
                connection.close()
    finally:
        connection.close()
