"""Closeness: how well we know each other, 0 to 1, from breadth, openness, talk, praise, history."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.column import SCALE_WEEKS, edge_days
from relationships.engine.typology.columns import CATEGORIES
from relationships.engine.typology.dimension import Dimension, confidence, saturated, weighted
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.weights import Numbers, default_weights

Floats = npt.NDArray[np.float64]

SPREAD = 0.3
"""Standard deviation of one component around the closeness a customer would report."""


def closeness(evidence: Evidence, alive: Floats, weights: Numbers | None = None) -> Dimension:
    by = weights or default_weights().closeness
    parts = {
        "breadth": saturated(breadth(evidence), by["breadth_half"]),
        "disclosure": np.nan_to_num(evidence["profile_fields"]) / 10.0,
        "dialogue": saturated(dialogue(evidence, by["keeps_buying_cycles"]), by["dialogue_half"]),
        "advocacy": saturated(advocacy(evidence), by["advocacy_half"]),
        "history": saturated(shared_cycles(evidence, alive), by["history_half_cycles"]),
        "commitment": commitment(evidence, by),
    }
    known = available(evidence)
    moved = weighted(parts, {name: by[f"{name}_weight"] for name in parts}, known)
    count = known.sum(axis=1)
    return Dimension(
        value=moved.sum(axis=1),
        evidence=count,
        confidence=confidence(count, by["half_evidence"]),
        standard_error=SPREAD / np.sqrt(1.0 + count),
        sources=tuple(parts),
        contributions=moved,
    )


def available(evidence: Evidence) -> Floats:
    """Which components can be judged, n × 6 of 0 and 1."""
    talks = any(map(evidence.is_connected, ("support", "suggestions", "messages", "nps")))
    praises = any(map(evidence.is_connected, ("advocacy", "reviews")))
    n = len(evidence)
    columns = (
        evidence.seen("categories"),
        evidence.seen("profile"),
        np.full(n, talks),
        np.full(n, praises),
        ~np.isnan(evidence["first_act_age_days"]),
        evidence["orders"] > 0,
    )
    return np.column_stack(columns).astype(np.float64)


def breadth(evidence: Evidence) -> Floats:
    """Categories as if equally used, e^H, less one, plus sales channels less one."""
    counts = np.column_stack([evidence.block("category", CATEGORIES), evidence["category_other"]])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    both = (evidence["orders_online"] > 0) & (evidence["orders_offline"] > 0)
    return np.asarray(np.exp(entropy) - 1.0 + both)


def dialogue(evidence: Evidence, keeps_buying_cycles: float) -> Floats:
    """Talk they begin or answer; a complaint is talk only while they keep buying."""
    limit = edge_days(SCALE_WEEKS, evidence.cycle_weeks) * keeps_buying_cycles
    buys = evidence["last_purchase_age_days"] < limit
    return np.asarray(evidence["dialogue_365"] + buys * evidence["complaints_365"])


def advocacy(evidence: Evidence) -> Floats:
    return np.asarray(evidence["praise_540"] + 0.5 * evidence["good_reviews_540"])


def shared_cycles(evidence: Evidence, alive: Floats) -> Floats:
    """Tenure in purchase cycles, discounted when they may be gone."""
    return np.asarray(evidence.tenure_weeks * np.sqrt(alive) / evidence.cycle_weeks)


def commitment(evidence: Evidence, by: Numbers) -> Floats:
    bound = by["subscription"] * evidence.is_locked
    return np.asarray(np.maximum(bound, saturated(evidence["purchases_180"], by["orders_half"])))


def trust(standard_error: Floats) -> Floats:
    """How far a stored closeness is trusted, 0 to 1, read back from its standard error."""
    known = np.maximum((SPREAD / np.maximum(standard_error, 1e-9)) ** 2 - 1.0, 0.0)
    return np.nan_to_num(confidence(known, default_weights().closeness["half_evidence"]))
