"""What moved a relationship: the channels that speak more for the new type than they did before."""

from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration, adapted
from relationships.engine.typology.channels import VOICES, log_likelihoods
from relationships.engine.typology.classify import LEARNED, MEMORY, temperature
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.reasons import LEAST_STRENGTH, MOST, numbers_of
from relationships.engine.typology.spec import Spec, default_spec

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.integer]

MOVERS = (*VOICES, LEARNED, MEMORY)
LEAST = 1e-6
"""Below this a type was as good as impossible: how far its odds moved says nothing."""


def swings(
    now: Evidence,
    then: Evidence,
    new: Places,
    old: Places,
    calibration: Calibration,
    spec: Spec | None = None,
) -> Floats:
    """By how many natural logs each voice moved from the old type to the new, n × voices.

    Row by row the same customers; `new` and `old` are places of types.
    """
    spec = spec or default_spec()
    here = adapted(spec, calibration)
    heat = temperature(calibration, spec)
    result = np.zeros((len(now), len(VOICES)))
    rows = np.arange(len(now))
    for sign, evidence in ((1.0, now), (-1.0, then)):
        said = log_likelihoods(evidence, here, calibration)
        for at, voice in enumerate(VOICES):
            if voice in said:
                result[:, at] += sign * (said[voice][rows, new] - said[voice][rows, old]) / heat
    return result


def beyond(told: Floats, now: Floats, then: Floats, new: Places, old: Places) -> Floats:
    """How much further than `told` the odds of the new type against the old one moved between two
    sets of probabilities n × K; nothing where one of the two was as good as impossible."""
    further = _odds(now, new, old) - _odds(then, new, old) - told
    return np.asarray(np.nan_to_num(further))


def _odds(chances: Floats, new: Places, old: Places) -> Floats:
    rows = np.arange(len(new))
    one, other = chances[rows, new], chances[rows, old]
    known = (one > LEAST) & (other > LEAST)
    return np.log(np.where(known, one, np.nan) / np.where(known, other, np.nan))


def causes(
    swung: Floats, now: Evidence, then: Evidence, calibration: Calibration, most: int = MOST
) -> list[list[dict[str, Any]]]:
    """What moved each customer most (`swung` n × MOVERS): code, numbers now, `more`, strength."""
    best = np.argsort(-swung, axis=1, kind="stable")[:, :most]
    used = {MOVERS[at] for at in np.unique(best).tolist()} if len(best) else set()
    facts = {code: _numbers(code, now, then, calibration) for code in used}
    return [
        [
            {
                "code": MOVERS[at],
                "numbers": {name: values[row] for name, values in facts[MOVERS[at]].items()},
                "strength": round(float(swung[row, at]), 2),
            }
            for at in places
            if swung[row, at] >= LEAST_STRENGTH
        ]
        for row, places in enumerate(best.tolist())
    ]


def _numbers(
    code: str, now: Evidence, then: Evidence, calibration: Calibration
) -> dict[str, list[float]]:
    figures = dict(numbers_of(code, now, calibration))
    if "count" in figures:
        before = numbers_of(code, then, calibration)["count"]
        figures["more"] = np.maximum(figures["count"] - before, 0.0)
    return {name: np.round(values, 2).tolist() for name, values in figures.items()}
