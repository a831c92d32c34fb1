"""Closeness: how well we know each other, 0 to 1, from breadth, openness, talk, praise, history."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.column import SCALE_WEEKS, edge_days
from relationships.engine.typology.columns import CATEGORIES
from relationships.engine.typology.dimension import Dimension, confidence, saturated, weighted
from relationships.engine.typology.evidence import Evidence

Floats = npt.NDArray[np.float64]

WEIGHTS = {"breadth": 0.20, "disclosure": 0.20, "dialogue": 0.20, "advocacy": 0.15,
           "history": 0.15, "commitment": 0.10}  # fmt: skip
HALF_EVIDENCE = 3.0
SPREAD = 0.3
"""Standard deviation of one component around the closeness a customer would report."""

BREADTH_HALF, DIALOGUE_HALF, ADVOCACY_HALF, HISTORY_HALF, ORDERS_HALF = 1.5, 1.2, 1.5, 5.0, 3.0
SUBSCRIPTION = 0.7
KEEPS_BUYING_CYCLES = 2.0


def closeness(evidence: Evidence, alive: Floats) -> Dimension:
    parts = {
        "breadth": saturated(breadth(evidence), BREADTH_HALF),
        "disclosure": np.nan_to_num(evidence["profile_fields"]) / 10.0,
        "dialogue": saturated(dialogue(evidence), DIALOGUE_HALF),
        "advocacy": saturated(advocacy(evidence), ADVOCACY_HALF),
        "history": saturated(shared_cycles(evidence, alive), HISTORY_HALF),
        "commitment": commitment(evidence),
    }
    known = available(evidence)
    moved = weighted(parts, WEIGHTS, known)
    count = known.sum(axis=1)
    return Dimension(
        value=moved.sum(axis=1),
        evidence=count,
        confidence=confidence(count, HALF_EVIDENCE),
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


def dialogue(evidence: Evidence) -> Floats:
    """Talk they begin or answer; a complaint is talk only while they keep buying."""
    limit = edge_days(SCALE_WEEKS, evidence.cycle_weeks) * KEEPS_BUYING_CYCLES
    buys = evidence["last_purchase_age_days"] < limit
    return np.asarray(evidence["dialogue_365"] + buys * evidence["complaints_365"])


def advocacy(evidence: Evidence) -> Floats:
    return np.asarray(evidence["praise_540"] + 0.5 * evidence["good_reviews_540"])


def shared_cycles(evidence: Evidence, alive: Floats) -> Floats:
    """Tenure in purchase cycles, discounted when they may be gone."""
    return np.asarray(evidence.tenure_weeks * np.sqrt(alive) / evidence.cycle_weeks)


def commitment(evidence: Evidence) -> Floats:
    bound = SUBSCRIPTION * evidence.is_locked
    return np.asarray(np.maximum(bound, saturated(evidence["purchases_180"], ORDERS_HALF)))


def trust(standard_error: Floats) -> Floats:
    """How far a stored closeness is trusted, 0 to 1, read back from its standard error."""
    known = np.maximum((SPREAD / np.maximum(standard_error, 1e-9)) ** 2 - 1.0, 0.0)
    return np.nan_to_num(confidence(known, HALF_EVIDENCE))
