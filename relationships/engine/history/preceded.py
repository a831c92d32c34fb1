"""What came before a move: how much more often those who moved had met it than those who stayed."""

from dataclasses import dataclass
from math import exp, sqrt

FEWEST_MOVERS, FEWEST_CASES = 30, 10
"""Below these a ratio says more about chance than about customers."""
REACH = 1.96


@dataclass(frozen=True)
class Ratio:
    """Share of movers who met something over the share of the others, with its 95 % interval."""

    movers: float
    others: float
    ratio: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone is a poor explanation."""
        return self.low > 1 or self.high < 1


def ratio(met: int, movers: int, others_met: int, others: int) -> Ratio | None:
    """Katz's interval on the log scale, half a case added; None with too few cases."""
    if movers < FEWEST_MOVERS or others < FEWEST_MOVERS or met + others_met < FEWEST_CASES:
        return None
    a, b = met + 0.5, others_met + 0.5
    n, m = movers + 0.5, others + 0.5
    found = (a / n) / (b / m)
    reach = REACH * sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    return Ratio(met / movers, others_met / others, found, found * exp(-reach), found * exp(reach))
