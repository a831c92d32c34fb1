"""How far each type's behaviour in this company is from the specification, without any labels.

The part of channel calibration that goes type by type: what customers did, weighed by how likely
they are of a type, against what the type was expected to do. Each figure is held to the
specification by a prior, so that a type keeps its meaning and moves only as far as many customers
move it together.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from relationships.engine.typology.channels import EVEN_STARS, SPEAKING, Counted, Share
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.spec import Spec

Floats = npt.NDArray[np.float64]
Own = dict[str, tuple[float, ...]]

HOLD = 15.0
"""Inverse variance of the prior in logs and log odds: types differ from the specification by a
factor of e^0.26 or so. Between 8 and 30 macro-F1 moves by less than .02 in most worlds."""

HOLD_ANSWERS = 30.0
MOST_FACTOR, MOST_POINTS = 1.0, 1.5


def own_shifts(evidence: Evidence, here: Spec, weights: Floats) -> Own:
    """By field, each type's shift; `here` is the specification after the company's own shifts."""
    return {field: tuple(shift.tolist()) for field, shift in _shifts(evidence, here, weights)}


def _shifts(evidence: Evidence, here: Spec, weights: Floats) -> Iterator[tuple[str, Floats]]:
    for speaker in SPEAKING.values():
        if not evidence.is_connected(speaker.channel):
            continue
        if isinstance(speaker, Counted):
            yield speaker.field, _of_rate(evidence, speaker, here, weights)
        elif isinstance(speaker, Share):
            yield speaker.field, _of_share(evidence, speaker, here, weights)
    if evidence.is_connected("reviews"):
        counts = evidence.block("stars", 5, first=1)
        usual = (1.0 - EVEN_STARS) * here["mean_stars"] + EVEN_STARS * 3.0
        total = counts @ np.arange(1.0, 6.0)
        yield "mean_stars", _of_mean(total, counts.sum(axis=1), usual, weights)
    if evidence.is_connected("nps"):
        total, count = evidence["nps_sum"], evidence["nps_answers"]
        yield "mean_nps", _of_mean(total, count, here["mean_nps"], weights)


def _of_rate(evidence: Evidence, speaker: Counted, here: Spec, weights: Floats) -> Floats:
    """Log of observed over expected events; who is expected to do much counts as fewer events,
    since people of a type differ by a factor of their own."""
    counts, exposure = speaker.seen(evidence)
    expected = exposure @ speaker.rates(here, counts.shape[1]).T
    counted = weights / (1.0 + expected / here.constants["heterogeneity"])
    observed = counts.sum(axis=1) @ counted
    wanted = (counted * expected).sum(axis=0)
    found = np.log((observed + HOLD) / (wanted + HOLD))
    return np.asarray(np.clip(found, -MOST_FACTOR, MOST_FACTOR))


def _of_share(evidence: Evidence, speaker: Share, here: Spec, weights: Floats) -> Floats:
    hits, trials = speaker.seen(evidence)
    one_person = 1.0 + np.maximum(trials - 1.0, 0.0) / (here.constants["share_precision"] + 1.0)
    known = (trials / one_person) @ weights
    hit = (np.minimum(hits, trials) / one_person) @ weights
    share = here[speaker.field]
    prior = HOLD / (share * (1.0 - share))
    found = (hit + prior * share) / (known + prior)
    return np.clip(logit(found) - logit(share), -MOST_FACTOR, MOST_FACTOR)


def _of_mean(total: Floats, count: Floats, usual: Floats, weights: Floats) -> Floats:
    answers = count @ weights
    shift = (total @ weights - answers * usual) / (answers + HOLD_ANSWERS)
    return np.clip(shift, -MOST_POINTS, MOST_POINTS)
