"""What if more stayed, margins were other, or later money counted otherwise? From sums alone.

Every part of a value is a sum over purchases to come, so other terms need no second look at the
customers: the margin moves what goods cost, fewer who leave stretch the stream of purchases, and
the discount weighs its periods anew. The stream is that of all customers together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.terms import Terms

# These grow with the margin; the rest are costs whatever is earned.
SCALED = ("returned",)
COSTS = ("orders", "handling", "service", "remedies", "messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Other terms: margin in points (.05 is five), the part of those who would leave that stays,
    and the yearly discount."""

    margin: float = 0.0
    stay: float = 0.0
    discount: float | None = None  # None: as the company has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Purchases to come, a share of all of them per period; `discount` is the company's, a year."""

    shares: Sequence[float]
    weeks_per_period: float
    discount: float

    def stretched(self, stay: float) -> Floats:
        """Shares of the old whole when so many fewer leave: what is left after each period is
        raised to the power of 1 − stay, as if everybody's chance to leave were so much less."""
        shares = np.asarray(self.shares, dtype=np.float64)
        if not len(shares) or shares[0] <= 0:
            return shares
        left = np.minimum.accumulate(np.minimum(shares / shares[0], 1.0))
        return np.asarray(shares * np.power(np.maximum(left, 1e-9), -stay))

    def present(self, shares: Floats, discount: float) -> float:
        """What one euro of the stream is worth today."""
        total = float(shares.sum())
        if total <= 0:
            return 1.0
        years = self.weeks_per_period * 7 / 365.25
        factors = (1 + discount) ** (-years * np.arange(1.0, len(shares) + 1))
        return float(shares @ factors) / total


def stream(model: PurchaseModel, h: Histories, terms: Terms, discount: float) -> Stream:
    """The purchases that all these customers are expected to make, period by period."""
    unique, _ = h.grouped()
    if not len(unique):
        return Stream(shares=(), weeks_per_period=terms.weeks_per_period, discount=discount)
    ends = terms.weeks_per_period * np.arange(1, terms.periods + 1)
    reached = unique.weights @ model.expected_repeats(unique, ends)
    each = np.diff(reached, prepend=0.0)
    total = float(reached[-1]) or 1.0
    return Stream(
        shares=tuple(round(float(x) / total, 6) for x in each),
        weeks_per_period=terms.weeks_per_period,
        discount=discount,
    )


def changed(parts: Mapping[str, float], of: Stream, change: Change) -> float:
    """The value of those whose parts these are, under other terms."""
    sales = parts["sales"]
    margin = 1 + parts["goods"] / sales if sales > 0 else 0.0
    other = min(max(margin + change.margin, 0.0), 1.0)
    scale = other / margin if margin > 0 else 0.0
    plain = sales * other + parts["returned"] * scale + sum(parts[name] for name in COSTS)
    shares = np.asarray(of.shares, dtype=np.float64)
    stretched = of.stretched(change.stay)
    grown = float(stretched.sum() / shares.sum()) if shares.sum() > 0 else 1.0
    discount = of.discount if change.discount is None else change.discount
    usual = of.present(shares, of.discount)
    present = of.present(stretched, discount) / usual * _present(parts, usual)
    return plain * grown * present


def _present(parts: Mapping[str, float], usual: float) -> float:
    """What their later money is worth now, as it was counted customer by customer."""
    plain = sum(parts[name] for name in ("sales", "goods", *SCALED, *COSTS))
    if abs(plain) < 1e-9 or not 0 < 1 + parts["discounting"] / plain <= 1:
        return usual
    return 1 + parts["discounting"] / plain
