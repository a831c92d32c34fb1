"""The smallest change that would make it another type: what would be judged, not what will be.

Every change that could happen next, and every two of them, are judged in one go. Something that
goes together with a type need not bring it about, so this says "they would look like".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.changes import CHANGES, Change
from relationships.engine.typology.classify import Verdicts
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.shown import Previous

TOLD = 2
ONCE = {"repair", "category"}
"""Changes after which there is nothing left of the same kind to do."""


class Judge(Protocol):
    """Judges evidence as the customer was judged."""

    def __call__(self, evidence: Evidence, previous: Previous) -> Verdicts: ...


@dataclass(frozen=True)
class Turn:
    """`changes`: codes of one or two changes; `type`: the place of the type that they make likelier
    than the one held now."""

    changes: tuple[str, ...]
    effort: float
    type: int


def turns(
    evidence: Evidence,
    calibration: Calibration,
    previous: Previous,
    now: Verdicts,
    judge: Judge,
    most: int = TOLD,
) -> tuple[Turn, ...]:
    """For one customer: to each other type the way of least effort, the least first."""
    tried = list(_possible(evidence, calibration))
    if not tried:
        return ()
    rows = np.concatenate([changed.values for _, changed in tried])
    every = replace(evidence, customers=np.repeat(evidence.customers, len(rows)), values=rows)
    verdicts = judge(every, _repeated(previous, len(rows)))
    held, chances = int(now.labels.held[0]), verdicts.posterior
    found: dict[int, Turn] = {}
    for row, (changes, _) in enumerate(tried):
        then = int(verdicts.labels.held[row])
        if then != held and chances[row, then] > chances[row, held]:
            turn = Turn(tuple(one.code for one in changes), _effort(changes), then)
            if then not in found or turn.effort < found[then].effort:
                found[then] = turn
    return tuple(sorted(found.values(), key=lambda turn: turn.effort)[:most])


def _possible(
    evidence: Evidence, calibration: Calibration
) -> Iterator[tuple[Sequence[Change], Evidence]]:
    """One change, or two in the order of their effort, and what would then be known."""
    for at, first in enumerate(CHANGES):
        if not first.can_happen(evidence)[0]:
            continue
        then = first.happen(evidence, calibration)
        yield (first,), then
        for second in CHANGES[at:]:
            again = second is first and first.code in ONCE
            if not again and second.can_happen(then)[0]:
                yield (first, second), second.happen(then, calibration)


def _effort(changes: Sequence[Change]) -> float:
    return sum(one.effort for one in changes)


def _repeated(previous: Previous, times: int) -> Previous:
    return Previous(
        np.repeat(previous.posterior, times, axis=0),
        np.repeat(previous.types, times),
        np.repeat(previous.as_of_day, times),
    )
