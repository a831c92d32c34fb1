"""One bar over the whole work on a file, with its pace and the time that is left."""

from datetime import timedelta

import pytest
from django.db import connection

from customers.actions import imports, reading, storing
from customers.actions.take_in import check, take_in
from customers.intake import pace
from customers.queries.imports import in_words, standing
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from tests.conftest import NOW

HALF = pace.READING[connection.vendor] * 1_000


@pytest.fixture
def small_pieces(company, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(reading, "CHUNK", 50)
    monkeypatch.setattr(storing, "BATCH_ROWS", dict.fromkeys(storing.BATCH_ROWS, 60))


def running(done: int, *, seconds: int, kind: str = "import") -> Job:
    return Job(kind=kind, state=Job.State.RUNNING, done=done, total=1_000,
               started_at=NOW - timedelta(seconds=seconds))  # fmt: skip


@pytest.mark.parametrize("work", ["take", "check"])
def test_the_bar_only_ever_grows_and_ends_with_the_file(small_pieces, tmp_path, work):
    rows = "".join(f"{row % 40},2026-01-{1 + row % 28:02},5\n" for row in range(300))
    (tmp_path / "sales.csv").write_text("customer,date,amount\n" + rows + ",2026-01-01,5\n")
    of, seen = imports.bring(str(tmp_path / "sales.csv"), by=None), []

    def progress(done, *, total=None, position=None):
        seen.append((done / total, done, total))

    take_in(of, progress=progress, position=None, by=None) if work == "take" else check(
        of, progress=progress
    )
    assert len(seen) > 10
    shares = [round(share, 2) for share, *_ in seen]  # the rows to come are an estimate at first
    assert shares == sorted(shares)
    assert seen[-1] == (1.0, 301, 301)


@pytest.mark.django_db
def test_a_page_says_what_is_read_and_then_what_is_stored():
    early = standing(running(int(HALF / 2), seconds=1), NOW)
    assert (early.all_read, early.rows, early.per_second, early.left) == (False, 500, None, "")
    late = standing(running(round(HALF + (1_000 - HALF) / 4), seconds=10), NOW)
    assert (late.all_read, late.rows) == (True, 250)
    assert late.per_second == round((HALF + (1_000 - HALF) / 4) / 10)
    assert "left" in late.left
    assert standing(running(0, seconds=9), NOW) is None
    assert standing(running(3, seconds=9, kind="undo_import"), NOW) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "about 1 second left"), (89, "about 89 seconds left"), (150, "about 2 minutes left"),
     (7_800, "about 2 h 10 min left")],
)  # fmt: skip
def test_the_time_left_is_as_exact_as_an_estimate_can_be(seconds, said):
    assert in_words(timedelta(seconds=seconds)) == said


def test_the_time_that_a_stopped_job_lay_still_is_no_part_of_its_pace(mara, monkeypatch):
    job = jobs.ask_for("import", "Take in", by=mara)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.CANCELLED, started_at=NOW, finished_at=NOW + timedelta(minutes=5)
    )
    monkeypatch.setattr(jobs, "clock", lambda: NOW + timedelta(hours=10))
    again = jobs.run_again(Job.objects.get(pk=job.pk), by=mara)
    assert NOW + timedelta(hours=10) - again.started_at == timedelta(minutes=5)
