"""Taking an import out again: what it added goes, what it changed becomes what it was.

Batch by batch from the newest, each in one transaction that also forgets the batch, so that a
killed worker's successor goes on with what is left. Whatever somebody changed since stays as
they made it, and is counted.
"""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from customers.actions import members, undo_people, undo_rows
from customers.actions.reading import forget_reading
from customers.actions.take_in import judge_anew
from customers.models import Import, ImportBatch, ImportBefore
from relcrm.base import audit
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job
from relcrm.base.runners import Progress
from relcrm.lib.refusals import Refused

UNDO_DAYS = 90  # previous values are personal data: kept for a quarter, no longer
State = Import.State
COUNTED = ("removed", "restored", "kept", "customers_removed", "customers_kept", "facts_restored")


@transaction.atomic
def ask_undo(of: Import, *, by: Actor, now: datetime) -> Job:
    """Put the undoing in line for the worker. Refused while there is nothing that could be."""
    of = Import.objects.select_for_update(of=("self",)).select_related("job").get(pk=of.pk)
    if of.job and of.job.is_active:
        raise Refused(_("The worker is busy with this file; wait for its end, or cancel it first."))
    if of.state == State.UNDONE:
        raise Refused(_("This import was undone on %s.") % f"{of.undone_at:%-d %B %Y}")
    if not _can_be_undone(of):
        raise Refused(_("Nothing of this import is stored that could be undone."))
    if of.finished_at and now - of.finished_at > timedelta(days=UNDO_DAYS):
        raise Refused(
            _("An import can be undone for %d days; what was before is not known any more.")
            % UNDO_DAYS
        )
    job = jobs.ask_for(
        "undo_import", _("Undo %s") % of.file_name[:140], by=by, payload={"import": of.pk},
        unit="batches", once_key=f"import:{of.pk}",
    )  # fmt: skip
    Import.objects.filter(pk=of.pk).update(job=job, state=State.UNDOING)
    audit.record("import.undo_asked", of, by=by, at=now)
    return job


def _can_be_undone(of: Import) -> bool:
    return of.batches.exists() or of.changes.exists()


def run_undo(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner of jobs of kind "undo_import"."""
    of = Import.objects.get(pk=job.payload["import"])
    counts = undo(of, progress=progress, position=job.position, by=job.created_by)
    judge_anew(by=job.created_by)
    return counts


def undo(
    of: Import, *, progress: Progress, position: dict[str, Any] | None, by: Actor
) -> dict[str, Any]:
    """Undo the whole import; goes on at `position`. Returns what was taken out and what stays."""
    counts = Counter(dict.fromkeys(COUNTED, 0) | ((position or {}).get("counts") or {}))
    named = list((position or {}).get("named") or [])
    total = of.batches.count() + 1
    undo_rows.restore_all(of, counts, lambda: progress(0, total=total, position=_at(counts, named)))
    for at, mark in enumerate(list(of.batches.order_by("-id")), 1):
        _undo_batch(of, mark, counts, named)
        progress(at, total=total, position=_at(counts, named))
    return _close(of, counts, named, by)


def _at(counts: Counter[str], named: list[int]) -> dict[str, Any]:
    return {"counts": dict(counts), "named": named}


@transaction.atomic
def _undo_batch(of: Import, mark: ImportBatch, counts: Counter[str], named: list[int]) -> None:
    undo_rows.remove(of, mark, counts, now=clock())
    undo_people.remove(of, mark, counts, named)
    undo_rows.remove_products(mark.products)
    members.remove_organisations(mark.at)
    mark.delete()


@transaction.atomic
def _close(of: Import, counts: Counter[str], named: list[int], by: Actor) -> dict[str, Any]:
    left = {name: counts[name] for name in COUNTED} | {"named": named}
    of.refresh_from_db()
    of.counts = of.counts | {"undone": left}
    of.state, of.undone_at = State.UNDONE, clock()
    of.save(update_fields=["counts", "state", "undone_at"])
    ImportBefore.objects.filter(of=of).delete()
    audit.record("import.undone", of, by=by, **{name: counts[name] for name in COUNTED})
    forget_reading(of)
    if of.path and not Path(of.path).is_absolute():
        transaction.on_commit(lambda: (settings.MEDIA_ROOT / of.path).unlink(missing_ok=True))
    return left


def can_be_undone(of: Import, now: datetime) -> bool:
    """Whether a page should offer it."""
    if of.state not in (State.TAKEN, State.FAILED, State.TAKING) or not _can_be_undone(of):
        return False
    return of.finished_at is None or now - of.finished_at <= timedelta(days=UNDO_DAYS)


def forget_old(now: datetime) -> int:
    """What rows were before imports that can be undone no more; returns how many are forgotten."""
    old = Import.objects.filter(finished_at__lt=now - timedelta(days=UNDO_DAYS))
    gone, _by_table = ImportBefore.objects.filter(of__in=old).delete()
    ImportBatch.objects.filter(of__in=old).delete()
    return gone
