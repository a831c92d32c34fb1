"""Intensity: how much is going on between us now, 0 to 1, warm or heated."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.dimension import Dimension, confidence, saturated, weighted
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.exposure import answers
from relationships.engine.typology.weights import Numbers, default_weights

Floats = npt.NDArray[np.float64]

RATE_SPEED = 0.7
FAST_CYCLES, SLOW_CYCLES = 2.0, 8.0
PRIOR_CYCLES = 0.75
"""b = ½ · 1.5 τ: the stored rate counts like three quarters of a cycle of one's own."""

PRIOR_MESSAGES = 10.0


def intensity(
    evidence: Evidence, calibration: Calibration, alive: Floats, weights: Numbers | None = None
) -> Dimension:
    """With purchases only: alive · (.7 √rate + .3 spend); else rate, engagement and response."""
    by = weights or default_weights().intensity
    rate, rate_error = purchase_rate(evidence, calibration)
    known = available(evidence)
    parts = {
        "rate": alive * rate,
        "engagement": engagement(evidence, by),
        "response": alive * response(evidence, calibration),
    }
    full = weighted(parts, {name: by[f"{name}_weight"] for name in parts}, known)
    lone = known[:, 1:].sum(axis=1) == 0
    spent = spending(evidence, calibration)
    moved = np.column_stack([full, np.zeros(len(evidence))])
    moved[lone, 0] = (by["rate_alone_weight"] * alive * np.sqrt(rate))[lone]
    moved[lone, 3] = (by["spend_alone_weight"] * alive * spent)[lone]
    heard = evidence["orders"] + evidence["messages_sent"] / 10.0 + evidence.recent("visits") / 20.0
    steep = 0.5 * by["rate_alone_weight"] / np.sqrt(np.maximum(rate, 0.05))
    slope = np.where(lone, steep, by["rate_weight"])
    return Dimension(
        value=moved.sum(axis=1),
        evidence=heard,
        confidence=confidence(heard, by["half_evidence"]),
        standard_error=alive * slope * rate_error + 0.05,
        sources=(*parts, "spend"),
        contributions=moved,
    )


def available(evidence: Evidence) -> Floats:
    """Which parts can be judged, n × 3 of 0 and 1; response only for those we wrote to."""
    warm = any(map(evidence.is_connected, ("visits", "support", "complaints", "hostile")))
    n = len(evidence)
    columns = (np.ones(n), np.full(n, warm), evidence.seen("messages"))
    return np.column_stack(columns).astype(np.float64)


def purchase_rate(evidence: Evidence, calibration: Calibration) -> tuple[Floats, Floats]:
    """1 − exp(−.7 λτ) of the shrunken repeat rate λ, and its standard error."""
    cycle = evidence.cycle_weeks
    prior_weeks = PRIOR_CYCLES * cycle
    prior = calibration.repeats_per_week * prior_weeks
    rates, variances = [], []
    for name, cycles in (("purchases_fast", FAST_CYCLES), ("purchases_slow", SLOW_CYCLES)):
        events = repeats(evidence, name, cycles * cycle)
        exposure = faded_weeks(evidence.tenure_weeks, cycles * cycle)
        rates.append((prior + events) / (prior_weeks + exposure))
        variances.append((prior + events) / (prior_weeks + exposure) ** 2)
    rate = (rates[0] + rates[1]) / 2.0
    left = np.exp(-RATE_SPEED * rate * cycle)
    error = RATE_SPEED * cycle * left * np.sqrt((variances[0] + variances[1]) / 2.0)
    return np.asarray(1.0 - left), np.asarray(error)


def repeats(evidence: Evidence, name: str, half_life_weeks: float) -> Floats:
    """The faded purchases without the first."""
    age = evidence["first_purchase_age_days"]
    first = np.nan_to_num(np.exp2(-age / (7.0 * half_life_weeks)))
    return np.asarray(np.maximum(evidence[name] - first, 0.0))


def faded_weeks(tenure_weeks: Floats, half_life_weeks: float) -> Floats:
    """Exposure halved with age like the events it is held against."""
    scale = half_life_weeks / np.log(2.0)
    return np.asarray(scale * (1.0 - np.exp2(-tenure_weeks / half_life_weeks)))


def engagement(evidence: Evidence, by: Numbers) -> Floats:
    """The larger of visits a week and heat: help asked for, complaints, hostile posts."""
    since = np.minimum(evidence.tenure_weeks, evidence.connected.get("visits", np.inf))
    visits = evidence["visits_cycle"] / np.maximum(faded_weeks(since, evidence.cycle_weeks), 1.0)
    heat = (
        evidence["support_fast"]
        + by["complaint_heat"] * evidence["complaints_fast"]
        + by["hostile_heat"] * evidence["hostile_fast"]
    )
    return np.maximum(
        saturated(visits, by["visits_half_per_week"]), saturated(heat, by["heat_half"])
    )


def response(evidence: Evidence, calibration: Calibration) -> Floats:
    """Clicks and replies per message against the company's usual share: ½ is usual."""
    usual = calibration.click_share
    rate = (answers(evidence) + PRIOR_MESSAGES * usual) / (
        evidence["messages_sent"] + PRIOR_MESSAGES
    )
    return np.asarray(rate / (rate + usual))


def spending(evidence: Evidence, calibration: Calibration) -> Floats:
    """Mean order against the usual one: ½ is usual; two usual orders added for small numbers."""
    usual = calibration.reference_order
    ratio = (evidence["spend"] + 2.0 * usual) / (evidence["orders"] + 2.0) / usual
    return np.asarray(ratio / (1.0 + ratio))
