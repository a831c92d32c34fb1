"""What came of a challenge: trees against the formula in use, on the same past."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from relationships.engine.value.backtest import Line

NAME = "Boosted trees"
# What is read of who people are, where the company says that it may be.
TRAITS = ("age", "gender", "household_size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """How the trees did against the formula in use, on the same customers and moments."""

    customers: int
    moments: int
    trees: Line
    ours: Line
    gain: float  # in mean deviance per customer and moment; above 0 the trees came nearer
    gain_se: float  # a customer counted once, however many the moments
    reads: tuple[str, ...] = ()  # what they read beside purchases

    @property
    def wins(self) -> bool:
        """Nearer by more than a standard error, and no further off in total."""
        off, usual = (abs(line.purchases_bias or 0.0) for line in (self.trees, self.ours))
        return self.gain > self.gain_se and off <= usual

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return asdict(self) | {"wins": self.wins}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Challenge | None":
        """What `to_json` stored; None where nobody challenged."""
        if not stored:
            return None
        given = {key: value for key, value in stored.items() if key != "wins"}
        lines = {side: Line(**given[side]) for side in ("trees", "ours")}
        return cls(**(given | lines | {"reads": tuple(given.get("reads", ()))}))
