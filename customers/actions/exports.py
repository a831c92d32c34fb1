"""A list leaves the house: asked for, written in the background, fetched, and removed in time."""

import os
import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now as clock
from django.utils.translation import gettext as _

from customers.exporting import Asking, Exporter, exporter
from customers.models import Export
from relcrm.base import audit, readings, roles
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import ApiKey, AuditLine, Job, User
from relcrm.base.runners import Progress
from relcrm.lib import spreadsheets
from relcrm.lib.refusals import Refused

FOLDER = "exports"
# What decides who and what stands in a file.
TELLING = ("see_people", "see_everyone", "see_negative_types", "see_discreet")
EVERY = 1_000  # rows between two signs of life


@transaction.atomic
def ask_export(
    kind: str,
    query: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    withheld: Collection[str] = (),
) -> Export:
    """Put a list in line to be written. Refused when it is empty or not theirs to take.

    `withheld` are capabilities that a key lacks, whatever its maker may.
    """
    person = _person(by)
    made = exporter(kind)
    asking = Asking(query, person, now, frozenset(withheld))
    _check_right(made, asking)
    people = made.count(asking)
    if not people:
        raise Refused(_("Nobody is in this list, so there is nothing to export."))
    export = Export.objects.create(
        kind=kind, title=str(made.title)[:160], query=query, created_by=person,
        is_masked=not asking.sees_people, withheld=_unknown_to(asking),
        columns=made.columns(asking),
    )  # fmt: skip
    export.job = jobs.ask_for(
        "export", f"{made.title}"[:160], by=by, payload={"export": export.pk}, unit=_("rows")
    )
    export.save(update_fields=["job"])
    audit.record(
        made.verb, export, by=by, at=now, people=people, criteria=dict(made.criteria(query))
    )
    return export


def _person(by: Actor) -> User:
    person = by.created_by if isinstance(by, ApiKey) else by
    assert person is not None, "an export is always for somebody"
    return person


def _check_right(made: Exporter, asking: Asking) -> None:
    if not (asking.may("export_data") and asking.may(made.capability)):
        raise Refused(_("Your role may not take this list out of the house."))


def _unknown_to(asking: Asking) -> list[str]:
    return sorted(roles.TABLE.keys() - asking.capabilities)


def run_export(job: Job, progress: Progress) -> dict[str, Any]:
    """The runner of jobs of kind "export"; begun again it writes the file anew."""
    export = Export.objects.select_related("created_by").get(pk=job.payload["export"])
    if export.removed_at:
        raise Refused(_("This file was removed before."))
    if export.created_by is None:
        raise Refused(_("Whoever asked for this file is not here any more."))
    made, now = exporter(export.kind), clock()
    masked = {"see_people"} if export.is_masked else set()
    withheld = frozenset(masked.union(export.withheld or ()))
    asking = Asking(export.query, export.created_by, now, withheld)
    _check_right(made, asking)
    export.columns, export.erased_before = made.columns(asking), _erased(export)
    total = made.count(asking)
    noted = readings.passing(
        made.rows(asking), export.created_by, f"{export.kind} export", export.columns, now=now
    )
    rows = _write(export, _counted(noted, progress, total))
    progress(rows, total=rows)
    _keep(export, rows)
    return {"rows": rows, "export": export.pk}


class _Count:
    rows = 0


def _counted(
    rows: Iterator[Sequence[Any]], progress: Progress, total: int
) -> tuple[_Count, Iterator[Sequence[Any]]]:
    seen = _Count()

    def passing() -> Iterator[Sequence[Any]]:
        for row in rows:
            seen.rows += 1
            if seen.rows % EVERY == 0:
                progress(seen.rows, total=max(total, seen.rows))
            yield row

    return seen, passing()


