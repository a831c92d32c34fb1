"""The worker's doorway to jobs: claim what is due, run it, record how it ended."""

import logging
from collections.abc import Callable
from random import SystemRandom
from time import monotonic, sleep

from celery import current_app, shared_task
from django.db import DatabaseError
from django.utils.timezone import now as clock

from relcrm.base.actions import first_answers, jobs, parts, telling
from relcrm.base.heartbeat import heartbeat, keep_alive
from relcrm.base.models import Job
from relcrm.base.nudges import LOOK_SECONDS
from relcrm.base.runners import HELPERS, RUNNERS, Done, Shared
from relcrm.base.speaking import speak
from relcrm.lib.refusals import Refused

log = logging.getLogger(__name__)
WAIT_SECONDS = 0.2
BETWEEN_SECONDS = 2.0
AT_MOST_SECONDS = 20.0  # in one task, so that other work gets its turn; the next nudge goes on


@shared_task(name="base.work_due_jobs")
def work_due_jobs() -> int:
    """Work off due jobs one after another, and help with shared ones; return how many jobs were
    ours. Safe to call at any time, anywhere."""
    worked, meanwhile = 0, Meanwhile()
    while True:
        if job := jobs.claim(clock()):
            run(job)
            worked += 1
        elif job := parts.joinable(clock(), [*HELPERS]):
            help_with(job, meanwhile, leaves_for_others=True)
        else:
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
            outcome = RUNNERS[job.kind](job, lease)
    except jobs.Stop:
        jobs.stop(lease, now=clock())
    except Refused as refusal:
        jobs.fail(lease, str(refusal), now=clock())
    except Exception as problem:  # noqa: BLE001 (the task boundary)
        log.exception("job %s (%s) failed", job.pk, job.kind)
        jobs.fail(lease, _words_for(problem), now=clock())
    else:
        if isinstance(outcome, Done):
            jobs.finish(lease, outcome.result, now=clock(), last_act=outcome.last_act)
        elif not isinstance(outcome, Shared):
            jobs.finish(lease, outcome, now=clock())


def see_through(job: Job, show: Callable[[Job], None]) -> Job:
    """Do all that can be done here for this job until it has ended, here or elsewhere."""
    while True:
        job.refresh_from_db()
        show(job)
        if not job.is_active:
            return job
        if jobs.claim_this(job, clock()):
            run(job)
        elif parts.joinable(clock(), [job.kind], only=job):
            help_with(job, lambda: show(Job.objects.get(pk=job.pk)))
        else:
            sleep(WAIT_SECONDS)


def help_with(job: Job, between: Callable[[], None], *, leaves_for_others: bool = False) -> None:
    """Take parts of a shared job while there are any for us. What we leave, others take up."""
    claims = parts.Claims(job, leaves_for_others)
    try:
        with keep_alive(claims):
            HELPERS[job.kind](job, claims, between)
    except jobs.Stop:
        log.info("job %s (%s) was stopped or taken over", job.pk, job.kind)


class Meanwhile:
    """What is due every few seconds does not wait for the end of a long shared job, even when
    every worker helps with it: called between two parts, it does that work now and then."""

    def __init__(self) -> None:
        self.since = monotonic()

    def __call__(self) -> None:
        if monotonic() - self.since < BETWEEN_SECONDS:
            return
        for name in _often():
            try:
                current_app.tasks[name]()
            except Exception:  # (the task boundary: the shared job goes on)
                log.exception("task %s failed", name)
        self.since = monotonic()


def _often() -> list[str]:
    """Tasks of the regular look, but for our own."""
    entries = (current_app.conf.beat_schedule or {}).values()
    names = [each["task"] for each in entries if each["schedule"] == LOOK_SECONDS]
    return [name for name in names if name in current_app.tasks and name != work_due_jobs.name]


def _words_for(problem: Exception) -> str:
    if isinstance(problem, DatabaseError):
        return "The database refused the work; the log has the details. Run the job again."
    if isinstance(problem, OSError):
        return f"The disk refused the work: {problem.strerror or problem}. Free space, run again."
    return "An unexpected error stopped this job; the log has the details."
