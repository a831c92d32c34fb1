"""What came before a move: how much more often those who moved had met it than those who stayed."""

from dataclasses import dataclass
from math import exp, log, sqrt

FEWEST_MOVERS, FEWEST_CASES = 30, 10
"""Below these a ratio says more about chance than about customers."""
USUAL = log(2.0)
"""Standard deviation of such ratios on the log scale, before anything is seen: twice as often is
usual, ten times as often nearly unheard of. A ratio from few cases is drawn towards 1 by it."""
REACH = 1.96


@dataclass(frozen=True)
class Ratio:
    """Of so many moves so many were preceded by something; how many times as often as without a
    move, drawn towards once, with the range in which that likely lies (19 of 20)."""

    met: int
    moves: int
    others: float  # share of those who did not move
    ratio: float
    low: float
    high: float

    @property
    def movers(self) -> float:
        """Share of those who moved."""
        return self.met / self.moves

    @property
    def is_clear(self) -> bool:
        """Whether chance alone is a poor explanation."""
        return self.low > 1 or self.high < 1


def ratio(met: int, moves: int, others_met: int, others: int) -> Ratio | None:
    """Katz's variance on the log scale, half a case added, and a normal prior; None with too few
    cases on either side. What movers met seldom counts by how many should have met it."""
    if moves < FEWEST_MOVERS or others < FEWEST_MOVERS or others_met < FEWEST_CASES:
        return None
    if max(met, moves * others_met / others) < FEWEST_CASES:
        return None
    a, b = met + 0.5, others_met + 0.5
    n, m = moves + 0.5, others + 0.5
    variance = max(1 / a - 1 / n + 1 / b - 1 / m, 0.0)
    kept = USUAL**2 / (USUAL**2 + variance)
    middle, reach = kept * log((a / n) / (b / m)), REACH * sqrt(kept * variance)
    return Ratio(met, moves, others_met / others, exp(middle), exp(middle - reach),
                 exp(middle + reach))  # fmt: skip
