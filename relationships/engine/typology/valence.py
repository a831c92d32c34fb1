"""Valence: how it feels to deal with us, −1 to 1, from experiences and not from their number.

V = (κ v0 + Σ w λ s) / (κ + Σ w λ): each experience speaks s with weight w, negative ones λ = 1.5.
"""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.dimension import Dimension, confidence
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.weights import Numbers, default_weights

Floats = npt.NDArray[np.float64]
Spoken = tuple[Floats, Floats]
"""Σw and Σw·s per customer."""

SPREAD = 0.6
"""Standard deviation of a single experience of weight 1: about that of star ratings on −1 … 1."""

OPT_OUTS = ("one", "all", "spam")


def valence(evidence: Evidence, weights: Numbers | None = None) -> Dimension:
    by = weights or default_weights().valence
    spoken = {
        name: voice
        for part in (bought, rated, said, complained, promised)
        for name, voice in part(evidence, by).items()
    }
    weight = np.column_stack([w for w, _ in spoken.values()])
    score = np.column_stack([s for _, s in spoken.values()])
    stress = np.where(score < 0, by["negativity"], 1.0)
    whole = by["start_weight"] + (weight * stress).sum(axis=1)
    moved = stress * (score - by["start"] * weight) / whole[:, None]
    heard = weight.sum(axis=1)
    return Dimension(
        value=by["start"] + moved.sum(axis=1),
        evidence=heard,
        confidence=confidence(heard, by["half_evidence"]),
        standard_error=SPREAD / np.sqrt(whole),
        sources=tuple(spoken),
        contributions=moved,
    )


def even(amount: Floats, mood: float, weight: float) -> Spoken:
    """Experiences that all speak the same."""
    return amount * weight, amount * (weight * mood)


def bought(evidence: Evidence, by: Numbers) -> dict[str, Spoken]:
    """Orders without a problem, and returns by the share of an order they undo."""
    returned = evidence["returns_defect_180"] + evidence["returns_changed_180"]
    fine = np.clip(evidence["purchases_365"] - returned, 0.0, by["orders_most"])
    voices = {"orders": even(fine, by["order_mood"], by["order_weight"])}
    for name, mood in (("defect", "defect_mood"), ("changed", "changed_mind_mood")):
        share = undone(evidence, name)
        voices[f"returns_{name}"] = even(share, by[mood], by["return_weight"])
    return voices if evidence.is_connected("returns") else {"orders": voices["orders"]}


def undone(evidence: Evidence, reason: str) -> Floats:
    """Returns as shares of the customer's own mean order, at most one each; 1 without amounts."""
    count, amount = evidence[f"returns_{reason}_180"], evidence[f"returns_{reason}_amount_180"]
    priced = (amount > 0) & (evidence["spend"] > 0)
    mean = evidence["spend"] / np.maximum(evidence["orders"], 1.0)
    share = np.divide(amount, mean, out=count.copy(), where=priced)
    return np.minimum(share, count)


def rated(evidence: Evidence, by: Numbers) -> dict[str, Spoken]:
    """Stars, satisfaction after contact and recommendation, good and bad apart."""
    voices: dict[str, Spoken] = {}
    if evidence.is_connected("reviews"):
        voices |= by_mood("reviews", evidence.block("stars_365", 5, first=1), by)
    if evidence.is_connected("support"):
        voices |= by_mood("csat", evidence.block("csat_270", 5, first=1), by)
    if evidence.is_connected("nps"):
        low, total = evidence["nps_low_365"], evidence["nps_low_sum_365"]
        passive, nine = evidence["nps_passive_365"], evidence["nps_nine_365"]
        ten = evidence["nps_ten_365"]
        step = (by["nps_six_mood"] - by["nps_lowest_mood"]) / 6.0  # from 0 to 6 points
        voices["nps_bad"] = low, by["nps_lowest_mood"] * low + step * total
        voices["nps_good"] = (
            passive + nine + ten,
            (by["nps_passive_mood"] * passive + by["nps_nine_mood"] * nine + ten),
        )
    return voices


def by_mood(name: str, counts: Floats, by: Numbers) -> dict[str, Spoken]:
    mood = np.array([by[f"star_{star}_mood"] for star in range(1, 6)])
    weight = by["review_weight" if name == "reviews" else "csat_weight"]
    return {
        f"{name}_{word}": (
            weight * counts[:, these].sum(axis=1), weight * counts[:, these] @ mood[these]
        )
        for word, these in (("bad", slice(0, 3)), ("good", slice(3, 5)))
    }  # fmt: skip


def said(evidence: Evidence, by: Numbers) -> dict[str, Spoken]:
    """How they say it feels, tone of what they write, praise, hostile posts, opting out."""
    by_answer = by["feeling_weight"]
    voices: dict[str, Spoken] = {
        f"feeling_{word}": (
            by_answer * evidence[f"feeling_{word}_270"],
            by_answer * evidence[f"feeling_{word}_sum_270"],
        )
        for word in ("bad", "good")
    }
    if evidence.is_connected("support") or evidence.is_connected("suggestions"):
        weight = by["text_weight"]
        for word, sign in (("bad", -1.0), ("good", 1.0)):
            loud, squares = evidence[f"text_{word}_180"], evidence[f"text_{word}_squares_180"]
            voices[f"text_{word}"] = weight * sign * loud, weight * sign * squares
    if evidence.is_connected("advocacy"):
        voices["praise"] = even(evidence["praise_540"], 1.0, by["praise_weight"])
    if evidence.is_connected("hostile"):
        voices["hostile"] = even(evidence["hostile_365"], -1.0, by["hostile_weight"])
    if evidence.is_connected("messages"):
        parts = [
            even(evidence[f"opt_out_{one}_365"], by[f"opt_out_{one}_mood"],
                 by[f"opt_out_{one}_weight"])
            for one in OPT_OUTS
        ]  # fmt: skip
        voices["opt_out"] = sum_of(parts)
    return voices


def complained(evidence: Evidence, by: Numbers) -> dict[str, Spoken]:
    """Complaints, softened by what recovery earned and by orders that went well before."""
    if not evidence.is_connected("complaints"):
        return {}
    buffer = 1.0 / (
        1.0 + by["buffer_per_order"] * np.minimum(evidence["orders"], by["buffer_orders_most"])
    )
    weight = buffer * evidence["complaint_weight_365"]
    return {"complaints": (weight, buffer * evidence["complaint_credit_365"] - weight)}


def promised(evidence: Evidence, by: Numbers) -> dict[str, Spoken]:
    """Promises that we broke, by however much: it is the word that counts."""
    if not evidence.is_connected("promises"):
        return {}
    broken = evidence["promise_broken_270"]
    return {"promises": even(broken, by["promise_mood"], by["promise_weight"])}


def sum_of(parts: list[Spoken]) -> Spoken:
    return sum_arrays([w for w, _ in parts]), sum_arrays([s for _, s in parts])


def sum_arrays(arrays: list[Floats]) -> Floats:
    return np.asarray(np.sum(arrays, axis=0))
