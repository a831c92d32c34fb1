"""Intensity: how much is going on between us now, 0 to 1, warm or heated."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.dimension import Dimension, confidence, saturated, weighted
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.exposure import answers

Floats = npt.NDArray[np.float64]

WEIGHTS = {"rate": 0.50, "engagement": 0.25, "response": 0.25}
RATE_ALONE, SPEND_ALONE = 0.7, 0.3
RATE_SPEED = 0.7
FAST_CYCLES, SLOW_CYCLES = 2.0, 8.0
PRIOR_CYCLES = 0.75
"""b = ½ · 1.5 τ: the stored rate counts like three quarters of a cycle of one's own."""

VISITS_HALF, HEAT_HALF = 0.8, 2.0
COMPLAINT_HEAT, HOSTILE_HEAT = 1.5, 2.0
PRIOR_MESSAGES = 10.0
HALF_EVIDENCE = 4.0


def intensity(evidence: Evidence, calibration: Calibration, alive: Floats) -> Dimension:
    """With purchases only: alive · (.7 √rate + .3 spend); else rate, engagement and response."""
    rate, rate_error = purchase_rate(evidence, calibration)
    known = available(evidence)
    parts = {
        "rate": alive * rate,
        "engagement": engagement(evidence),
        "response": alive * response(evidence, calibration),
    }
    full = weighted(parts, WEIGHTS, known)
    lone = known[:, 1:].sum(axis=1) == 0
    spent = spending(evidence, calibration)
    moved = np.column_stack([full, np.zeros(len(evidence))])
    moved[lone, 0] = (RATE_ALONE * alive * np.sqrt(rate))[lone]
    moved[lone, 3] = (SPEND_ALONE * alive * spent)[lone]
    heard = evidence["orders"] + evidence["messages_sent"] / 10.0 + evidence.recent("visits") / 20.0
    slope = np.where(lone, 0.5 * RATE_ALONE / np.sqrt(np.maximum(rate, 0.05)), WEIGHTS["rate"])
    return Dimension(
        value=moved.sum(axis=1),
        evidence=heard,
        confidence=confidence(heard, HALF_EVIDENCE),
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


def engagement(evidence: Evidence) -> Floats:
    """The larger of visits a week and heat: help asked for, complaints, hostile posts."""
    since = np.minimum(evidence.tenure_weeks, evidence.connected.get("visits", np.inf))
    visits = evidence["visits_cycle"] / np.maximum(faded_weeks(since, evidence.cycle_weeks), 1.0)
    heat = (
        evidence["support_fast"]
        + COMPLAINT_HEAT * evidence["complaints_fast"]
        + HOSTILE_HEAT * evidence["hostile_fast"]
    )
    return np.maximum(saturated(visits, VISITS_HALF), saturated(heat, HEAT_HALF))


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
