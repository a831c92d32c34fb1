"""Two workers, each a process of its own, take files into one company at the same moment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from customers.actions import imports
from customers.models import Customer, Identity, Import, Interaction
from relcrm.base.models import Company, Job
from relcrm.lib.processes import die_with_parent
from tests.customers.test_import_survives import ROOT, address_of_the_test_database

ROWS = 600
WORKER = """
import sys
import django; django.setup()
from django.db import connection
from django.utils.timezone import now
from customers.actions import storing, storing_people
from relcrm.base.actions import jobs
from relcrm.base.tasks import run
for size in (storing.BATCH_ROWS, storing_people.PEOPLE):
    size.update({"sqlite": 20, "postgresql": 20})
for _ in sys.stdin:
    job = jobs.claim(now())
    print("ready", flush=True)
    next(sys.stdin)
    run(job)
    connection.close()
    print("done", flush=True)
"""
pytestmark = [
    pytest.mark.slow,  # starts two processes, for all of its tests
    pytest.mark.django_db(transaction=True),
]


class Worker:
    """A process that claims a job when it is told to, and runs it at a second word."""

    def __init__(self, folder: Path) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "relcrm.settings", "RELCRM_SECRET_KEY": "tests",
            "RELCRM_DATA": str(folder), "RELCRM_DATABASE_URL": address_of_the_test_database(),
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent,
        )  # fmt: skip

    def tell(self) -> None:
        self.process.stdin.write("go on\n")
        self.process.stdin.flush()

    def heard(self) -> str:
        """Its next word; nothing when it has ended."""
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self.process.stdout.close()


@pytest.fixture(scope="module")
def workers(django_db_setup, tmp_path_factory) -> Iterator[list[Worker]]:
    """Two, side by side; what was uploaded for them lies in their folder."""
    folder = tmp_path_factory.mktemp("workers")
    started = [Worker(folder) for _ in range(2)]
    yield started
    for worker in started:
        worker.end()


@pytest.fixture(autouse=True)
def here(settings, tmp_path):
    Company.objects.create()
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def taken_together(workers, tmp_path):
    return lambda *texts: _taken_together(workers, tmp_path, *texts)


def _taken_together(workers: list[Worker], folder: Path, *texts: str) -> list[Import]:
    """Each text as a file of its own; every worker waits until all have claimed their job."""
    found = []
    for number, text in enumerate(texts):
        file = folder / f"file-{number}.csv"
        file.write_text(text)
        found.append(imports.bring(str(file), by=None))
        imports.start(found[-1], by=None, now=timezone.now())
    for word in ("ready", "done"):
        for worker in workers:
            worker.tell()
        assert [worker.heard() for worker in workers] == [word] * len(texts)
    for of in found:
        of.refresh_from_db()
    assert set(Job.objects.filter(kind="import").values_list("state", "error")) == {("done", "")}
    assert {of.state for of in found} == {Import.State.TAKEN}
    return found


def stored(found: list[Import], what: str) -> int:
    return sum(of.counts["stored"][what] for of in found)


def test_one_file_brought_twice_is_stored_once(taken_together):
    rows = "".join(f"c{row % 90},2026-01-{1 + row % 28:02},{row}.50\n" for row in range(ROWS))
    found = taken_together(*["customer,date,amount\n" + rows] * 2)
    assert (Interaction.objects.count(), Customer.objects.count()) == (ROWS, 90)
    assert (stored(found, "inserted"), stored(found, "unchanged")) == (ROWS, ROWS)


def test_two_files_that_share_customers_make_no_twins(taken_together):
    texts = [
        "customer,date,amount,order\n"
        + "".join(
            f"c{(row * 7) % 90 + shift},2026-01-{1 + row % 28:02},{row}.50,{shop}{row}\n"
            for row in range(ROWS)
        )
        for shop, shift in (("a", 0), ("b", 45))
    ]
    found = taken_together(*texts)
    assert Interaction.objects.count() == stored(found, "inserted") == 2 * ROWS
    assert (Customer.objects.count(), Identity.objects.count()) == (135, 135)


def test_one_number_of_an_order_for_two_customers_ends_as_one_of_them(taken_together):
    """The files meet each number from opposite ends, so each would wait for the other."""
    texts = [
        "customer,date,amount,order\n"
        + "".join(f"{who}{at:03},2026-01-05,4,{number}\n" for at, number in enumerate(numbers))
        for who, numbers in (("a", range(ROWS)), ("b", range(ROWS - 1, -1, -1)))
    ]
    found = taken_together(*texts)
    assert Interaction.objects.count() == stored(found, "inserted") == ROWS
    assert stored(found, "updated") == ROWS


def test_two_files_of_the_same_people_make_each_once(taken_together):
    texts = [
        "email,name,city\n" + "".join(f"p{row}@example.com,Person {row},{city}\n" for row in order)
        for city, order in (("Graz", range(300)), ("Linz", range(299, -1, -1)))
    ]
    found = taken_together(*texts)
    assert Customer.objects.count() == stored(found, "inserted") == 300
    assert Identity.objects.count() == 300
    assert set(Customer.objects.values_list("city", flat=True)) <= {"Graz", "Linz"}
