"""Why this kind of relationship and not the runner-up, for those who may know its name."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from relationships import veil
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Profile
from relationships.queries import Explanation
from relcrm.base.templatetags.words import chance
from relcrm.lib import charts

SHOWN = 4  # kinds drawn; the rest is summed


@dataclass(frozen=True, slots=True)
class LikelyRow:
    """One kind with its probability as a bar."""

    family: str
    name: str
    share: str
    percent: int
    said: str


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
    unsaid: str  # where no chances are shown: why, and what makes it clearer


def why(profile: Profile, explained: Explanation, *, frank: bool) -> Why:
    """Bars from the stored judgement, reasons from `explained`, both among known kinds; neither
    where it is too early to tell and some kinds may not be known."""
    ranked = likely(profile, frank=frank)
    is_doubtful = veil.is_doubtful(profile.family, profile.own_family, frank=frank)
    if is_doubtful:
        explained = explained.without_types()
    rows = [LikelyRow(kind.family, kind.name, charts.percent(p), round(100 * p), chance(p))
            for kind, p in ranked[:SHOWN] if p >= 0.01]  # fmt: skip
    rest = max(1.0 - sum(p for _kind, p in ranked[: len(rows)]), 0.0) if ranked else 0.0
    others = _("%d others") % (len(ranked) - len(rows))
    return Why(
        heading=_heading(rows, profile),
        rows=rows,
        others=LikelyRow("", others, charts.percent(rest), round(100 * rest), chance(rest)),
        why=veil.sayable(explained.why, frank=frank),
        against=veil.sayable(explained.against, frank=frank),
        would_change=veil.sayable(explained.would_change, frank=frank),
        missing=veil.sayable(explained.missing, frank=frank),
        unsaid=_unsaid(is_doubtful=is_doubtful),
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


def _unsaid(*, is_doubtful: bool) -> str:
    """The same of everybody in doubt, whatever the chances are: it must not tell of them."""
    if not is_doubtful:
        return _("Too early to say which kinds are likely.")
    return _(
        "How likely each kind is, is not shown here. With everybody it becomes clearer with one "
        "more purchase, an answer to a message or something that they tell about themselves."
    )


def _heading(rows: list[LikelyRow], profile: Profile) -> str:
    """Of our own judgement, and said to be so where the label was set by a colleague."""
    if not profile.own_family:
        return _argued(rows) if rows and profile.type else _("What it could be")
    if not rows or not profile.own_type:
        return _("Our own view: what it could be")
    return _("Our own view: %s") % _uncapitalised(_argued(rows))


def _argued(rows: list[LikelyRow]) -> str:
    if len(rows) == 1:
        return _("Why %s") % rows[0].name.lower()
    return _("Why %(first)s, and not %(second)s") % {
        "first": rows[0].name.lower(), "second": rows[1].name.lower(),
    }  # fmt: skip


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
