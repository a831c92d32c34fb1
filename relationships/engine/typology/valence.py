"""Valence: how it feels to deal with us, −1 to 1, from experiences and not from their number.

V = (κ v0 + Σ w λ s) / (κ + Σ w λ): each experience speaks s with weight w, negative ones λ = 1.5.
"""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.dimension import Dimension, confidence
from relationships.engine.typology.evidence import Evidence

Floats = npt.NDArray[np.float64]
Spoken = tuple[Floats, Floats]
"""Σw and Σw·s per customer."""

START, START_WEIGHT = 0.15, 1.0
NEGATIVITY = 1.5
HALF_EVIDENCE = 3.0
SPREAD = 0.6
"""Standard deviation of a single experience of weight 1: about that of star ratings on −1 … 1."""

STAR_MOOD = (-1.0, -0.6, -0.1, 0.5, 1.0)
ORDER_MOOD, ORDER_WEIGHT, ORDERS_MOST = 0.35, 0.15, 8.0
DEFECT_MOOD, CHANGED_MOOD, RETURN_WEIGHT = -0.6, -0.2, 0.4
CSAT_WEIGHT, TEXT_WEIGHT, PRAISE_WEIGHT, HOSTILE_WEIGHT = 0.7, 0.4, 0.8, 1.5
NPS_LOWEST, NPS_LOW_STEP, NPS_PASSIVE, NPS_NINE = -1.0, 0.7 / 6.0, 0.15, 0.8
OPT_OUTS = {"one": (-0.3, 0.5), "all": (-0.7, 0.7), "spam": (-1.0, 1.2)}
BUFFER_STEP, BUFFER_ORDERS = 0.05, 20.0


def valence(evidence: Evidence) -> Dimension:
    spoken = {
        name: voice
        for part in (bought(evidence), rated(evidence), said(evidence), complained(evidence))
        for name, voice in part.items()
    }
    weight = np.column_stack([w for w, _ in spoken.values()])
    score = np.column_stack([s for _, s in spoken.values()])
    stress = np.where(score < 0, NEGATIVITY, 1.0)
    whole = START_WEIGHT + (weight * stress).sum(axis=1)
    moved = stress * (score - START * weight) / whole[:, None]
    heard = weight.sum(axis=1)
    return Dimension(
        value=START + moved.sum(axis=1),
        evidence=heard,
        confidence=confidence(heard, HALF_EVIDENCE),
        standard_error=SPREAD / np.sqrt(whole),
        sources=tuple(spoken),
        contributions=moved,
    )


def even(amount: Floats, mood: float, weight: float) -> Spoken:
    """Experiences that all speak the same."""
    return amount * weight, amount * (weight * mood)


def bought(evidence: Evidence) -> dict[str, Spoken]:
    """Orders without a problem, and returns by the share of an order they undo."""
    returned = evidence["returns_defect_180"] + evidence["returns_changed_180"]
    fine = np.clip(evidence["purchases_365"] - returned, 0.0, ORDERS_MOST)
    voices = {"orders": even(fine, ORDER_MOOD, ORDER_WEIGHT)}
    for name, mood in (("defect", DEFECT_MOOD), ("changed", CHANGED_MOOD)):
        share = undone(evidence, name)
        voices[f"returns_{name}"] = even(share, mood, RETURN_WEIGHT)
    return voices if evidence.is_connected("returns") else {"orders": voices["orders"]}


def undone(evidence: Evidence, reason: str) -> Floats:
    """Returns as shares of the customer's own mean order, at most one each; 1 without amounts."""
    count, amount = evidence[f"returns_{reason}_180"], evidence[f"returns_{reason}_amount_180"]
    priced = (amount > 0) & (evidence["spend"] > 0)
    mean = evidence["spend"] / np.maximum(evidence["orders"], 1.0)
    share = np.divide(amount, mean, out=count.copy(), where=priced)
    return np.minimum(share, count)


def rated(evidence: Evidence) -> dict[str, Spoken]:
    """Stars, satisfaction after contact and recommendation, good and bad apart."""
    voices: dict[str, Spoken] = {}
    if evidence.is_connected("reviews"):
        voices |= by_mood("reviews", evidence.block("stars_365", 5, first=1), 1.0)
    if evidence.is_connected("support"):
        voices |= by_mood("csat", evidence.block("csat_270", 5, first=1), CSAT_WEIGHT)
    if evidence.is_connected("nps"):
        low, total = evidence["nps_low_365"], evidence["nps_low_sum_365"]
        passive, nine = evidence["nps_passive_365"], evidence["nps_nine_365"]
        ten = evidence["nps_ten_365"]
        voices["nps_bad"] = low, NPS_LOWEST * low + NPS_LOW_STEP * total
        voices["nps_good"] = passive + nine + ten, NPS_PASSIVE * passive + NPS_NINE * nine + ten
    return voices


def by_mood(name: str, counts: Floats, weight: float) -> dict[str, Spoken]:
    mood = np.array(STAR_MOOD)
    return {
        f"{name}_{word}": (
            weight * counts[:, these].sum(axis=1), weight * counts[:, these] @ mood[these]
        )
        for word, these in (("bad", slice(0, 3)), ("good", slice(3, 5)))
    }  # fmt: skip


def said(evidence: Evidence) -> dict[str, Spoken]:
    """Tone of what they write, praise, hostile posts, opting out."""
    voices: dict[str, Spoken] = {}
    if evidence.is_connected("support") or evidence.is_connected("suggestions"):
        for word, sign in (("bad", -1.0), ("good", 1.0)):
            loud, squares = evidence[f"text_{word}_180"], evidence[f"text_{word}_squares_180"]
            voices[f"text_{word}"] = TEXT_WEIGHT * sign * loud, TEXT_WEIGHT * sign * squares
    if evidence.is_connected("advocacy"):
        voices["praise"] = even(evidence["praise_540"], 1.0, PRAISE_WEIGHT)
    if evidence.is_connected("hostile"):
        voices["hostile"] = even(evidence["hostile_365"], -1.0, HOSTILE_WEIGHT)
    if evidence.is_connected("messages"):
        parts = [even(evidence[f"opt_out_{one}_365"], *OPT_OUTS[one]) for one in OPT_OUTS]
        voices["opt_out"] = sum_of(parts)
    return voices


def complained(evidence: Evidence) -> dict[str, Spoken]:
    """Complaints, softened by what recovery earned and by orders that went well before."""
    if not evidence.is_connected("complaints"):
        return {}
    buffer = 1.0 / (1.0 + BUFFER_STEP * np.minimum(evidence["orders"], BUFFER_ORDERS))
    weight = buffer * evidence["complaint_weight_365"]
    return {"complaints": (weight, buffer * evidence["complaint_credit_365"] - weight)}


def sum_of(parts: list[Spoken]) -> Spoken:
    return sum_arrays([w for w, _ in parts]), sum_arrays([s for _, s in parts])


def sum_arrays(arrays: list[Floats]) -> Floats:
    return np.asarray(np.sum(arrays, axis=0))
