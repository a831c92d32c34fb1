"""An import that is killed, stopped or out of room goes on where it stopped; nothing doubles."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.db.models import Sum
from django.utils import timezone

from customers.actions import imports, storing, take_in
from customers.models import Customer, Import, ImportProblem, Interaction
from relcrm.base.actions import jobs
from relcrm.base.models import Company, Job
from relcrm.base.tasks import run
from relcrm.lib.refusals import Refused

ROWS = 2_000
HALF = 900  # of the 1,800 that can be taken
ROOT = Path(__file__).parent.parent.parent
WORKER = """
import django; django.setup()
from django.utils.timezone import now
from customers.actions import ingest, storing
from relcrm.base.actions import jobs
from relcrm.base.tasks import run
storing.BATCH_ROWS.update({"sqlite": 50, "postgresql": 50})
ingest.PAUSE_SECONDS.update({"sqlite": 0.1, "postgresql": 0.1})
run(jobs.claim(now()))
"""


def brought(folder: Path) -> Import:
    """Two thousand rows of 300 customers; every tenth has no customer."""
    rows = (
        f"{'' if row % 10 == 0 else row % 300},2026-01-{1 + row % 28:02},{row % 7}.50"
        for row in range(1, ROWS + 1)
    )
    file = folder / "sales.csv"
    file.write_text("customer,date,amount\n" + "\n".join(rows))
    return imports.bring(str(file), by=None)


def everything_is_there_once(of: Import) -> None:
    of.refresh_from_db()
    assert of.state == Import.State.TAKEN
    assert Interaction.objects.count() == ROWS - 200
    assert ImportProblem.objects.count() == of.counts["skipped"]["has no customer"] == 200
    assert Customer.objects.count() == of.counts["customers"] == 270
    assert of.counts["stored"] == {"inserted": ROWS - 200, "updated": 0, "unchanged": 0}
    assert of.counts["purchases"] == ROWS - 200
    revenue = Interaction.objects.aggregate(sum=Sum("amount"))["sum"]
    assert Decimal(of.counts["revenue"]) == revenue


def address_of_the_test_database() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    password = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    host = f"{known['USER']}{password}@{known['HOST'] or 'localhost'}:{known['PORT'] or 5432}"
    return f"postgres://{host}/{known['NAME']}"


@pytest.mark.slow  # starts a process of its own, in order to kill it
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_stopped(settings, tmp_path):
    Company.objects.create()
    settings.MEDIA_ROOT = tmp_path / "uploads"
    of = brought(tmp_path)
    job = imports.start(of, by=None, now=timezone.now())
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "relcrm.settings", "RELCRM_SECRET_KEY": "tests",
        "RELCRM_DATA": str(tmp_path), "RELCRM_DATABASE_URL": address_of_the_test_database(),
    }  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment)
    for _ in range(1_800):  # a busy machine takes its time to start a process
        if Interaction.objects.count() >= HALF or worker.poll() is not None:
            break
        time.sleep(0.1)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    half = Interaction.objects.count()
    assert HALF <= half < ROWS - 200
    job.refresh_from_db()
    assert job.position["tally"]["counts"]["rows"] == half
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    run(jobs.claim(timezone.now()))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)
    everything_is_there_once(of)


def test_a_stopped_import_goes_on_where_it_stopped(company, tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(storing, "BATCH_ROWS", {"sqlite": 100, "postgresql": 100})
    of = brought(tmp_path)
    job = imports.start(of, by=None, now=timezone.now())
    claimed = jobs.claim(timezone.now())
    store = storing.Storing._store

    def asked_to_stop(self, batch, tally, facts):
        if tally.counts["rows"] >= 500:
            jobs.cancel(Job.objects.get(pk=job.pk), by=None, now=timezone.now())
        store(self, batch, tally, facts)

    with monkeypatch.context() as patched:
        patched.setattr(storing.Storing, "_store", asked_to_stop)
        run(claimed)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    half = Interaction.objects.count()
    assert half == job.position["tally"]["counts"]["rows"]
    assert 500 <= half < 700
    jobs.run_again(job, by=None)
    run(jobs.claim(timezone.now()))
    everything_is_there_once(of)


@pytest.mark.parametrize("problem", [
    OperationalError("database or disk is full"),
    OperationalError("could not extend file: No space left on device"),
    OSError(28, "No space left on device"),
])  # fmt: skip
def test_a_full_disk_says_so_and_keeps_whole_batches(
    company, tmp_path, settings, monkeypatch, problem
):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(storing, "BATCH_ROWS", {"sqlite": 100, "postgresql": 100})
    of = brought(tmp_path)
    job = imports.start(of, by=None, now=timezone.now())
    ingest = storing.ingest

    def full_at_last(events, **more):
        done = ingest(events, **more)
        if Interaction.objects.count() > 500:
            raise problem
        return done

    with monkeypatch.context() as patched:
        patched.setattr(storing, "ingest", full_at_last)
        run(jobs.claim(timezone.now()))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "The disk is full" in job.error
    assert Interaction.objects.count() == job.position["tally"]["counts"]["rows"] <= 500
    jobs.run_again(job, by=None)
    run(jobs.claim(timezone.now()))
    everything_is_there_once(of)


def test_a_full_disk_while_sorting_says_so(company, tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    of = brought(tmp_path)
    connect = sqlite3.connect

    def small(*given, **more):
        db = connect(*given, **more)
        db.execute("PRAGMA max_page_count = 8")
        return db

    monkeypatch.setattr("customers.intake.sorting.sqlite3.connect", small)
    with pytest.raises(Refused, match="The disk is full"):
        take_in.take_in(of, progress=lambda *_, **__: None, position=None, by=None)
    assert not Interaction.objects.exists()
