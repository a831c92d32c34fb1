"""Files that nobody needs do not outlive their purpose, and what is written while somebody is
erased is never handed out."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from customers.actions.erasure import erase_customer
from customers.actions.exports import ask_export, fetch, remove_expired
from customers.actions.imports import bring, discard, forget_waiting, upload
from customers.actions.leftovers import sweep_leftovers
from customers.actions.reading import working_file
from customers.exporting import EXPORTERS
from customers.models import Export, Import
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from relcrm.base.tasks import run
from relcrm.lib.refusals import Refused
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
SALES = b"customer,date,amount\nA1,2026-02-01,5\n"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return settings.MEDIA_ROOT


def aged(of: Import, days: int) -> Import:
    Import.objects.filter(pk=of.pk).update(created_at=NOW - timedelta(days=days))
    return of


def test_a_file_that_nobody_took_in_is_forgotten_after_a_month(
    company, mara, uploads, django_capture_on_commit_callbacks
):
    young = aged(upload("young.csv", [SALES], by=mara), 29)
    aged(upload("old.csv", [SALES], by=mara), 31)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_waiting(NOW) == 1
    assert list(Import.objects.all()) == [young]
    assert [path.name for path in (uploads / "imports").iterdir()] == [young.path[8:]]


def test_discarding_leaves_a_file_alone_that_a_command_named(
    company, mara, tmp_path, django_capture_on_commit_callbacks
):
    theirs = tmp_path / "theirs.csv"
    theirs.write_bytes(SALES)
    with django_capture_on_commit_callbacks(execute=True):
        discard(bring(str(theirs), by=mara), by=mara)
    assert theirs.exists()


def test_what_a_dead_writer_left_is_swept_and_nothing_else(company, mara, ada, uploads):
    waiting = upload("sales.csv", [SALES], by=mara)
    working_file(waiting).parent.mkdir(parents=True)
    export = ask_export("customers", {}, by=mara, now=NOW)
    run(jobs.claim(timezone.now()))
    export.refresh_from_db()
    kept = [uploads / waiting.path, uploads / export.path, working_file(waiting)]
    left = [uploads / "exports/dead.part", uploads / "imports/dead", uploads / "tmp/x.upload"]
    young = uploads / "tmp/young.upload"
    for path in (*kept, *left, young):
        path.touch()
    two_days_ago = timezone.now().timestamp() - 2 * 86_400
    for path in (*kept, *left):
        os.utime(path, (two_days_ago, two_days_ago))
    assert sweep_leftovers(timezone.now()) == 3
    there = {path for path in uploads.rglob("*") if path.is_file()}
    assert there == {*kept, young}


def test_a_list_in_which_somebody_was_erased_while_it_was_written_is_not_handed_out(
    company, mara, ada, bo, pia, monkeypatch
):
    """The erasure is dated before the file is ready, as it always is."""
    exporter = EXPORTERS["customers"]
    now = timezone.now()

    def rows(asking):
        found = list(exporter.rows(asking))
        erase_customer(ada, by=pia, now=now)
        yield from found

    monkeypatch.setitem(EXPORTERS, "customers", exporter.__class__(
        **{**vars(exporter), "rows": rows}
    ))  # fmt: skip
    export = ask_export("customers", {}, by=mara, now=now)
    run(jobs.claim(timezone.now()))
    export.refresh_from_db()
    assert export.ready_at > now
    with pytest.raises(Refused, match="somebody was erased"):
        fetch(export, by=mara, now=timezone.now())
    assert remove_expired(timezone.now()) == 1


def test_a_list_that_could_not_be_written_forgets_what_was_asked_for(company, mara, ada):
    export = ask_export("customers", {"list": {"q": "Ada"}}, by=mara, now=NOW)
    Job.objects.update(state=Job.State.FAILED)
    assert remove_expired(timezone.now()) == 0
    Export.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert remove_expired(timezone.now()) == 1
    export.refresh_from_db()
    assert export.query == {}
    jobs.run_again(export.job, by=mara)
    run(jobs.claim(timezone.now()))  # begun again it would hold everybody
    export.job.refresh_from_db()
    assert (export.job.state, export.job.error) == ("failed", "This file was removed before.")
