"""The 29 types put together: by family and next step, people, worth, trend, what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from relationships import veil
from relationships.data_page import needs, words
from relationships.engine.typology.typology import TypeSpec
from relationships.live import typology
from relationships.models import Family
from relationships.naming import ORDER, called, families_name
from relationships.queries.history.standings import FAMILIES
from relationships.queries.richness import impossible
from relationships.queries.type_facts import Seen, Worth
from relcrm.lib.charts import Column, Sparkline, columns, sparkline

FEWEST_MONTHS = 3  # for a line to say anything


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type with the people who show it; `missing` says what would have to be recorded."""

    spec: TypeSpec
    step: str
    people: int
    worth: Worth | None
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
    untyped: int  # people who show it and no type of it, and what they are worth
    untyped_worth: float


@dataclass(frozen=True, slots=True)
class Move:
    """People who came from or went to a label, which this reader may follow if `key` is set."""

    key: str
    family: str
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Trend:
    """People month by month over a year, and the other labels they had before and after."""

    months: list[tuple[date, int]]
    columns: tuple[Column, ...]
    came: list[Move]
    went: list[Move]


def families(seen: Seen, *, frank: bool) -> list[FamilyTypes]:
    """Types that this person may not see by name are left out, with their family."""
    return [_family(family, seen, frank=frank) for family in veil.families(ORDER, frank=frank)]


def _family(family: Family, seen: Seen, *, frank: bool) -> FamilyTypes:
    whole = seen.picture.families.get(family, {}) if seen.picture else {}
    types = [row(spec, seen) for spec in typology().types if spec.family == family]
    worth = whole.get("value", 0.0) or 0.0
    shown = whole.get("shown", 0)
    untyped = max(shown - sum(seen.people(one.spec.key) for one in types), 0)
    return FamilyTypes(
        family=str(family),
        name=families_name(family, frank=frank),
        shown=shown,
        members=whole.get("members", 0.0) or 0.0,
        worth=worth,
        types=types,
        untyped=untyped,
        untyped_worth=worth - sum(one.worth.total for one in types if one.worth),
    )


def row(spec: TypeSpec, seen: Seen) -> TypeRow:
    is_shut = spec.key in impossible(seen.connected)
    return TypeRow(
        spec=spec,
        step=typology().groups[spec.group],
        people=seen.people(spec.key),
        worth=seen.worth(spec.key),
        missing=needs(spec, seen.connected) if is_shut else "",
        trend=line([people for _on, people in seen.by_month(spec.key)]),
    )


def line(counts: Sequence[float]) -> Sparkline | None:
    """Month by month; None where there are too few months, or nobody in any."""
    return sparkline(counts) if len(counts) >= FEWEST_MONTHS and any(counts) else None


def trend(spec: TypeSpec, seen: Seen, *, frank: bool) -> Trend:
    """The same with its figures, and who came and went."""
    months = seen.by_month(spec.key)
    counts = [people for _on, people in months]
    moves = seen.moves(spec.key)
    return Trend(
        months=months,
        columns=columns(counts) if line(counts) else (),
        came=others(moves.came, frank=frank),
        went=others(moves.went, frank=frank),
    )


def others(moves: Counter[str], *, frank: bool) -> list[Move]:
    """Labels with most people first; alike for this reader are added up."""
    summed: dict[tuple[str, str, str], int] = {}
    for label, people in moves.items():
        key = "" if label in FAMILIES else label
        family = typology()[key].family if key else label
        hidden = veil.is_veiled(family, frank=frank)
        name = called(family, key, frank=frank)
        shown = ("", "", name) if hidden else (key, family, name)
        summed[shown] = summed.get(shown, 0) + people
    largest = sorted(summed.items(), key=lambda item: (-item[1], item[0]))
    return [Move(*who, people) for who, people in largest]


def gate(spec: TypeSpec) -> str:
    """What must be on record of a person before they can be called so; "" for nothing beside."""
    ways = [_(" and ").join(words(mark) for mark in one) for one in spec.gate]
    return _("; or ").join(ways)


def rules(playbook: str) -> list[str]:
    """The playbook lists its rules with semicolons; a page lists them one below the other."""
    parts = [rule.strip() for rule in playbook.split(";")]
    return [part[0].upper() + part[1:] for part in parts if part]
