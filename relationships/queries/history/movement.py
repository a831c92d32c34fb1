"""How relationships move in a usual month, what that means, and what came before moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from relationships.engine.history.preceded import Ratio, ratio
from relationships.engine.history.transitions import MEMORY, Forecast, Matrix, forecast, memory
from relationships.models import Month
from relationships.queries.history.met import BETTER, WORSE

FEWEST = 30  # of fewer customers a share foretells nothing
USUAL_MONTHS = 12  # a usual month is the mean of so many
AHEAD_MONTHS = 12


@dataclass(frozen=True)
class Usual:
    """A usual month: chances to move, whether the past matters, where it leads."""

    months: int
    matrix: Matrix
    memory: float  # total variation
    shares: NDArray[np.float64]  # of the families now
    ahead: Forecast

    @property
    def has_memory(self) -> bool:
        return self.memory > MEMORY


@dataclass(frozen=True)
class Before:
    """Something met one to two months before a move for the better or worse."""

    direction: str
    kind: str
    ratio: Ratio


def months_told(through: date) -> list[Month]:
    """Closed months through that day, oldest first."""
    told = Month.objects.filter(on__lte=through).exclude(closed_at=None)
    return list(told.order_by("on").defer("facts"))


def usual(months: Sequence[Month]) -> Usual | None:
    """From the moves of the last year; a forecast starts from the newest month's families."""
    moved = [month for month in months if month.moves][-USUAL_MONTHS:]
    if not moved or moved[-1].customers < FEWEST:
        return None
    counts = [np.array(month.moves["soft"]) for month in moved]
    parent = np.sum([np.array(month.moves["soft"]) for month in months if month.moves], axis=0)
    whole: NDArray[np.float64] = np.sum(counts, axis=0)
    matrix = Matrix.of(whole, parent)
    two = [np.array(m.moves["two_months"]) for m in moved if "two_months" in m.moves]
    shares = counts[-1].sum(axis=0) / max(counts[-1].sum(), 1e-9)
    return Usual(
        months=len(moved),
        matrix=matrix,
        memory=memory(matrix.mean, np.sum(two, axis=0)) if two else 0.0,
        shares=shares,
        ahead=forecast(shares, matrix, AHEAD_MONTHS, np.random.default_rng(1)),
    )


def preceded(months: Sequence[Month]) -> list[Before]:
    """What movers had met clearly more or less often than the others, the strongest first."""
    told = _told(months)
    found = []
    for direction in (BETTER, WORSE):
        for kind in sorted({kind for one in told for kind in one["kinds"]}):
            counts = [_counts(one, direction, kind) for one in told if kind in one["kinds"]]
            met, movers, others_met, others = np.sum(counts, axis=0).tolist()
            known = ratio(met, movers, others_met, others)
            if known and known.is_clear:
                found.append(Before(direction, kind, known))
    return sorted(found, key=lambda one: -abs(np.log(one.ratio.ratio)))


def moves_counted(months: Sequence[Month]) -> dict[str, int]:
    """How many moves for the better and the worse stand behind what is said of them."""
    told = _told(months)
    return {way: sum(one[way]["customers"] for one in told) for way in (BETTER, WORSE)}


def _told(months: Sequence[Month]) -> list[dict]:
    return [month.preceded for month in months if month.preceded][-USUAL_MONTHS:]


def _counts(told: dict, direction: str, kind: str) -> tuple[int, int, int, int]:
    at = told["kinds"].index(kind)
    mine, others = told[direction], told["others"]
    return mine["met"][at], mine["customers"], others["met"][at], others["customers"]
