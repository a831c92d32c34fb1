"""Real processes share the judging of everyone: one is killed, nobody is judged twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now as clock

from customers.models import Customer, Interaction, Kind
from relationships.models import Profile
from relcrm.base import tasks
from relcrm.base.actions import jobs
from relcrm.base.actions.judging import ask_for_everyone
from relcrm.base.models import AuditLine, Company, Job, Part
from relcrm.lib.processes import die_with_parent
from tests.conftest import TODAY, event
from tests.relationships import writes
from tests.test_processes import ROOT, address_of_the_test_database

pytestmark = [
    pytest.mark.slow,  # two real processes start, and one is killed in the middle of its work
    pytest.mark.django_db(transaction=True),
]
PEOPLE, SHARD = 600, 20
PATIENCE = 120  # seconds; two cores may be busy with other tests
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def people(db):
    """All bought something; the database notes each profile that is written."""
    Company.objects.create(as_of=TODAY)
    Customer.objects.bulk_create(Customer(name=f"Ada {n}") for n in range(PEOPLE))
    Interaction.objects.bulk_create(
        event(one, Kind.PURCHASE, TODAY - timedelta(days=one.pk % 300), 20, one.pk)
        for one in Customer.objects.all()
    )
    writes.count_writes()
    yield
    writes.forget_writes()


@pytest.fixture
def start(tmp_path):
    """`start()` is one more process that judges everyone, with the others."""
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"} | {
        "RELCRM_DATA": str(tmp_path),
        "RELCRM_DATABASE_URL": address_of_the_test_database(),
        "RELCRM_SHARD_SIZE": str(SHARD),
        "RELCRM_JOB_LEASE": "2",
    }
    started = []

    def one_more() -> "subprocess.Popen[str]":
        started.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "score", "--all", "--as-of", TODAY.isoformat()],
                cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
            )
        )  # fmt: skip
        return started[-1]

    yield one_more
    for each in started:
        each.kill()
        each.wait()


@pytest.fixture
def run(people, settings) -> Job:
    """Cut, with every shard held back: which process starts sooner must not decide."""
    settings.SHARD_SIZE = SHARD
    ask_for_everyone(by=None, as_of=TODAY)
    job = jobs.claim(clock())
    tasks.run(job)
    job.parts.update(lease_until=LATER)
    return job


def hand_out(job: Job, shards: int) -> None:
    held_back = job.parts.filter(state="waiting", lease_until=LATER).order_by("number")
    some = list(held_back.values_list("pk", flat=True)[:shards])
    job.parts.filter(pk__in=some).update(lease_until=None)


def until(happens, why: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, f"{why} did not happen"
        time.sleep(0.01)


def both_have_a_shard() -> bool:
    held = Part.objects.filter(state="running").order_by().values("holder").distinct()
    return held.count() == 2


def up(process: "subprocess.Popen[str]", job: Job) -> "subprocess.Popen[str]":
    """It has judged a shard, and waits for more."""
    done = job.parts.filter(state="done")
    wanted = done.count() + 1
    hand_out(job, 1)
    until(lambda: done.count() == wanted, "starting")
    return process


def test_a_killed_process_is_replaced_and_everyone_is_judged_once(run, start):
    doomed = up(start(), run)
    doomed.send_signal(signal.SIGSTOP)  # so that the next shard is for the other
    other = up(start(), run)
    doomed.send_signal(signal.SIGCONT)
    hand_out(run, PEOPLE)
    until(both_have_a_shard, "sharing")
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    until(lambda: Part.objects.filter(attempts=2).exists(), "taking over")
    said, _ = other.communicate(timeout=PATIENCE)
    job = Job.objects.get(kind="score")
    assert (job.state, job.done, job.total) == ("done", PEOPLE, PEOPLE), said
    assert f"{PEOPLE:,} customers scored" in said
    everyone = set(Customer.objects.values_list("pk", flat=True))
    assert writes.writes() == dict.fromkeys(everyone, 1)
    assert set(Profile.objects.values_list("pk", flat=True)) == everyone
    assert AuditLine.objects.filter(verb="relationships.scored").count() == 1
    assert clock() - job.started_at < timedelta(seconds=PATIENCE)
