"""The worker's doorway to jobs: claim what is due, run it, record how it ended."""

import logging
from random import SystemRandom
from time import monotonic

from celery import shared_task
from django.db import DatabaseError
from django.utils.timezone import now as clock

from relcrm.base.actions import first_answers, jobs, telling
from relcrm.base.heartbeat import heartbeat
from relcrm.base.models import Job
from relcrm.base.runners import RUNNERS
from relcrm.base.speaking import speak
from relcrm.lib.refusals import Refused

log = logging.getLogger(__name__)
AT_MOST_SECONDS = 20.0  # in one task, so that other work gets its turn; the next nudge goes on


@shared_task(name="base.work_due_jobs")
def work_due_jobs() -> int:
    """Work off due jobs one after another; return how many. Safe to call at any time, anywhere."""
    worked = 0
    while job := jobs.claim(clock()):
        run(job)
        worked += 1
    return worked


@shared_task(name="base.tell_due")
def tell_due() -> int:
    """Tell programs that listen what happened; return how many times. Safe to call at any time."""
    began, told = monotonic(), 0
    while monotonic() - began < AT_MOST_SECONDS and (delivery := telling.claim(clock())):
        telling.settle(delivery, speak(delivery, now=clock()), rng=SystemRandom(), now=clock())
        told += 1
    return told


@shared_task(name="base.forget_old_answers")
def forget_old_answers() -> int:
    """Answers to API calls that nobody will repeat, and old news; return how many."""
    return first_answers.forget_old(clock()) + telling.forget_told(clock())


def run(job: Job) -> None:
    """Run one claimed job to its end. The task boundary: here, and only here, errors are caught."""
    lease = jobs.Lease(job)
    try:
        with heartbeat(job):
            result = RUNNERS[job.kind](job, lease)
    except jobs.Stop:
        jobs.stop(lease, now=clock())
    except Refused as refusal:
        jobs.fail(lease, str(refusal), now=clock())
    except Exception as problem:  # noqa: BLE001 (the task boundary)
        log.exception("job %s (%s) failed", job.pk, job.kind)
        jobs.fail(lease, _words_for(problem), now=clock())
    else:
        jobs.finish(lease, result, now=clock())


def _words_for(problem: Exception) -> str:
    if isinstance(problem, DatabaseError):
        return "The database refused the work; the log has the details. Run the job again."
    if isinstance(problem, OSError):
        return f"The disk refused the work: {problem.strerror or problem}. Free space, run again."
    return "An unexpected error stopped this job; the log has the details."
