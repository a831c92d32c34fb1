"""Small things that could happen next, as changes of the evidence: an order, a reply, a repair.

Each takes the evidence of n customers and gives a copy in which the thing has happened on the
as-of day, and says for whom it can happen at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.columns import CATEGORIES, PLACE
from relationships.engine.typology.evidence import Evidence

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SATISFIED_CREDIT = 0.5
"""Recovery credit of a complaint settled well within the week (complaints.py)."""

PROFILE_FIELDS = 10.0


@dataclass(frozen=True)
class Change:
    """`effort` orders changes by how much they ask of the customer and of us; only the order of
    the sums matters."""

    code: str
    effort: float
    can_happen: Callable[[Evidence], Bools]
    happen: Callable[[Evidence, Calibration], Evidence]


class _Copy:
    """Evidence on its way to being changed."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.values = evidence, evidence.values.copy()

    def add(self, name: str, much: Floats | float = 1.0) -> None:
        self.values[:, PLACE[name]] += much

    def put(self, name: str, value: Floats | float) -> None:
        self.values[:, PLACE[name]] = value

    def now(self, *names: str) -> None:
        """These things happened last today, and first today if they never had."""
        for name in names:
            self.put(f"last_{name}_age_days", 0.0)
            first = self.evidence[f"first_{name}_age_days"]
            self.put(f"first_{name}_age_days", np.where(np.isnan(first), 0.0, first))

    def made(self) -> Evidence:
        return replace(self.evidence, values=self.values)


def one_more_order(evidence: Evidence, calibration: Calibration) -> Evidence:
    """Of their usual size, without a discount, of what they mostly buy."""
    return _ordered(evidence, calibration, usual_category(evidence))


def order_elsewhere(evidence: Evidence, calibration: Calibration) -> Evidence:
    """One more order, in the most bought category from which they have never had anything."""
    empty = evidence.block("category", CATEGORIES) == 0
    named = np.arange(CATEGORIES) < len(calibration.categories)
    return _ordered(evidence, calibration, (empty & named).argmax(axis=1))


def a_reply(evidence: Evidence, _: Calibration) -> Evidence:
    copy = _Copy(evidence)
    for name in ("messages_replied", "dialogue_365"):
        copy.add(name)
    copy.now("act")
    return copy.made()


def a_preference(evidence: Evidence, _: Calibration) -> Evidence:
    """One more thing about themselves."""
    copy = _Copy(evidence)
    told = np.nan_to_num(evidence["profile_fields"])
    copy.put("profile_fields", np.minimum(told + 1.0, PROFILE_FIELDS))
    return copy.made()


def a_repair(evidence: Evidence, _: Calibration) -> Evidence:
    """Every open complaint settled, and the customer satisfied with it."""
    copy = _Copy(evidence)
    open_ = evidence["complaints_open"]
    for name in ("complaints_answered", "complaints_satisfied"):
        copy.add(name, open_)
    still = np.maximum(evidence["complaints_unsettled"] - open_, 0.0)
    copy.put("complaints_unsettled", still)
    copy.put("promises_unsettled", 0.0)  # a complaint that ended well makes good what was promised
    copy.put("promise_unsettled_age_days", np.nan)
    for name in ("complaints_open", "complaints_open_severe"):
        copy.put(name, 0.0)
    uncredited = evidence["complaint_weight_365"] - evidence["complaint_credit_365"]
    share = np.minimum(open_ / np.maximum(evidence["complaints_filed"], 1.0), 1.0)
    copy.add("complaint_credit_365", SATISFIED_CREDIT * share * np.maximum(uncredited, 0.0))
    return copy.made()


def usual_category(evidence: Evidence) -> npt.NDArray[np.intp]:
    """Place of the category most bought; the last one stands for all others."""
    counts = np.column_stack([evidence.block("category", CATEGORIES), evidence["category_other"]])
    return np.asarray(counts.argmax(axis=1))


def _ordered(
    evidence: Evidence, calibration: Calibration, category: npt.NDArray[np.intp]
) -> Evidence:
    copy = _Copy(evidence)
    for name in ("purchases_w0", "orders", "purchases_fast", "purchases_slow", "purchases_180",
                 "purchases_365", "priced_orders"):  # fmt: skip
        copy.add(name)
    priced = evidence["priced_orders"]
    usual = evidence["log_amounts"] / np.maximum(priced, 1.0)
    usual = np.where(priced > 0, usual, calibration.log_spend)
    copy.add("log_amounts", usual)
    mean = evidence["spend"] / np.maximum(evidence["orders"], 1.0)
    copy.add("spend", np.where(evidence["orders"] > 0, mean, calibration.reference_order))
    for name in ("orders_discount_known", "orders_novelty_known"):
        copy.add(name, (evidence[name] > 0).astype(np.float64))
    _in_category(copy, category)
    copy.now("act", "purchase")
    return copy.made()


def _in_category(copy: _Copy, category: npt.NDArray[np.intp]) -> None:
    """Counts only where what they bought is known at all."""
    known = copy.evidence.seen("categories").astype(np.float64)
    for at in range(CATEGORIES):
        copy.add(f"category_{at}", known * (category == at))
    copy.add("category_other", known * (category == CATEGORIES))


def _may_buy(evidence: Evidence) -> Bools:
    return np.full(len(evidence), evidence.is_connected("purchases"))


def _may_reply(evidence: Evidence) -> Bools:
    answered = evidence["messages_clicked"] + evidence["messages_replied"]
    written = evidence.seen("messages") & ~evidence.has_opted_out
    return np.asarray(written & (answered < evidence["messages_sent"]))


def _may_tell(evidence: Evidence) -> Bools:
    told = np.nan_to_num(evidence["profile_fields"])
    return np.full(len(evidence), evidence.is_connected("profile")) & (told < PROFILE_FIELDS)


def _may_be_settled(evidence: Evidence) -> Bools:
    return np.asarray(evidence.seen("complaints") & (evidence["complaints_open"] > 0))


def _may_look_around(evidence: Evidence) -> Bools:
    known = evidence.block("category", CATEGORIES)
    return np.asarray(evidence.seen("categories") & (known > 0).any(axis=1))


CHANGES: tuple[Change, ...] = (
    Change("reply", 1.0, _may_reply, a_reply),
    Change("preference", 1.1, _may_tell, a_preference),
    Change("repair", 1.5, _may_be_settled, a_repair),
    Change("order", 2.0, _may_buy, one_more_order),
    Change("category", 2.5, _may_look_around, order_elsewhere),
)
"""Least effort first."""
