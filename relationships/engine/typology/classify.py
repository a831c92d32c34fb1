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
LEARNED, MEMORY = "learned", "memory"
"""What labels add to the evidence, and what was thought at the last month's close."""
SPEAKERS: tuple[str, ...] = (*VOICES, PRIOR, LEARNED, MEMORY)


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
    natural logs each speaker adds for the held type against the runner-up; together the log odds
    between the two.
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
    placed = dimensions(evidence, by.calibration, alive, by.weights)
    alone = log_posterior(evidence, said, by.calibration, spec, types)
    raw = _with_labels(alone, evidence, placed, by, alive)
    now = smoothed(raw, previous, evidence, spec)
    posterior = np.exp(now)
    held = held_types(posterior, previous, evidence, spec)
    others = posterior.copy()
    np.put_along_axis(others, held[:, None], -1.0, axis=1)
    between = _Between(held, others.argmax(axis=1))
    heard = spoken(
        said, prior(evidence, by.calibration, spec), between, temperature(by.calibration, spec)
    )
    before = remembered(previous, evidence)
    found = labels(posterior, held, placed.confidence, spec, types, before)
    return Verdicts(
        customers=evidence.customers,
        posterior=posterior,
        families=family_sums(posterior, types),
        labels=restrained(found, evidence.is_blank, types),
        runner_up=between.runner_up,
        confidence=placed.confidence,
        dimensions=placed,
        spoke=np.column_stack([heard, between.added(raw, alone), between.added(now, raw)]),
    )


def _with_labels(
    alone: Floats, evidence: Evidence, placed: Dimensions, by: _Grounds, alive: Floats
) -> Floats:
    """What the evidence says by itself, with what was learned, among the types to be had."""
    raw = alone
    if by.learned is not None:
        raw = by.learned.apply(raw, features(evidence, placed, by.calibration, alive))
    if by.among is not None:
        raw = normalised(np.where(by.among, raw, -np.inf))
    return raw


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


@dataclass(frozen=True)
class _Between:
    """Each row's held type and runner-up."""

    held: npt.NDArray[np.intp]
    runner_up: npt.NDArray[np.intp]

    def odds(self, logs: Floats) -> Floats:
        """By how many natural logs the one is ahead of the other."""
        rows = np.arange(len(self.held))
        return np.asarray(logs[rows, self.held] - logs[rows, self.runner_up])

    def added(self, after: Floats, before: Floats) -> Floats:
        """What a step of the judgement added to that; nothing where the other is impossible."""
        if after is before:
            return np.zeros(len(self.held))
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(self.odds(after) - self.odds(before), posinf=0.0, neginf=0.0)


def spoken(said: dict[str, Floats], base_rates: Floats, between: _Between, heat: float) -> Floats:
    """What each voice, and then the base rates, add for the held type against the runner-up."""
    result = np.zeros((len(between.held), len(VOICES) + 1))
    for at, voice in enumerate(VOICES):
        if voice in said:
            result[:, at] = between.odds(said[voice]) / heat
    result[:, -1] = np.log(base_rates[between.held] / base_rates[between.runner_up])
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
