"""Classification: from evidence to probabilities of every type, the shown label, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration, adapted
from relationships.engine.typology.channels import VOICES, log_likelihoods
from relationships.engine.typology.dimensions import Dimensions, dimensions
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.gates import possible
from relationships.engine.typology.learning import Offset
from relationships.engine.typology.shown import (
    Labels,
    Previous,
    family_sums,
    held_types,
    labels,
    normalised,
    remembered,
    restrained,
    smoothed,
)
from relationships.engine.typology.signatures import features
from relationships.engine.typology.spec import Spec, default_spec
from relationships.engine.typology.typology import Typology, typology
from relationships.engine.typology.weights import Weights, default_weights

Floats = npt.NDArray[np.float64]

CHUNK = 10_000
"""Customers at a time: some 60 MB of likelihoods."""

PRIOR = "base_rate"
SPEAKERS: tuple[str, ...] = (*VOICES, PRIOR)


@dataclass(frozen=True)
class _Grounds:
    """By what one block is judged: `spec` shifted to the company, `learned` from labels."""

    calibration: Calibration
    spec: Spec
    types: Typology
    weights: Weights
    learned: Offset | None
    among: npt.NDArray[np.bool_] | None


@dataclass(frozen=True)
class Verdicts:
    """What we think of n customers.

    `posterior` n × K smoothed probabilities in the typology's order (store these), `families`
    n × 5 their sums, `runner_up` the second likeliest type, `spoke` n × len(SPEAKERS): how many
    natural logs each speaker adds for the held type against the runner-up.
    """

    customers: npt.NDArray[np.int64]
    posterior: Floats
    families: Floats
    labels: Labels
    runner_up: npt.NDArray[np.intp]
    confidence: Floats
    dimensions: Dimensions
    spoke: Floats

    def __len__(self) -> int:
        return len(self.customers)


def classify(
    evidence: Evidence,
    calibration: Calibration,
    spec: Spec | None = None,
    *,
    alive: npt.ArrayLike,
    previous: Previous | None = None,
    types: Typology | None = None,
    weights: Weights | None = None,
    learned: Offset | None = None,
    among: npt.NDArray[np.bool_] | None = None,
) -> Verdicts:
    """Type, family, dimensions and reasons of n customers.

    `alive`: each one's probability of still being a customer. A score depends only on the
    customer's own evidence, on time, on the stored calibration and on what was `learned` of labels.
    `among`: as if only these types were to be had, for readers who may know of no others.
    """
    spec = spec or default_spec()
    chance = checked_alive(alive, len(evidence))
    here = adapted(spec, calibration)
    by = _Grounds(
        calibration, here, types or typology(), weights or default_weights(), learned, among
    )
    parts = []
    for start in range(0, max(len(evidence), 1), CHUNK):
        rows = slice(start, start + CHUNK)
        before = None if previous is None else previous.at(rows)
        parts.append(_judge(evidence.at(rows), by, chance[rows], before))
    joined: Verdicts = joined_rows(parts)
    return joined


def _judge(evidence: Evidence, by: _Grounds, alive: Floats, previous: Previous | None) -> Verdicts:
    spec, types = by.spec, by.types
    said = log_likelihoods(evidence, spec, by.calibration)
    raw = log_posterior(evidence, said, by.calibration, spec, types)
    placed = dimensions(evidence, by.calibration, alive, by.weights)
    if by.learned is not None:
        raw = by.learned.apply(raw, features(evidence, placed, by.calibration, alive))
    if by.among is not None:
        raw = normalised(np.where(by.among, raw, -np.inf))
    posterior = np.exp(smoothed(raw, previous, evidence, spec))
    held = held_types(posterior, previous, evidence, spec)
    others = posterior.copy()
    np.put_along_axis(others, held[:, None], -1.0, axis=1)
    found = labels(posterior, held, placed.confidence, spec, types, remembered(previous, evidence))
    return Verdicts(
        customers=evidence.customers,
        posterior=posterior,
        families=family_sums(posterior, types),
        labels=restrained(found, evidence.is_blank, types),
        runner_up=others.argmax(axis=1),
        confidence=placed.confidence,
        dimensions=placed,
        spoke=spoken(
            said, prior(evidence, by.calibration, spec), held, others.argmax(axis=1),
            temperature(by.calibration, spec),
        ),
    )  # fmt: skip


def log_posterior(
    evidence: Evidence,
    said: dict[str, Floats],
    calibration: Calibration,
    spec: Spec,
    types: Typology,
    heat: float | None = None,
) -> Floats:
    """log p(type | evidence), n × K: base rates, tempered likelihoods, gates."""
    total = np.zeros((len(evidence), len(types.types)))
    for voice in said.values():
        total += voice
    total /= heat or temperature(calibration, spec)
    total += np.log(prior(evidence, calibration, spec))
    total[~possible(evidence, types)] = -np.inf
    return normalised(total)


def posterior_of(
    evidence: Evidence,
    calibration: Calibration,
    spec: Spec,
    types: Typology,
    heat: float | None = None,
) -> Floats:
    """p(type | evidence) by itself, n × K, in chunks; `heat` in place of the temperature."""
    here = adapted(spec, calibration)
    parts = []
    for some in evidence.chunks(CHUNK):
        said = log_likelihoods(some, here, calibration)
        parts.append(np.exp(log_posterior(some, said, calibration, here, types, heat)))
    return np.concatenate(parts)


def temperature(calibration: Calibration, spec: Spec) -> float:
    """Likelihoods are divided by this: channels overlap and the specification is not the world."""
    name = "temperature_calibrated" if calibration.is_channel_calibrated else "temperature"
    return spec.constants[name]


def prior(evidence: Evidence, calibration: Calibration, spec: Spec) -> Floats:
    """Base rates: calibrated; flat where only purchases are known; else the specification's."""
    if calibration.base_rates:
        return np.asarray(calibration.base_rates)
    if set(evidence.connected) <= spec.flat_channels:
        return np.full(len(spec.rhythm), 1.0 / len(spec.rhythm))
    return spec.base_rates


def spoken(
    said: dict[str, Floats],
    base_rates: Floats,
    held: npt.NDArray[np.intp],
    runner_up: npt.NDArray[np.intp],
    heat: float,
) -> Floats:
    """What each speaker adds for the held type against the runner-up, n × speakers."""
    result = np.zeros((len(held), len(SPEAKERS)))
    rows = np.arange(len(held))
    for at, voice in enumerate(VOICES):
        if voice in said:
            result[:, at] = (said[voice][rows, held] - said[voice][rows, runner_up]) / heat
    result[:, -1] = np.log(base_rates[held] / base_rates[runner_up])
    return result


def checked_alive(alive: npt.ArrayLike, count: int) -> Floats:
    chance = np.asarray(alive, dtype=np.float64)
    if chance.shape != (count,):
        raise ValueError(f"alive has shape {chance.shape}, not ({count},)")
    if count and not (np.all(chance >= 0) and np.all(chance <= 1)):
        raise ValueError("alive must be probabilities from 0 to 1")
    return chance


def joined_rows(parts: Sequence[Any]) -> Any:
    """The same frozen dataclass with the rows of all parts, arrays within arrays joined."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    if is_dataclass(first) and not isinstance(first, type):
        names = [one.name for one in fields(first)]
        return type(first)(**{n: joined_rows([getattr(p, n) for p in parts]) for n in names})
    return first
