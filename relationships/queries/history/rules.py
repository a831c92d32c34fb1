"""By what a label was judged that had not been there when it was judged before."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from relationships.engine.typology.classify import MEMORY
from relationships.models import Edition, FittedModel, Profile

EDITION = "edition"
KINDS = (FittedModel.Kind.CALIBRATION, FittedModel.Kind.LEARNED)
AT_ONCE = 10_000


def with_new_rules(reasons: Mapping[int, str], customers: list[int]) -> dict[int, str]:
    """The reasons of these customers, whose label changed: with the rules that came in between.

    No query where no label changed; two more where some did, and one for each ten thousand.
    """
    told = dict(reasons)
    came = _came() if customers else []
    for start in range(0, len(customers) if came else 0, AT_ONCE):
        some = customers[start : start + AT_ONCE]
        judged = Profile.objects.filter(pk__in=some, scored_at__lt=max(at for at, _ in came))
        for pk, then in judged.values_list("pk", "scored_at"):
            new = [name for at, name in came if then < at]
            told[pk] = json.dumps(_by_rules(json.loads(told.get(pk, "{}")), new))
    return told


def _by_rules(reason: dict[str, Any], new: list[str]) -> dict[str, Any]:
    """With what came in; what is left then of how far a label moved is not memory, but that."""
    if new and "moved" in reason:
        left = [one for one in reason["moved"] if one["code"] != MEMORY]
        reason = reason | {"moved": left}
    return reason | {"rules": new}


def _came() -> list[tuple[datetime, str]]:
    """Since when the edition, the calibration and what was learned from labels are in use."""
    edition = Edition.objects.filter(state=Edition.State.LIVE, live_from__isnull=False)
    fitted = FittedModel.objects.filter(kind__in=KINDS, is_current=True)
    return [
        *((at, EDITION) for at in edition.values_list("live_from", flat=True)),
        *((at, kind) for at, kind in fitted.values_list("fitted_at", "kind")),
    ]
