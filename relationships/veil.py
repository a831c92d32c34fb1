"""What is told of difficult relationships: all of it to few, to others that service has them.

Who may see negative types by name is `frank`. To everybody else such a customer is one of those
left to service: no type, step, place on the map or chance says more, and nothing that is withheld
can be asked for (docs/decisions/left-to-service.md). Pages, files and the API all ask here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
from django.db.models import Model, QuerySet
from numpy.typing import NDArray

from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Family

KEY = "leave_to_service"  # what the API calls the family
FAMILIES = tuple(family.value for family in Family if family != Family.UNDETERMINED)
Row = TypeVar("Row", bound=Model)


def is_veiled(family: str | None, *, frank: bool) -> bool:
    return family == Family.NEGATIVE and not frank


def is_doubtful(*families: str | None, frank: bool) -> bool:
    """Whether what is said of one of these labels may be of a negative type: one that is shown, or
    one that is thought likeliest and not likely enough to be shown. Of a label that a colleague has
    set, give our own beside it: saying what somebody is does not open what we think of them."""
    return not frank and any(one in (Family.NEGATIVE, Family.UNDETERMINED) for one in families)


def key(family: str, *, frank: bool) -> str:
    """The family as a program reads it."""
    return KEY if is_veiled(family, frank=frank) else family


def family_of(label: str) -> str:
    """The family of a label: a type's, or the label itself where it is a family or nothing."""
    return label if label in (*Family.values, "") else typology()[label].family


def label_key(label: str, *, frank: bool) -> str:
    """A family or type as a program reads it; nothing stays nothing."""
    return KEY if is_veiled(family_of(label), frank=frank) else label


def shown(family: str, kind: str, *, frank: bool) -> tuple[str | None, str | None]:
    """Family and type beside one another as a program reads them; None where there is none."""
    if is_veiled(family, frank=frank):
        return KEY, None
    return family or None, kind or None


def types(*, frank: bool) -> list[TypeSpec]:
    """The types that exist for this reader."""
    return [kind for kind in typology().types if not is_veiled(kind.family, frank=frank)]


def among(*, frank: bool) -> "NDArray[np.bool_] | None":
    """The same as a mask in the typology's order; None for all."""
    if frank:
        return None
    return np.array([not is_veiled(kind.family, frank=False) for kind in typology().types])


def type_of(code: str, *, frank: bool) -> TypeSpec | None:
    """The type with this code, if it exists for this reader."""
    return next((kind for kind in types(frank=frank) if kind.key == code), None)


def families(some: Iterable[Family], *, frank: bool) -> list[Family]:
    """Those of these families that this reader may see by name."""
    return [family for family in some if not is_veiled(family, frank=frank)]


def chances(of: Mapping[str, float], *, frank: bool) -> dict[str, float | None]:
    """Probabilities by family; not frank, among the other families, so that no rest is left."""
    if frank:
        return dict(of)
    others = sum(of[family] for family in FAMILIES if family != Family.NEGATIVE)
    scaled = {family: of[family] / others if others > 0 else None for family in FAMILIES}
    return scaled | {Family.NEGATIVE.value: None}


def findable(rows: "QuerySet[Row]", family: str, *, frank: bool) -> "QuerySet[Row]":
    """Those of the rows whom what is withheld may find; `family` is the way from a row to it."""
    return rows if frank else rows.exclude(**{family: Family.NEGATIVE})


def by_key(of: Mapping[str, Any], *, frank: bool) -> dict[str, Any]:
    """Figures of everybody by family, as a program reads them."""
    return {key(family, frank=frank): value for family, value in of.items()}


def sayable(sentences: Iterable[str], *, frank: bool) -> list[str]:
    """Those of the sentences that name no kind which this reader may not see."""
    known = {kind.key for kind in types(frank=frank)}
    hidden = [kind.name.lower() for kind in typology().types if kind.key not in known]
    return [one for one in sentences if not any(name in one.lower() for name in hidden)]
