"""Durable work: claimed by one, resumed after a crash, cancelled on request, never doubled."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from relcrm.base import tasks
from relcrm.base.actions import jobs
from relcrm.base.models import AuditLine, Job
from relcrm.base.runners import RUNNERS
from relcrm.lib.refusals import Refused
from tests.conftest import NOW


@pytest.fixture
def counting(monkeypatch):
    """A kind of job that counts to five and remembers which numbers it did."""
    did: list[int] = []

    def count(job, progress):
        for number in range(job.position or 0, 5):
            did.append(number)
            progress(number + 1, total=5, position=number + 1)
        return {"counted": len(did)}

    monkeypatch.setitem(RUNNERS, "count", count)
    return did


@pytest.fixture
def job(db, mara, counting) -> Job:
    return jobs.ask_for("count", "Count to five", by=mara, unit="numbers")


def test_asking_for_a_job_leaves_a_line_in_the_audit_trail(job, mara):
    assert AuditLine.objects.filter(verb="job.asked", subject_id=job.pk, user=mara).count() == 1


def test_the_worker_finishes_a_job_and_keeps_its_result(job):
    assert tasks.work_due_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("done", 5, 5, {"counted": 5})


def test_a_job_is_claimed_only_once(job):
    assert jobs.claim(NOW) == job
    assert jobs.claim(NOW) is None


def test_a_job_whose_worker_died_is_taken_over_where_it_stopped(job, counting):
    dead = jobs.Lease(jobs.claim(NOW))
    dead(2, total=5, position=2)
    Job.objects.update(lease_until=NOW - timedelta(seconds=1))
    assert tasks.work_due_jobs() == 1
    assert counting == [2, 3, 4]
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_worker_that_lost_its_lease_must_stop(job):
    slow = jobs.Lease(jobs.claim(NOW))
    Job.objects.update(lease_until=NOW - timedelta(seconds=1))
    jobs.claim(NOW)
    with pytest.raises(jobs.Stop):
        slow(1)


def test_a_worker_that_lost_its_lease_cannot_finish_the_job(job):
    slow = jobs.Lease(jobs.claim(NOW))
    Job.objects.update(lease_until=NOW - timedelta(seconds=1))
    jobs.claim(NOW)
    jobs.finish(slow, {"counted": 0}, now=NOW)
    job.refresh_from_db()
    assert job.state == "running"


def test_a_job_that_kills_every_worker_is_given_up(job):
    Job.objects.update(state="running", attempts=5, lease_until=NOW - timedelta(seconds=1))
    assert jobs.claim(NOW) is None
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Given up after 5 attempts" in job.error


def test_a_twin_with_the_same_key_is_the_same_job(db, mara, counting):
    first = jobs.ask_for("count", "Count", by=mara, once_key="count")
    assert jobs.ask_for("count", "Count", by=mara, once_key="count") == first
    tasks.work_due_jobs()
    assert jobs.ask_for("count", "Count", by=mara, once_key="count") != first


def test_a_waiting_job_is_cancelled_at_once(job, mara):
    jobs.cancel(job, by=mara, now=NOW)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert tasks.work_due_jobs() == 0


def test_a_running_job_is_cancelled_at_its_next_heartbeat(job, mara):
    lease = jobs.Lease(jobs.claim(NOW))
    jobs.cancel(Job.objects.get(), by=mara, now=NOW)
    with pytest.raises(jobs.Stop):
        lease(1)
    jobs.stop(lease, now=NOW)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_finished_job_cannot_be_cancelled(job, mara):
    tasks.work_due_jobs()
    job.refresh_from_db()
    with pytest.raises(Refused, match="already done"):
        jobs.cancel(job, by=mara, now=NOW)


def test_a_failed_job_runs_again_where_it_stopped(job, mara, counting):
    Job.objects.update(state="failed", position=3, done=3, attempts=5, error="disk full")
    job.refresh_from_db()
    jobs.run_again(job, by=mara)
    tasks.work_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.error, counting) == ("done", "", [3, 4])


def test_only_a_failed_or_cancelled_job_runs_again(job, mara):
    with pytest.raises(Refused, match="Only a failed or cancelled job"):
        jobs.run_again(job, by=mara)


def test_a_refusal_becomes_the_words_of_the_failed_job(db, mara, monkeypatch):
    def refuse(job, progress):
        raise Refused("The column 'date' is missing; name one that holds dates.")

    monkeypatch.setitem(RUNNERS, "refuse", refuse)
    job = jobs.ask_for("refuse", "Refuse", by=mara)
    tasks.work_due_jobs()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error.startswith("The column 'date' is missing")


def test_a_bug_fails_the_job_without_showing_a_trace(db, mara, monkeypatch, caplog):
    def crash(job, progress):
        raise ZeroDivisionError("ada@example.com")

    monkeypatch.setitem(RUNNERS, "crash", crash)
    job = jobs.ask_for("crash", "Crash", by=mara)
    tasks.work_due_jobs()
    job.refresh_from_db()
    assert job.error == "An unexpected error stopped this job; the log has the details."
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_step_longer_than_the_lease_keeps_its_job(company, monkeypatch):
    seen = []

    def slow(job, progress):
        renewed = wait_for(lambda: Job.objects.get(pk=job.pk).lease_until > job.lease_until)
        seen.append((renewed, jobs.claim(timezone.now())))

    monkeypatch.setitem(RUNNERS, "slow", slow)
    job = jobs.ask_for("slow", "A slow step", by=None)
    job = jobs.claim(timezone.now())
    short = timedelta(milliseconds=400)
    job.lease_until = job.heartbeat_at + short
    tasks.run(job)
    job.refresh_from_db()
    assert (seen, job.state) == ([(True, None)], "done")


def wait_for(truth) -> bool:
    """Whether it comes true within ten seconds."""
    for _ in range(200):
        if truth():
            return True
        time.sleep(0.05)
    return False
