"""Whether the life of what somebody has says when they buy again: counted on days that have passed.

A product bought on a day with an expected life is due when that has passed, unless the same was
bought again before. Whether its owner bought anything within six weeks of that day, before or
after, is counted over all such days whose six weeks lie in the past: for each kind of product,
drawn to the whole. The share is what a day still to come is promised with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relationships.engine.value.histories import Floats, Integers
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.rhythm import SURE_ENOUGH

AROUND_WEEKS = 6
AROUND_DAYS = 7 * AROUND_WEEKS
FEWEST_SEEN = 50  # days that were due, to count on
FEWEST_OF_KIND = 10  # of one kind of product, to tell it from the whole
BORROWED_DAYS = 20.0  # of the whole company's are added to those of a kind
MOST_KINDS = 200  # those most often due


@dataclass(frozen=True, slots=True)
class Seen:
    """So many days were due; that share is promised of such days."""

    seen: int
    share: float


@dataclass(frozen=True, slots=True)
class Proof:
    """Learned on the earlier two thirds: of so many later days that were promised, which share was
    said, and around which share somebody bought."""

    days: int
    said: float
    came: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """So many days were due; of these days that share saw a purchase around them. Kinds by name,
    those that are seen often enough."""

    seen: int
    share: float
    kinds: Mapping[str, Seen] = field(default_factory=dict)
    proof: Proof | None = None

    def of(self, kind: str) -> float:
        """The share of such days of this kind of product; of the whole where too few were due."""
        found = self.kinds.get(kind)
        return self.share if found is None else found.share

    @property
    def most(self) -> float:
        """Of the kind that is replaced most surely."""
        return max([self.share, *(one.share for one in self.kinds.values())])

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Replacing":
        """What `to_json` stored; one share for all if an older version did."""
        kinds = {kind: Seen(**one) for kind, one in stored.get("kinds", {}).items()}
        proof = stored.get("proof")
        return cls(
            seen=stored["seen"], share=stored["share"], kinds=kinds,
            proof=Proof(**proof) if proof else None,
        )  # fmt: skip


def learn(
    customer: Integers, product: Integers, day: Integers, life_weeks: Integers,
    purchases: PurchaseDays, as_of_day: int,
    *, kind: Integers | None = None, names: Sequence[str] = (),
) -> Replacing | None:  # fmt: skip
    """A row per purchase of a product with a life, in any order; `kind` is the place of its kind
    among `names`, where "" is none. None of too few days."""
    order = np.lexsort((day, product, customer))
    customer, product, day = customer[order], product[order], day[order]
    due = day + 7 * life_weeks[order]
    same = np.zeros(len(day), dtype=np.bool_)
    same[:-1] = (customer[1:] == customer[:-1]) & (product[1:] == product[:-1])
    again = np.where(same, np.append(day[1:], 0), np.iinfo(np.int64).max)
    counts = (again >= due - AROUND_DAYS) & (due + AROUND_DAYS <= as_of_day)
    if counts.sum() < FEWEST_SEEN:
        return None
    came = _bought_around(purchases, customer[counts], due[counts])
    of_kind = np.zeros(len(order), dtype=np.int64) if kind is None else kind[order]
    known, called = of_kind[counts], list(names) or [""]
    return _counted(known, came, called, _proof(known, came, due[counts], called))


def _counted(
    kind: Integers, came: NDArray[np.bool_], names: Sequence[str], proof: Proof | None = None
) -> Replacing:
    """Of each kind, drawn to the whole by so many of its days."""
    share = float(came.mean())
    seen = np.bincount(kind, minlength=len(names))
    bought = np.bincount(kind, came, len(names))
    drawn = (bought + BORROWED_DAYS * share) / (seen + BORROWED_DAYS)
    often = [at for at in np.argsort(-seen, kind="stable")[:MOST_KINDS] if seen[at] and names[at]]
    kinds = {
        names[at]: Seen(int(seen[at]), float(drawn[at]))
        for at in often
        if seen[at] >= FEWEST_OF_KIND
    }
    return Replacing(seen=len(came), share=share, kinds=kinds, proof=proof)


def _proof(
    kind: Integers, came: NDArray[np.bool_], due: Integers, names: Sequence[str]
) -> Proof | None:
    """None where too few days were due before, or promised after."""
    cut = np.quantile(due, 2 / 3)
    earlier, later = due + AROUND_DAYS <= cut, due > cut
    if earlier.sum() < FEWEST_SEEN:
        return None
    known = _counted(kind[earlier], came[earlier], names)
    said: Floats = np.array([known.of(name) for name in names])[kind[later]]
    promised = said >= SURE_ENOUGH
    if promised.sum() < FEWEST_SEEN:
        return None
    return Proof(
        days=int(promised.sum()), said=float(said[promised].mean()),
        came=float(came[later][promised].mean()),
    )  # fmt: skip


def _bought_around(purchases: PurchaseDays, customer: Integers, due: Integers) -> NDArray[np.bool_]:
    """Whether each bought within the weeks around that day."""
    stride = int(max(purchases.day.max(initial=0), due.max(initial=0))) + AROUND_DAYS + 2
    known = purchases.customer * stride + purchases.day  # sorted, as the table is
    first = np.searchsorted(known, customer * stride + np.maximum(due - AROUND_DAYS, 0))
    after = np.searchsorted(known, customer * stride + due + AROUND_DAYS, side="right")
    return np.asarray(after > first)
