"""The 29 types put together: by family and next step, how many people, worth, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships import veil
from relationships.engine.typology import CHANNELS
from relationships.engine.typology.gates import impossible_without
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Family, Month, Portfolio
from relationships.naming import ORDER, families_name
from relcrm.lib.charts import Sparkline, sparkline

FEWEST_MONTHS = 3  # for a line to say anything
# Marks of a gate that several sources can give.
ANY_OF = {
    "hurt": gettext_lazy("complaints, reviews or public posts"),
    "glad": gettext_lazy("praise, reviews or good endings of complaints"),
    "opted out": gettext_lazy("messages sent and opt-outs"),
}


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type with the people who show it; `missing` says what would have to be recorded."""

    spec: TypeSpec
    step: str
    people: int
    worth: float
    missing: str
    trend: Sparkline | None = None  # people who show it, month by month


@dataclass(frozen=True, slots=True)
class FamilyTypes:
    """A family with its types; `members` adds up probabilities, `shown` counts labels."""

    family: str
    name: str
    shown: int
    members: float
    worth: float
    types: list[TypeRow]


def families(
    picture: Portfolio | None,
    connected: frozenset[str],
    months: Sequence[Month] = (),
    *,
    frank: bool,
) -> list[FamilyTypes]:
    """Types that this person may not see by name are left out, with their family."""
    kinds = typology()
    impossible = set(impossible_without(connected, kinds))
    return [
        _family(family, picture, connected, impossible, months, frank=frank)
        for family in veil.families(ORDER, frank=frank)
    ]


def _family(
    family: Family, picture: Portfolio | None, connected: frozenset[str], impossible: set[str],
    months: Sequence[Month], *, frank: bool,
) -> FamilyTypes:  # fmt: skip
    whole = picture.families.get(family, {}) if picture else {}
    rows = [
        row(spec, picture, connected, months, impossible=spec.key in impossible)
        for spec in typology().types
        if spec.family == family
    ]
    return FamilyTypes(
        family=str(family),
        name=families_name(family, frank=frank),
        shown=whole.get("shown", 0),
        members=whole.get("members", 0.0) or 0.0,
        worth=whole.get("value", 0.0) or 0.0,
        types=rows,
    )


def row(
    spec: TypeSpec,
    picture: Portfolio | None,
    connected: frozenset[str],
    months: Sequence[Month] = (),
    *,
    impossible: bool,
) -> TypeRow:
    found = picture.types.get(spec.key, {}) if picture else {}
    return TypeRow(
        spec=spec,
        step=typology().groups[spec.group],
        people=found.get("shown", 0),
        worth=found.get("value", 0.0),
        missing=missing(spec, connected) if impossible else "",
        trend=trend([month.types.get(spec.key, 0) for month in months]),
    )


def trend(counts: Sequence[float]) -> Sparkline | None:
    """Month by month; None where there are too few months, or nobody in any."""
    return sparkline(counts) if len(counts) >= FEWEST_MONTHS and any(counts) else None


def missing(spec: TypeSpec, connected: frozenset[str]) -> str:
    """The shortest list of things to record before anybody can be called so."""
    lacking = [[mark for mark in one if mark not in connected] for one in spec.gate]
    shortest = min(lacking, key=len, default=[])
    return _("needs %s") % ", ".join(_words(mark) for mark in shortest)


def _words(mark: str) -> str:
    return str(ANY_OF.get(mark) or CHANNELS[mark])


def rules(playbook: str) -> list[str]:
    """The playbook lists its rules with semicolons; a page lists them one below the other."""
    parts = [rule.strip() for rule in playbook.split(";")]
    return [part[0].upper() + part[1:] for part in parts if part]
