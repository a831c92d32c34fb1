"""How far our judgement agrees with what people say: Cohen's kappa over families."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from customers.models import Kind
from relationships.engine.typology import typology
from relationships.models import Override, Profile
from relationships.queries.said import said
from relationships.queries.sources import Sources


def agreement(found: Sources) -> dict[str, Any] | None:
    """Over all who said something (or a colleague for them) and are judged; None for nobody.

    What was said may mean several families; then any of them agrees, and chance is the share of
    those asked whom we hold to be in one of them.
    """
    if Kind.SURVEY_ANSWER not in found.firsts and not Override.objects.exists():
        return None
    told = said(found.as_of)
    held = dict(
        Profile.objects.filter(pk__in=told.customers.tolist(), held__isnull=False)
        .values_list("pk", "held")
    )  # fmt: skip
    known = np.array([pk in held for pk in told.customers.tolist()], dtype=np.bool_)
    if not known.any():
        return None
    family_of, count = typology().family_of, len(typology().families)
    ours = family_of[[held[pk] for pk in told.customers[known].tolist()]]
    meant = np.stack(
        [told.types[known][:, family_of == at].any(axis=1) for at in range(count)], axis=1
    )
    return {"people": int(known.sum())} | kappa(ours, meant)


def kappa(ours: NDArray[np.intp], meant: NDArray[np.bool_]) -> dict[str, float | None]:
    """(agreed − by chance) / (1 − by chance); None where chance alone agrees with everybody."""
    shares = np.bincount(ours, minlength=meant.shape[1]) / len(ours)
    agreed = float(meant[np.arange(len(ours)), ours].mean())
    chance = float((meant @ shares).mean())
    known = chance < 1 - 1e-9
    return {
        "agreed": round(agreed, 4),
        "by_chance": round(chance, 4),
        "kappa": round((agreed - chance) / (1 - chance), 4) if known else None,
    }
