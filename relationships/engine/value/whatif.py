"""What if more stayed, margins or prices were other, or later money counted otherwise? From sums.

Every part of a value is a sum over purchases to come, so other terms need no second look at the
customers: margin and price move what a sale leaves, fewer who leave stretch the stream of
purchases, and the discount weighs its periods anew. Each family has a stream of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relationships.engine.value.discrete.contracted import Contracted
from relationships.engine.value.discrete.occasional import Occasional
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.parts import PARTS
from relationships.engine.value.terms import Terms

# Costs whatever is earned.
COSTS = ("orders", "handling", "service", "remedies", "messages", "renewing")
NO_MARGIN = 1e-9
# All who would leave stay: the limit of less and less leaving, short of a division by zero.
NEARLY_ALL = 1 - 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Other terms: margin in points (.05 is five), the part of those who would leave that stays,
    the part of every price that is taken off, and the yearly discount of later money."""

    margin: float = 0.0
    stay: float = 0.0
    off: float = 0.0
    discount: float | None = None  # None: as the company has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Purchases to come, a share of all of them per period; `discount` is the company's, a year.
    `left` is the part of today's customers still there in each period, where the model has steps
    (occasions, contracts); of a model without steps the shares say it all."""

    shares: Sequence[float]
    weeks_per_period: float
    discount: float
    left: Sequence[float] = ()

    def stretched(self, stay: float) -> Floats:
        """Shares of the old whole when each one's chance to leave is so much less.

        Under BG/NBD, MBG/NBD and Pareto/NBD one is there at t with chance exp(−κt) given one's own
        κ, so a κ less by a part q gives exactly E_q[Y(t)] = E[Y((1−q)t)] / (1−q): the same stream
        told slowly. With steps, what is left is raised to the power of 1 − q, period by period."""
        shares = np.asarray(self.shares, dtype=np.float64)
        if not len(shares):
            return shares
        if len(self.left):
            return np.asarray(shares * np.maximum(self.left, 1e-9) ** -stay)
        slower = 1 - min(max(stay, 0.0), NEARLY_ALL)
        ends = np.arange(len(shares) + 1.0)
        reached = np.interp(slower * ends, ends, np.append(0.0, np.cumsum(shares)))
        return np.asarray(np.diff(reached) / slower)

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
    ends = terms.weeks_per_period * np.arange(1.0, terms.periods + 1)
    reached = unique.weights @ model.expected_repeats(unique, ends)
    each = np.diff(reached, prepend=0.0)
    total = float(reached[-1]) or 1.0
    return Stream(
        shares=tuple(round(float(x) / total, 6) for x in each),
        weeks_per_period=terms.weeks_per_period,
        discount=discount,
        left=_left(model, unique, reached, np.asarray(ends, dtype=np.float64)),
    )


def _left(model: PurchaseModel, h: Histories, reached: Floats, ends: Floats) -> tuple[float, ...]:
    """The part still there at each end, of customers weighed by their purchases to come."""
    if not isinstance(model, Occasional | Contracted):
        return ()
    weights = h.weights * model.expected_repeats(h, float(ends[-1]))
    total = float(weights.sum())
    if total <= 0:
        return ()
    if isinstance(model, Occasional):
        there = weights @ model.staying(h, ends) / total
    else:  # of contracts and others together: what is bought later cannot be more than is left
        each = np.diff(reached, prepend=0.0)
        later = np.maximum.accumulate(each[::-1])[::-1]
        there = later / later[0]
    return tuple(round(float(x), 6) for x in there)


def changed(
    parts: Mapping[str, float], of: Stream, change: Change, fee_margin: float | None = None
) -> float:
    """The value of those whose parts these are, under other terms: exactly theirs where nothing
    is changed. Beside the parts there may be `sent_back`, the sales of what comes back, and `fees`,
    contracts' before anything is taken off: then returns and fees move exactly. Else (kept by an
    earlier version) returns move by the margin of all these people, and fees by `fee_margin`, or
    not at all."""
    value = sum(parts.get(name, 0.0) for name in PARTS)
    then, now = (_under(parts, of, one, fee_margin) for one in (change, Change()))
    return value + (then - now)


def _under(
    parts: Mapping[str, float], of: Stream, change: Change, fee_margin: float | None
) -> float:
    plain = _left_of_sales(parts, change) + _left_of_fees(parts, change, fee_margin)
    plain += sum(parts.get(name, 0.0) for name in COSTS)
    shares = np.asarray(of.shares, dtype=np.float64)
    stretched = of.stretched(change.stay)
    grown = float(stretched.sum() / shares.sum()) if shares.sum() > 0 else 1.0
    discount = of.discount if change.discount is None else change.discount
    usual = of.present(shares, of.discount)
    present = of.present(stretched, discount) / usual * _present(parts, usual)
    return plain * grown * present


def margin_of(parts: Mapping[str, float]) -> float | None:
    """What is left of the sales of these people after cost of goods; None without sales."""
    return 1 + parts["goods"] / parts["sales"] if parts["sales"] > 0 else None


def _left_of_sales(parts: Mapping[str, float], change: Change) -> float:
    """Sales less goods and less what returns take of that. Goods cost what they cost: of a lower
    price the whole reduction is missing from what is left."""
    margin = margin_of(parts)
    if margin is None:
        return parts["returned"]
    kept = _kept(margin, change)
    if "sent_back" in parts:  # each one's own share of it, summed up
        return parts["sales"] * kept + parts["returned"] - parts["sent_back"] * (kept - margin)
    return parts["sales"] * kept + parts["returned"] * _times(margin, kept)


def _left_of_fees(parts: Mapping[str, float], change: Change, margin: float | None) -> float:
    left = parts.get("contract", 0.0)
    if fees := parts.get("fees", 0.0):
        return left + fees * (_kept(left / fees, change) - left / fees)
    return left if margin is None else left * _times(margin, _kept(margin, change))


def _kept(margin: float, change: Change) -> float:
    """Nothing is left but all, and no margin falls below a loss of the whole price; one that is
    beyond that today stays where it is."""
    return min(max(margin + change.margin, min(margin, -1.0)), max(margin, 1.0)) - change.off


def _times(margin: float, kept: float) -> float:
    return kept / margin if abs(margin) > NO_MARGIN else 1.0


def _present(parts: Mapping[str, float], usual: float) -> float:
    """What their later money is worth now, as it was counted customer by customer."""
    plain = sum(parts.get(name, 0.0) for name in PARTS if name != "discounting")
    if abs(plain) < 1e-9 or not 0 < 1 + parts["discounting"] / plain <= 1:
        return usual
    return 1 + parts["discounting"] / plain
