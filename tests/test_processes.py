"""The processes of an installation, started by hand: a job gets done, also when a worker is killed.

The commands are those of docker-compose.yml, read from it, against the servers of this pass:
real PostgreSQL and Redis in one, the embedded database and broker in the other.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.utils import timezone

from customers.actions import imports
from customers.models import Customer, Import, Interaction
from relcrm.base.models import Company, Job
from relcrm.lib.processes import die_with_parent, free_port

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
# Enough that a worker can be killed in the middle: some ten batches.
MANY = {"sqlite": 60_000, "postgresql": 200_000}
FEW = 1_000
PATIENCE = 150  # seconds; two cores may be busy with another test

pytestmark = [
    pytest.mark.slow,  # real processes start, and one is killed in the middle of its work
    pytest.mark.django_db(transaction=True),
]


class Processes:
    """Web, worker and scheduler against the database of this test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.started: list[subprocess.Popen[bytes]] = []
        self.environment = {
            name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
        } | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "RELCRM_DATA": str(folder),
            "RELCRM_DATABASE_URL": address_of_the_test_database(),
            "RELCRM_HTTPS": "True",
            "RELCRM_HOSTS": "relcrm.example.com",
            "RELCRM_JOB_LEASE": "15",
        }  # fmt: skip

    def start(self, service: str) -> "subprocess.Popen[bytes]":
        command = [self._here(word) for word in command_of(service)]
        with (self.folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip
        self.started.append(process)
        return process

    def _here(self, word: str) -> str:
        places = {"0.0.0.0:8000": f"127.0.0.1:{self.port}", "/tmp/schedule": f"{self.folder}/beat"}
        return places.get(word, word)

    def answer(self, path: str) -> tuple[int, str]:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"X-Forwarded-Proto": "https"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()
        except OSError as problem:
            return 0, str(problem)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def processes(tmp_path, settings) -> Iterator[Processes]:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    Company.objects.create()
    processes = Processes(tmp_path)
    yield processes
    processes.end()


def command_of(service: str) -> list[str]:
    """What the container runs; the image's own command where the service names none."""
    if command := COMPOSE["services"][service].get("command"):
        return [word.replace("${RELCRM_WORKERS:-2}", "2") for word in command]
    lines = (ROOT / "Dockerfile").read_text().partition("\nCMD ")[2].replace("\\\n", " ")
    return yaml.safe_load(lines)


def address_of_the_test_database() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    where = f"{known['HOST']}:{known['PORT']}"
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{where}/{known['NAME']}"


def eventually(happens: Callable[[], object], why: str, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > deadline:
            logs = "\n".join(log.read_text()[-2_000:] for log in folder.glob("*.log"))
            pytest.fail(f"{why} did not happen within {PATIENCE} s\n{logs}")
        time.sleep(0.1)


def purchases(folder: Path, rows: int) -> Import:
    """A file of purchases by up to 5,000 customers, and the job that takes it in."""
    file = folder / "sales.csv"
    lines = (f"C{row % 5_000},2026-01-{1 + row % 28:02},{row % 90}.50" for row in range(rows))
    file.write_text("customer,date,amount\n" + "\n".join(lines) + "\n")
    of = imports.bring(str(file), by=None)
    imports.start(of, by=None, now=timezone.now())
    return of


def test_web_worker_and_scheduler_get_a_job_done(processes, tmp_path):
    assert processes.start("migrate").wait() == 0
    for service in ("web", "worker", "scheduler"):
        processes.start(service)
    eventually(lambda: processes.answer("/health/live")[0] == 200, "life", tmp_path)
    all_is_well = (200, '{"database": "ok", "migrations": "ok", "broker": "ok"}')
    eventually(lambda: processes.answer("/health/ready") == all_is_well, "readiness", tmp_path)
    assert processes.answer("/accounts/login/")[0] == 200
    of = purchases(tmp_path, FEW)
    eventually(lambda: not Job.objects.active().filter(kind="import").exists(), "the job", tmp_path)
    of.refresh_from_db()
    assert of.state == Import.State.TAKEN, of.job.error
    assert Interaction.objects.count() == FEW


def test_a_worker_killed_in_the_middle_of_a_job_loses_and_doubles_nothing(processes, tmp_path):
    processes.start("scheduler")
    first = processes.start("worker")
    rows = MANY[connection.vendor]
    of = purchases(tmp_path, rows)
    job = Job.objects.get(kind="import")

    eventually(Interaction.objects.exists, "the first batch", tmp_path)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    job.refresh_from_db()
    half = Interaction.objects.count()
    assert job.state == Job.State.RUNNING
    assert 0 < half < rows, "the worker was too quick to be killed"
    processes.start("worker")
    eventually(lambda: not Job.objects.active().filter(pk=job.pk).exists(), "the rest", tmp_path)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert job.attempts >= 2
    of.refresh_from_db()
    assert Interaction.objects.count() == rows == of.counts["rows"]
    assert Customer.objects.count() == 5_000


def test_a_stranger_to_the_installation_finds_it_not_ready(processes, tmp_path):
    """With its broker out of reach the web server lives, and says what is missing."""
    if connection.vendor == "postgresql":
        processes.environment["RELCRM_REDIS_URL"] = f"redis://127.0.0.1:{free_port()}/0"
    else:
        processes.environment["RELCRM_DATABASE_URL"] = f"sqlite:///{tmp_path}/empty.sqlite3"
    processes.start("web")
    eventually(lambda: processes.answer("/health/live")[0] == 200, "life", tmp_path)
    status, found = processes.answer("/health/ready")
    assert status == 503
    assert "does not answer" in found or "waiting" in found


@pytest.mark.parametrize("service", ["migrate", "web", "worker", "prompt", "scheduler"])
def test_each_service_names_a_program_of_the_image(service):
    program = command_of(service)[0]
    assert (Path(sys.executable).parent / program).exists()
