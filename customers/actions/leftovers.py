"""Files that no row knows: their writer died before it could note or remove them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from customers.actions import exports, imports
from customers.actions.reading import working_file
from customers.models import Export, Import

WRITING = timedelta(days=1)  # nobody writes at one file for so long
State = Import.State


def sweep_leftovers(now: datetime) -> int:
    """Remove what was last written a day ago and belongs to nothing; returns how many."""
    known = _known()
    gone = [path for path in _files(now - WRITING) if path not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _files(before: datetime) -> Iterator[Path]:
    for folder in (exports.FOLDER, imports.FOLDER, "tmp"):
        for path in (Path(settings.MEDIA_ROOT) / folder).glob("*"):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path


def _known() -> set[Path]:
    """Of exports that can be fetched and of imports that may go on."""
    root = Path(settings.MEDIA_ROOT)
    waiting = list(Import.objects.exclude(state__in=[State.TAKEN, State.UNDONE]))
    named = set(Export.objects.filter(removed_at=None).values_list("path", flat=True))
    named |= {of.path for of in waiting}
    return {root / name for name in named if name} | {working_file(of) for of in waiting}
