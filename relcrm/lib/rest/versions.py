"""ETags: the version of a representation, for skipping what is known and not losing updates."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from rest_framework.request import Request

from relcrm.lib.rest.errors import LostUpdate


def etag(representation: Any) -> str:
    """A strong ETag: the same for the same content, and for nothing else."""
    packed = json.dumps(representation, cls=DjangoJSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(packed.encode()).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller has this version already (If-None-Match, compared weakly)."""
    return _names(request.headers.get("If-None-Match", ""), tag, weakly=True)


def hold(request: Request, tag: str) -> None:
    """Raise LostUpdate when the caller means to change another version (If-Match)."""
    wanted = request.headers.get("If-Match")
    if wanted is not None and not _names(wanted, tag, weakly=False):
        raise LostUpdate


def _names(header: str, tag: str, *, weakly: bool) -> bool:
    given = [part.strip() for part in header.split(",")]
    if weakly:
        given = [part.removeprefix("W/") for part in given]
    return "*" in given or tag in given
