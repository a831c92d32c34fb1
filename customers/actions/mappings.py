"""What columns were said to mean is remembered for the next file with the same header."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from customers.intake.shapes import shape
from customers.models import Import, RememberedMapping
from relcrm.base.audit import Actor
from relcrm.base.models import ApiKey, User

REMEMBERED = ("source", "date_order", "decimal", "identity", "rates", "keep", "usual_kind")


def fingerprint(header: Sequence[str]) -> str:
    """Of the names of the columns in their order, whatever their case."""
    names = [_plain(name) for name in header]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def recalled(header: Sequence[str], *, by: Actor, kind: str = "") -> RememberedMapping | None:
    """One's own last word on such a header, else a colleague's; of one kind when it is given."""
    found = RememberedMapping.objects.filter(fingerprint=fingerprint(header)).order_by("-used_at")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(user=_person(by)).first() or found.first()


def meanings(known: RememberedMapping, header: Sequence[str]) -> dict[str, str]:
    """Meaning → column, as this header writes it; without fields that were retired since."""
    called = _as_written(header)
    there = shape(known.kind).names
    return {
        meaning: called[_plain(name)]
        for meaning, name in known.mapping.items()
        if meaning in there and _plain(name) in called
    }


def options(known: RememberedMapping | None, header: Sequence[str]) -> dict[str, Any]:
    """What was said beside the columns; those kept are named as this header writes them."""
    if known is None:
        return {}
    said = known.options | {"recalled_on": known.used_at.date().isoformat()}
    if "keep" in said:
        called = _as_written(header)
        said["keep"] = [called[_plain(name)] for name in said["keep"] if _plain(name) in called]
    return said


def _as_written(header: Sequence[str]) -> dict[str, str]:
    return {_plain(name): name for name in header}


def _plain(name: str) -> str:
    return name.strip().casefold()


def remember(of: Import, *, by: Actor, now: datetime) -> None:
    person = _person(by)
    if person is not None:
        RememberedMapping.objects.update_or_create(
            fingerprint=fingerprint(of.columns),
            user=person,
            defaults={
                "kind": of.kind,
                "mapping": of.mapping,
                "options": {n: of.options[n] for n in REMEMBERED if of.options.get(n)},
                "used_at": now,
            },
        )


def _person(by: Actor) -> User | None:
    return by.created_by if isinstance(by, ApiKey) else by
