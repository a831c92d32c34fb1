"""What came of a challenge: trees against the formula in use, on the same past."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from relationships.engine.value.backtest import Line

NAME = "Boosted trees"
# What is read of who people are, where the company says that it may be.
TRAITS = ("age", "gender", "household_size")
LEAST_MOMENTS = 2
# Sums may differ in their last digits.
ROUNDED = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """How the trees did against the formula in use, on the same customers and moments."""

    customers: int
    moments: int
    trees: Line
    ours: Line
    gain: float  # in mean deviance per customer and moment; above 0 the trees came nearer
    gain_se: float  # a customer counted once, however many the moments
    gains: tuple[float, ...] = ()  # of each moment
    reads: tuple[str, ...] = ()  # what they read beside purchases

    @property
    def wins(self) -> bool:
        """Nearer by more than a standard error, at two moments or more, and no further off in
        total."""
        return self.gain > self.gain_se and self.is_nearer_twice and not self.is_further_off

    @property
    def is_nearer_twice(self) -> bool:
        """Not by the luck of one moment."""
        return sum(gain > 0 for gain in self.gains) >= LEAST_MOMENTS

    @property
    def is_further_off(self) -> bool:
        """In what all buy together, or pay: which trees do not move."""
        return any(
            abs(getattr(self.trees, name) or 0.0) > abs(getattr(self.ours, name) or 0.0) + ROUNDED
            for name in ("purchases_bias", "spend_bias")
        )

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
        listed = {name: tuple(given.get(name, ())) for name in ("reads", "gains")}
        return cls(**(given | lines | listed))
