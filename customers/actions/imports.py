"""What happens to an import: a file is brought, its columns named, and it is taken in."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock

from customers.actions import mappings, own_fields
from customers.actions.reading import forget_reading
from customers.intake import recognition
from customers.intake.plan import plan_of
from customers.intake.recognition import Recognised
from customers.intake.source import DELIMITER_NAMES
from customers.models import Import
from relcrm.base import audit, company
from relcrm.base.actions import jobs
from relcrm.base.audit import Actor
from relcrm.base.models import Job, User
from relcrm.lib.refusals import Refused

SOURCE = "files"  # under which customers' and orders' numbers are known unless said otherwise
OPTIONS = ("source", "date_order", "decimal", "identity", "rates", "keep", "usual_kind")
FOLDER = "imports"
WAITS = timedelta(days=30)  # a file that nobody takes in
Step = Callable[..., Job]  # check or start


def upload(
    name: str, chunks: Iterable[bytes], *, by: Actor, then: Step | None = None, **more: Any
) -> Import:
    """Keep a copy of a file until it is taken in, and recognise it; `more` goes to `bring`.
    Refuses what is no table, and, when a step is to follow, what cannot go that far."""
    relative = f"{FOLDER}/{uuid.uuid4().hex}"
    path = Path(settings.MEDIA_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as kept:
            for chunk in chunks:
                kept.write(chunk)
        with transaction.atomic():
            of = bring(relative, name=name, by=by, **more)
            if then is not None:
                then(of, by=by, now=clock())
        return of
    except (Refused, OSError):
        path.unlink(missing_ok=True)
        raise


@transaction.atomic
def bring(
    path: str,
    *,
    by: Actor,
    name: str = "",
    kind: str = "",
    mapping: dict[str, str] | None = None,
    dialect: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
) -> Import:
    """An import of the file at `path` (in the uploads, or anywhere by its full path).

    What is not said is recognised; a header that was named before means what it meant then.
    """
    full = Path(settings.MEDIA_ROOT) / path
    found = recognition.look(full, mapping=mapping, kind=kind, **(dialect or {}))
    recalled = None if mapping is not None else mappings.recalled(found.header, by=by, kind=kind)
    if recalled is not None:
        found = replace(
            found, mapping=mappings.meanings(recalled, found.header), kind=recalled.kind
        )
    said = {key: value for key, value in (options or {}).items() if value}
    if said.get("usual_kind") and mapping is None:  # what all rows are, no column has to tell
        found.mapping.pop("kind", None)
    of = Import.objects.create(
        kind=found.kind,
        file_name=(name or full.name)[:200],
        path=path,
        size_bytes=full.stat().st_size,
        dialect=found.dialect.as_json(),
        columns=found.header,
        mapping=found.mapping,
        options=_usual(full, found) | mappings.options(recalled, found.header) | _kept(said, found),
        created_by=by if isinstance(by, User) else None,
    )
    audit.record("import.brought", of, by=by, bytes=of.size_bytes)
    return of


def _usual(full: Path, found: Recognised) -> dict[str, Any]:
    return {"source": SOURCE} | recognition.guessed_options(full, found)


def _kept(said: dict[str, Any], found: Recognised) -> dict[str, Any]:
    """`keep="all"` means every column that has no meaning."""
    if said.get("keep") == "all":
        spare = [name for name in found.header if name not in found.mapping.values()]
        return said | {"keep": spare}
    return said


@transaction.atomic
def name_columns(
    of: Import, *, mapping: dict[str, str], options: dict[str, Any], by: Actor
) -> None:
    """Say what the columns mean and how their values are written. Refused while it cannot work."""
    _must_wait(of)
    of.mapping = {meaning: name for meaning, name in mapping.items() if name}
    of.options = (
        of.options
        | _guessed(of, options)
        | {key: options[key] for key in OPTIONS if key in options}
    )
    if not of.options["source"].strip() or len(of.options["source"]) > 40:
        raise Refused("Name the source in 1 to 40 letters, like “shop” or “till”.")
    plan_of(of, company.current(), of.created_at)
    of.state, of.job = Import.State.MAPPING, None
    of.save(update_fields=["mapping", "options", "state", "job"])
    forget_reading(of)
    audit.record("import.mapped", of, by=by, mapping=sorted(of.mapping))


def _guessed(of: Import, said: dict[str, Any]) -> dict[str, Any]:
    """How values are written in the columns as they are named now, where nobody says it."""
    full = Path(settings.MEDIA_ROOT) / of.path
    known = {name: value for name, value in of.dialect.items() if name != "compression"}
    found = recognition.look(full, mapping=of.mapping, kind=of.kind, **known)
    if not set(of.mapping.values()) <= set(of.columns):
        return {}  # refused below, with the column's name
    return {k: v for k, v in recognition.guessed_options(full, found).items() if k not in said}


@transaction.atomic
def read_again(of: Import, *, dialect: dict[str, str], by: Actor, kind: str = "") -> None:
    """Recognise the file anew: with another delimiter or encoding, or as another kind of file."""
    _must_wait(of)
    full = Path(settings.MEDIA_ROOT) / of.path
    found = recognition.look(full, kind=kind or of.kind, **dialect)
    of.dialect, of.columns, of.mapping = found.dialect.as_json(), found.header, found.mapping
    of.kind, of.state, of.job = found.kind, Import.State.MAPPING, None
    of.options = {"source": of.options["source"]} | recognition.guessed_options(full, found)
    of.save(update_fields=["dialect", "columns", "mapping", "kind", "options", "state", "job"])
    forget_reading(of)
    audit.record("import.read_again", of, by=by, kind=of.kind, delimiter=DELIMITER_NAMES.get(
        found.dialect.delimiter, "other"), encoding=found.dialect.encoding)  # fmt: skip


@transaction.atomic
def check(of: Import, *, by: Actor, now: datetime) -> Job:
    """Read every row in the background and say what would come of it; nothing is stored."""
    _must_wait(of)
    plan_of(of, company.current(), now)
    job = jobs.ask_for(
        "check_import", f"Check {of.file_name}"[:160], by=by, payload={"import": of.pk},
        unit="rows", once_key=f"import:{of.pk}",
    )  # fmt: skip
    of.job, of.state = job, Import.State.CHECKING
    of.save(update_fields=["job", "state"])
    return job


@transaction.atomic
def start(of: Import, *, by: Actor, now: datetime) -> Job:
    """Put the import in line for the worker."""
    _must_wait(of)
    plan_of(of, company.current(), now)
    make_ready(of, by=by, now=now)
    job = jobs.ask_for(
        "import", f"Take in {of.file_name}"[:160], by=by, payload={"import": of.pk},
        unit="rows", once_key=f"import:{of.pk}",
    )  # fmt: skip
    of.job, of.state = job, Import.State.TAKING
    of.save(update_fields=["job", "state"])
    return job


def make_ready(of: Import, *, by: Actor, now: datetime) -> None:
    """Fields for the columns to keep; and these columns are remembered. For whoever starts."""
    if of.options.get("keep") and of.kind == Import.Kind.CUSTOMERS:
        own_fields.define(of, by=by)
    mappings.remember(of, by=by, now=now)


@transaction.atomic
def reopen(of: Import, *, by: Actor) -> None:
    """Back to naming columns, after an import that stopped."""
    _must_wait(of)
    if of.batches.exists():
        raise Refused("A part of this file is stored. Undo it first, then bring the file again.")
    of.job, of.state = None, Import.State.MAPPING
    of.save(update_fields=["job", "state"])
    forget_reading(of)
    audit.record("import.reopened", of, by=by)


@transaction.atomic
def discard(of: Import, *, by: Actor) -> None:
    """Forget a file that was not taken in."""
    _must_wait(of)
    if of.batches.exists():
        raise Refused("A part of this file is stored. Undo it, and the file is forgotten too.")
    audit.record("import.discarded", of, by=by)
    path = Path(settings.MEDIA_ROOT) / of.path
    is_ours = not Path(of.path).is_absolute()  # else somebody's own file, named in a command
    forget_reading(of)
    of.delete()
    if is_ours:
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def forget_waiting(now: datetime) -> int:
    """Files that nobody took in within a month hold people's data for nothing; returns how many."""
    states = [Import.State.MAPPING, Import.State.CHECKED, Import.State.FAILED]
    old = Import.objects.filter(state__in=states, batches=None, created_at__lt=now - WAITS)
    idle = list(old.exclude(job__in=Job.objects.active()).order_by("pk")[:1_000])
    for of in idle:
        discard(of, by=None)
    return len(idle)


def _must_wait(of: Import) -> None:
    if of.job and of.job.is_active:
        raise Refused("The worker is busy with this file; wait for its end, or cancel it first.")
    if of.state == Import.State.TAKEN:
        raise Refused("This file was taken in already; upload it again to change its columns.")
    if of.state in (Import.State.UNDOING, Import.State.UNDONE):
        raise Refused("This import was undone; upload the file again to take it in.")
