"""Two workers, each a process of its own, take files into one company at the same moment."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from customers.actions import imports
from customers.models import Customer, Identity, Import, Interaction
from relcrm.base.models import Company, Job
from tests.customers.test_import_survives import ROOT, address_of_the_test_database

ROWS = 600
WORKER = """
import sys, time; from pathlib import Path
import django; django.setup()
from django.utils.timezone import now
from customers.actions import storing, storing_people
from relcrm.base.actions import jobs
from relcrm.base.tasks import run
for size in (storing.BATCH_ROWS, storing_people.PEOPLE):
    size.update({"sqlite": 20, "postgresql": 20})
job = jobs.claim(now())
Path(sys.argv[1]).touch()
while not Path(sys.argv[2]).exists():
    time.sleep(0.01)
run(job)
"""
pytestmark = [
    pytest.mark.slow,  # starts two processes
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def here(settings, tmp_path):
    Company.objects.create()
    settings.MEDIA_ROOT = tmp_path / "uploads"


def taken_together(folder: Path, *texts: str) -> list[Import]:
    """Each text as a file of its own; every worker waits until all have claimed their job."""
    found = []
    for number, text in enumerate(texts):
        file = folder / f"file-{number}.csv"
        file.write_text(text)
        found.append(imports.bring(str(file), by=None))
        imports.start(found[-1], by=None, now=timezone.now())
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "relcrm.settings", "RELCRM_SECRET_KEY": "tests",
        "RELCRM_DATA": str(folder), "RELCRM_DATABASE_URL": address_of_the_test_database(),
    }  # fmt: skip
    ready = [folder / f"ready-{number}" for number in range(len(texts))]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(mine), str(folder / "go")], cwd=ROOT, env=environment
        )
        for mine in ready
    ]
    for _ in range(1_800):  # a busy machine takes its time to start a process
        if all(mine.exists() for mine in ready) or any(w.poll() is not None for w in workers):
            break
        time.sleep(0.1)
    (folder / "go").touch()
    assert [worker.wait(300) for worker in workers] == [0] * len(workers)
    for of in found:
        of.refresh_from_db()
    assert set(Job.objects.filter(kind="import").values_list("state", "error")) == {("done", "")}
    assert {of.state for of in found} == {Import.State.TAKEN}
    return found


def stored(found: list[Import], what: str) -> int:
    return sum(of.counts["stored"][what] for of in found)


def test_one_file_brought_twice_is_stored_once(tmp_path):
    rows = "".join(f"c{row % 90},2026-01-{1 + row % 28:02},{row}.50\n" for row in range(ROWS))
    found = taken_together(tmp_path, *["customer,date,amount\n" + rows] * 2)
    assert (Interaction.objects.count(), Customer.objects.count()) == (ROWS, 90)
    assert (stored(found, "inserted"), stored(found, "unchanged")) == (ROWS, ROWS)


def test_two_files_that_share_customers_make_no_twins(tmp_path):
    texts = [
        "customer,date,amount,order\n"
        + "".join(
            f"c{(row * 7) % 90 + shift},2026-01-{1 + row % 28:02},{row}.50,{shop}{row}\n"
            for row in range(ROWS)
        )
        for shop, shift in (("a", 0), ("b", 45))
    ]
    found = taken_together(tmp_path, *texts)
    assert Interaction.objects.count() == stored(found, "inserted") == 2 * ROWS
    assert (Customer.objects.count(), Identity.objects.count()) == (135, 135)


def test_one_number_of_an_order_for_two_customers_ends_as_one_of_them(tmp_path):
    """The files meet each number from opposite ends, so each would wait for the other."""
    texts = [
        "customer,date,amount,order\n"
        + "".join(f"{who}{at:03},2026-01-05,4,{number}\n" for at, number in enumerate(numbers))
        for who, numbers in (("a", range(ROWS)), ("b", range(ROWS - 1, -1, -1)))
    ]
    found = taken_together(tmp_path, *texts)
    assert Interaction.objects.count() == stored(found, "inserted") == ROWS
    assert stored(found, "updated") == ROWS


def test_two_files_of_the_same_people_make_each_once(tmp_path):
    texts = [
        "email,name,city\n" + "".join(f"p{row}@example.com,Person {row},{city}\n" for row in order)
        for city, order in (("Graz", range(300)), ("Linz", range(299, -1, -1)))
    ]
    found = taken_together(tmp_path, *texts)
    assert Customer.objects.count() == stored(found, "inserted") == 300
    assert Identity.objects.count() == 300
    assert set(Customer.objects.values_list("city", flat=True)) <= {"Graz", "Linz"}