def _write(export: Export, counted: tuple[_Count, Iterator[Sequence[Any]]]) -> int:
    """Under another name until it is whole, so that nobody fetches half a file."""
    seen, rows = counted
    export.path = f"{FOLDER}/{uuid.uuid4().hex}.csv"
    path = Path(settings.MEDIA_ROOT) / export.path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    try:
        with open(partial, "w", encoding="utf-8", newline="", opener=_ours_only) as file:
            file.writelines(spreadsheets.lines(export.columns, rows))
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return seen.rows


def _ours_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep(export: Export, rows: int) -> None:
    export.rows, export.ready_at = rows, clock()
    export.size_bytes = (Path(settings.MEDIA_ROOT) / export.path).stat().st_size
    export.expires_at = export.ready_at + timedelta(days=settings.EXPORT_DAYS)
    export.save(update_fields=["path", "columns", "rows", "ready_at", "size_bytes", "expires_at",
                               "erased_before"])  # fmt: skip


@transaction.atomic
def fetch(export: Export, *, by: Actor, now: datetime, withheld: Collection[str] = ()) -> Path:
    """The file of an export, on record as taken by `by`. Refused when it is not there, or holds
    what they may not know: a role may have changed since, and a key may know less."""
    if export.ready_at is None or export.expires_at is None:
        raise Refused(_("This file is not ready yet."))
    if export.removed_at or now >= export.expires_at:
        raise Refused(_("This file has expired and was removed; export the list again."))
    if _tells_too_much(export, Asking({}, _person(by), now, frozenset(withheld))):
        raise Refused(_("This file tells more than you may know; export the list again."))
    path = Path(settings.MEDIA_ROOT) / export.path
    if _somebody_left(export):
        raise Refused(_("Since this file was written somebody was erased; export the list again."))
    if not path.exists():
        raise Refused(_("This file is not there any more; export the list again."))
    Export.objects.filter(pk=export.pk).update(fetched=F("fetched") + 1)
    audit.record("export.fetched", export, by=by, at=now, people=export.rows)
    return path


def _tells_too_much(export: Export, reader: Asking) -> bool:
    if export.withheld is None:  # asked for before this was noted
        return False
    return not all(map(reader.may, set(TELLING).difference(export.withheld)))


def _somebody_left(export: Export) -> bool:
    """Whether the file may hold a person who was erased since its reading began. Counted, as an
    erasure under way then is dated earlier."""
    if export.erased_before is None:  # written before this was noted
        return AuditLine.objects.filter(verb="customer.erased", at__gt=export.ready_at).exists()
    return _erased(export) > export.erased_before


def _erased(export: Export) -> int:
    """How many erasures are known by now that may matter to it: none takes a day."""
    since = export.created_at - timedelta(days=1)
    return AuditLine.objects.filter(verb="customer.erased", at__gt=since).count()


@transaction.atomic
def remove(export: Export, *, by: Actor, now: datetime) -> None:
    """Remove the file before its time."""
    if export.removed_at:
        raise Refused(_("This file was removed before."))
    _remove(export, now)
    audit.record("export.removed", export, by=by, at=now)


def _remove(export: Export, now: datetime) -> None:
    path = Path(settings.MEDIA_ROOT) / export.path
    Export.objects.filter(pk=export.pk).update(removed_at=now, query={})
    if export.path:
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def remove_expired(now: datetime) -> int:
    """Files whose time is over go, and those that may hold somebody who was erased since; what
    was in them, and who took them, stays on record. Of lists that were never written goes what
    was asked for."""
    there = Export.objects.filter(removed_at=None, expires_at__isnull=False).order_by("expires_at")
    over = [one for one in there[:1_000] if one.expires_at <= now or _somebody_left(one)]
    never = Export.objects.filter(removed_at=None, ready_at=None).exclude(
        job__in=Job.objects.active()
    )
    old = now - timedelta(days=settings.EXPORT_DAYS)
    over += never.filter(created_at__lt=old).order_by("pk")[:1_000]
    for export in over:
        with transaction.atomic():
            _remove(export, now)
    return len(over)
