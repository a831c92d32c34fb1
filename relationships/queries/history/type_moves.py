"""Where people of a type came from and where they went, added up from the books of the months."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from relationships.models import Month


@dataclass(frozen=True)
class TypeMoves:
    """By label (a type, or a family where no type was shown): customers over those months."""

    came: Counter[str] = field(default_factory=Counter)
    went: Counter[str] = field(default_factory=Counter)


def type_moves(months: Sequence[Month]) -> dict[str, TypeMoves]:
    """Month by month, so that somebody who came and went within the time counts in both."""
    found: dict[str, TypeMoves] = {}
    for month in months:
        for old, new, people in month.moves.get("types", []):
            found.setdefault(new, TypeMoves()).came[old] += people
            found.setdefault(old, TypeMoves()).went[new] += people
    return found
