"""Channel calibration: how this company differs from the specification, without any labels.

Expectation–maximisation: weigh every customer's types, then find one multiplier per counted
channel, one logit shift per share, one shift of mean stars and of NPS, so that what the types were
expected to do adds up to what the customers did; and take the mean posterior as base rates.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit

from relationships.engine.typology.calibration import Calibration, adapted
from relationships.engine.typology.channels import (
    EVEN_STARS,
    SPEAKING,
    Counted,
    Share,
    category_counts,
)
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.own import own_shifts
from relationships.engine.typology.spec import Spec, default_spec
from relationships.engine.typology.typology import Typology, typology

Floats = npt.NDArray[np.float64]

ROUNDS = 6
FEWEST_CUSTOMERS = 150
"""Below this the specification as it stands is the better guess (measured: 150 suffice)."""

PSEUDO_EVENTS = 5.0
"""Added to both sides, so that a rare channel moves little."""

MOST_SHIFT = 3.0
HEAT = 1.0
"""Weighing at the classifier's own temperature would blur the types and overstate common ones."""

LEARNED = 0.5
"""Base rates go half way to the mean posterior. In drawn worlds that differ from the specification
by a factor of two, all the way costs .02 of macro-F1 and half way gains as much as it loses."""


def calibrate_channels(
    evidence: Evidence,
    calibration: Calibration,
    spec: Spec | None = None,
    types: Typology | None = None,
    rounds: int = ROUNDS,
    fewest: int = FEWEST_CUSTOMERS,
    learned: float = LEARNED,
) -> Calibration:
    """The calibration with channel multipliers, shifts and base rates; unchanged for few customers,
    and for companies that know purchases and returns only (settled: flat base rates, T = 2)."""
    types, spec = types or typology(), spec or default_spec()
    if len(evidence) < fewest or set(evidence.connected) <= spec.flat_channels:
        return replace(calibration, spec_version=spec.version)
    known = calibration
    for _ in range(rounds):
        weights = posterior_of(evidence, known, spec, types, HEAT)
        known = replace(
            known,
            multipliers=multipliers(evidence, known, spec, weights),
            shifts=shifts(evidence, spec, weights),
            mean_shifts=mean_shifts(evidence, spec, weights),
            own_shifts={},
            base_rates=base_rates(weights, spec, learned),
            spec_version=spec.version,
        )
        own = own_shifts(evidence, adapted(spec, known), weights)
        known = replace(known, own_shifts=own)
    return known


def multipliers(
    evidence: Evidence, calibration: Calibration, spec: Spec, weights: Floats
) -> dict[str, float]:
    """Observed over expected events of each connected counted channel, and of breadth."""
    result = {}
    for speaker in SPEAKING.values():
        if isinstance(speaker, Counted) and evidence.is_connected(speaker.channel):
            counts, exposure = speaker.seen(evidence)
            rates = speaker.rates(spec, counts.shape[1])
            expected = float((weights * (exposure @ rates.T)).sum())
            ratio = (float(counts.sum()) + PSEUDO_EVENTS) / (expected + PSEUDO_EVENTS)
            result[speaker.channel] = ratio
    if evidence.is_connected("categories") and calibration.categories:
        result["categories"] = breadth(evidence, calibration, spec, weights)
    return result


def breadth(evidence: Evidence, calibration: Calibration, spec: Spec, weights: Floats) -> float:
    """How much wider customers choose here than the types would: the factor on every breadth at
    which as many pairs of a customer's orders agree in category as do."""
    counts = category_counts(evidence, calibration)
    orders = counts.sum(axis=1)
    several = orders > 1
    counts, orders, weights = counts[several], orders[several], weights[several]
    agree = float(((counts * (counts - 1.0)).sum(axis=1) / (orders - 1.0)).sum())
    by_type = orders @ weights
    shares = np.array(calibration.category_shares)
    whole, even = spec["category_breadth"] * len(shares), float((shares**2).sum())

    def missing(log_factor: float) -> float:
        wide = whole * np.exp(log_factor)
        usual = (wide * even + 1.0) / (wide + 1.0)
        pull = PSEUDO_EVENTS * log_factor / MOST_SHIFT
        return float(by_type @ usual) - agree - pull

    if missing(-MOST_SHIFT) <= 0 or missing(MOST_SHIFT) >= 0:
        return float(np.exp(-MOST_SHIFT if missing(-MOST_SHIFT) <= 0 else MOST_SHIFT))
    return float(np.exp(brentq(missing, -MOST_SHIFT, MOST_SHIFT, xtol=1e-6)))


def shifts(evidence: Evidence, spec: Spec, weights: Floats) -> dict[str, float]:
    """One logit shift per share, so that expected hits equal those observed."""
    result = {}
    for voice, speaker in SPEAKING.items():
        if isinstance(speaker, Share) and evidence.is_connected(speaker.channel):
            hits, trials = speaker.seen(evidence)
            by_type = trials @ weights
            hit = float(np.minimum(hits, trials).sum())
            result[voice] = logit_shift(hit, by_type, spec[speaker.field])
    return result


def logit_shift(hits: float, trials: Floats, share: Floats) -> float:
    """The shift δ with Σ trials · σ(logit share + δ) = hits, drawn to 0 by a few pseudo trials."""
    known = float(trials.sum())
    if known <= 0:
        return 0.0
    pseudo = PSEUDO_EVENTS * trials / known
    wanted = hits + float((pseudo * share).sum())

    def missing(shift: float) -> float:
        return float(((trials + pseudo) * expit(logit(share) + shift)).sum()) - wanted

    if missing(-MOST_SHIFT) >= 0 or missing(MOST_SHIFT) <= 0:
        return -MOST_SHIFT if missing(-MOST_SHIFT) >= 0 else MOST_SHIFT
    return float(brentq(missing, -MOST_SHIFT, MOST_SHIFT, xtol=1e-6))


def mean_shifts(evidence: Evidence, spec: Spec, weights: Floats) -> dict[str, float]:
    """How far stars and NPS answers lie from what the types would give."""
    result = {}
    if evidence.is_connected("reviews"):
        counts = evidence.block("stars", 5, first=1)
        usual = (1.0 - EVEN_STARS) * spec["mean_stars"] + EVEN_STARS * 3.0
        total = float((counts @ np.arange(1.0, 6.0)).sum())
        result["reviews"] = mean_shift(total, counts.sum(axis=1) @ weights, usual)
    if evidence.is_connected("nps"):
        total = float(evidence["nps_sum"].sum())
        result["nps"] = mean_shift(total, evidence["nps_answers"] @ weights, spec["mean_nps"])
    return result


def mean_shift(total: float, answers_by_type: Floats, usual: Floats) -> float:
    gap = total - float(answers_by_type @ usual)
    return float(np.clip(gap / (float(answers_by_type.sum()) + PSEUDO_EVENTS), -2.0, 2.0))


def base_rates(weights: Floats, spec: Spec, learned: float = LEARNED) -> tuple[float, ...]:
    """Half way from the specification to the mean posterior."""
    rates = learned * weights.mean(axis=0) + (1.0 - learned) * spec.base_rates
    return tuple(float(rate) for rate in rates / rates.sum())
