"""Why this kind of relationship and not the runner-up, for those who may know its name."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from relationships import veil
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Profile
from relationships.queries import Explanation
from relcrm.lib import charts

SHOWN = 4  # kinds drawn; the rest is summed


@dataclass(frozen=True, slots=True)
class LikelyRow:
    """One kind with its probability as a bar."""

    family: str
    name: str
    share: str
    percent: int


@dataclass(frozen=True, slots=True)
class Why:
    """The card: bars, reasons for and against, what would change it, what is missing."""

    heading: str
    rows: list[LikelyRow]
    others: LikelyRow
    why: list[str]
    against: list[str]
    would_change: list[str]
    missing: list[str]


def why(profile: Profile, explained: Explanation, *, frank: bool) -> Why:
    """Bars from the stored judgement, reasons from `explained`, both among known kinds; neither
    where it is too early to tell and some kinds may not be known."""
    ranked = likely(profile, frank=frank)
    if veil.is_doubtful(profile.family, profile.own_family, frank=frank):
        explained = explained.without_types()
    rows = [LikelyRow(kind.family, kind.name, charts.percent(p), round(100 * p))
            for kind, p in ranked[:SHOWN] if p >= 0.01]  # fmt: skip
    rest = max(1.0 - sum(p for _kind, p in ranked[: len(rows)]), 0.0) if ranked else 0.0
    others = _("%d others") % (len(ranked) - len(rows))
    return Why(
        heading=_heading(rows, bool(profile.type)),
        rows=rows,
        others=LikelyRow("", others, charts.percent(rest), round(100 * rest)),
        why=veil.sayable(explained.why, frank=frank),
        against=veil.sayable(explained.against, frank=frank),
        would_change=veil.sayable(explained.would_change, frank=frank),
        missing=veil.sayable(explained.missing, frank=frank),
    )


def likely(profile: Profile, *, frank: bool) -> list[tuple[TypeSpec, float]]:
    """Kinds this reader may know, most probable first, from the stored probabilities; given among
    one another, so that no rest tells of others. None of a label in doubt: beside it such chances
    would say how much is left out."""
    if not profile.posterior or veil.is_doubtful(profile.family, profile.own_family, frank=frank):
        return []
    chances = np.frombuffer(profile.posterior, dtype="<f4").astype(float)
    found = dict(zip(typology().keys, chances.tolist(), strict=True))
    known = [(kind, found[kind.key]) for kind in veil.types(frank=frank)]
    total = sum(chance for _kind, chance in known) or 1.0
    return sorted(((kind, chance / total) for kind, chance in known), key=lambda item: -item[1])


def _heading(rows: list[LikelyRow], is_sure: bool) -> str:
    if not rows or not is_sure:
        return _("What it could be")
    if len(rows) == 1:
        return _("Why %s") % rows[0].name.lower()
    return _("Why %(first)s, and not %(second)s") % {
        "first": rows[0].name.lower(), "second": rows[1].name.lower(),
    }  # fmt: skip
