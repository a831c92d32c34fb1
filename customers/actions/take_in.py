"""Taking a file in: read and sort it once, then store it batch by batch, each batch whole.

The position of the last stored group is saved in the transaction that stores it. A killed worker
therefore loses at most the batch it was writing, and its successor stores nothing twice.
"""

import errno
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.timezone import now as clock

from customers.actions.owned import ask_for_owned
from customers.actions.reading import Reading, working_file
from customers.actions.rehearsal import rehearsed
from customers.actions.storing import Storing
from customers.actions.storing_people import StoringPeople
from customers.intake.plan import plan_of
from customers.intake.sorting import FULL, Sorted
from customers.models import Import
from relcrm.base import audit, company
from relcrm.base.actions.judging import ask_for_fit
from relcrm.base.audit import Actor
from relcrm.base.models import Job
from relcrm.base.runners import Progress
from relcrm.lib import bulk
from relcrm.lib.refusals import Refused

State = Import.State


def run_import(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner of jobs of kind "import"."""
    of = Import.objects.get(pk=job.payload["import"])
    counts = take_in(of, progress=progress, position=job.position, by=job.created_by)
    judge_anew(by=job.created_by)
    return counts


def judge_anew(*, by: Actor) -> None:
    """What was learned from the company's facts is learned again."""
    ask_for_fit(by=by, as_of=company.viewpoint(company.current(), clock()).as_of)
    ask_for_owned(by=by)


def run_check(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner of jobs of kind "check_import": everything but the storing."""
    of = Import.objects.get(pk=job.payload["import"])
    return check(of, progress=progress)


def take_in(
    of: Import, *, progress: Progress, position: dict[str, Any] | None, by: Actor
) -> dict[str, Any]:
    """Read, sort and store the whole file, from `position` on; returns what came of it."""
    Import.objects.filter(pk=of.pk).update(state=State.TAKING)
    with _at_work(of) as store:
        plan = plan_of(of, company.current(), clock())
        storing = (StoringPeople if of.kind == Import.Kind.CUSTOMERS else Storing)(
            of, plan, progress, store
        )
        counts = storing.run(Reading(of, plan, progress).into(store), position)
        store.remove()
    counts["left_out"] = _left_out(of)
    _close(of, counts, by)
    return counts


def check(of: Import, *, progress: Progress) -> dict[str, Any]:
    """Read every row and say what would come of it; nothing is stored but the bad rows' reasons."""
    Import.objects.filter(pk=of.pk).update(state=State.CHECKING)
    with _at_work(of) as store:
        plan = plan_of(of, company.current(), clock())
        facts = Reading(of, plan, progress).into(store)
        counts = rehearsed(of, plan, store, facts, progress)
    counts["left_out"] = _left_out(of)
    of.counts, of.rows, of.state = counts, counts["rows"], State.CHECKED
    of.save(update_fields=["counts", "rows", "state"])
    return counts


def _left_out(of: Import) -> list[str]:
    """Columns that nobody asked for."""
    used = {*of.mapping.values(), *(of.options.get("keep") or [])}
    return [name for name in of.columns if name not in used]


@contextmanager
def _at_work(of: Import) -> Iterator[Sorted]:
    """The sorting of this import, and words for what may go wrong around it."""
    try:
        with _calm(), bulk.filling(connection), Sorted(working_file(of)) as store:
            yield store
    except Refused:
        Import.objects.filter(pk=of.pk).update(state=State.FAILED)
        raise
    except (OperationalError, OSError) as problem:
        if not _is_full(problem):
            raise
        raise Refused(FULL) from problem


@contextmanager
def _calm() -> Iterator[None]:
    """No search for circles among millions of rows that hold none: it takes half of the time.
    What little else there is, is collected after each batch."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_full(problem: Exception) -> bool:
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    return "full" in str(problem) or "No space left" in str(problem)


@transaction.atomic
def _close(of: Import, counts: dict[str, Any], by: Actor) -> None:
    of.counts, of.rows, of.state = counts, counts["rows"], State.TAKEN
    of.newest_on = date.fromisoformat(counts["newest_on"]) if counts["newest_on"] else None
    of.finished_at = clock()
    of.save(update_fields=["counts", "rows", "state", "newest_on", "finished_at"])
    audit.record("import.taken", of, by=by, rows=of.rows, **counts["stored"])
    if of.path and not Path(of.path).is_absolute():
        # People's data in an upload is not kept longer than it is needed.
        transaction.on_commit(lambda: (settings.MEDIA_ROOT / of.path).unlink(missing_ok=True))
