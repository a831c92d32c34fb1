"""Reasons: which observations spoke for the type against the runner-up, as codes with numbers."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.channels import SPEAKING, Counted, Share, visits_of_late
from relationships.engine.typology.classify import LEARNED, MEMORY, PRIOR, SPEAKERS, Verdicts
from relationships.engine.typology.evidence import CHANNELS, Evidence
from relationships.engine.typology.exposure import orders_within, weeks
from relationships.engine.typology.gates import impossible_without
from relationships.engine.typology.typology import Typology, typology

Numbers = dict[str, float]
WITHOUT_NUMBERS = (PRIOR, LEARNED, MEMORY)
MOST = 3
LEAST_STRENGTH = 0.05
"""Natural logs; what adds less than 5 % to the odds is not worth a sentence."""


@dataclass(frozen=True)
class Reason:
    """An observation: its speaker, its numbers, and the natural logs of odds that it adds."""

    code: str
    numbers: Numbers
    strength: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Missing:
    """A channel that is not connected, and the types that it alone would open."""

    channel: str
    types: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why this type and not the runner-up; keys of types, strongest reason first."""

    type: str
    runner_up: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]


def explanations(
    verdicts: Verdicts,
    evidence: Evidence,
    calibration: Calibration,
    types: Typology | None = None,
    most: int = MOST,
) -> list[Explanation]:
    """One for each customer; pass `verdicts` and the evidence they came from, row by row alike."""
    keys = (types or typology()).keys
    facts = {code: _table(numbers_of(code, evidence, calibration)) for code in SPEAKERS}
    spoke = np.round(verdicts.spoke, 2)
    best = np.argsort(-spoke, axis=1, kind="stable")[:, :most].tolist()
    worst = spoke.argmin(axis=1).tolist()
    held, runner_up = verdicts.labels.held.tolist(), verdicts.runner_up.tolist()
    result = []
    for row, strengths in enumerate(spoke.tolist()):
        pro = [at for at in best[row] if strengths[at] >= LEAST_STRENGTH]
        contra = [worst[row]] if strengths[worst[row]] <= -LEAST_STRENGTH else []
        told = [
            tuple(Reason(SPEAKERS[at], facts[SPEAKERS[at]](row), strengths[at]) for at in these)
            for these in (pro, contra)
        ]
        result.append(Explanation(keys[held[row]], keys[runner_up[row]], *told))
    return result


def _table(columns: dict[str, npt.NDArray[np.float64]]) -> Callable[[int], Numbers]:
    """Rounded columns, read row by row as plain numbers."""
    names = tuple(columns)
    lists = [np.round(values.astype(np.float64), 2).tolist() for values in columns.values()]
    return lambda row: {name: values[row] for name, values in zip(names, lists, strict=True)}


def numbers_of(
    code: str, evidence: Evidence, calibration: Calibration
) -> dict[str, npt.NDArray[np.float64]]:
    """The figures behind a speaker, one array each: count out of, or within weeks."""
    if code in WITHOUT_NUMBERS:
        return {}
    if code in _SPECIAL:
        return _SPECIAL[code](evidence, calibration)
    speaker = SPEAKING[code]
    assert isinstance(speaker, Counted | Share)
    seen, exposure = speaker.seen(evidence)
    if isinstance(speaker, Share):
        return {"count": np.minimum(seen, exposure), "of": exposure}
    return {"count": seen.sum(axis=1), "weeks": np.maximum(weeks(evidence, code), 1.0)}


def _per_order(code: str) -> Callable[[Evidence, Calibration], dict[str, Any]]:
    def numbers(evidence: Evidence, _: Calibration) -> dict[str, Any]:
        return {"count": evidence.recent(code), "orders": orders_within(evidence, code)}

    return numbers


def _visits(evidence: Evidence, _: Calibration) -> dict[str, Any]:
    seen, exposure = visits_of_late(evidence)
    return {"count": seen.sum(axis=1), "weeks": np.maximum(exposure.sum(axis=1), 1.0)}


def _tenure(evidence: Evidence, _: Calibration) -> dict[str, Any]:
    return {"weeks": evidence.tenure_weeks}


def _spend(evidence: Evidence, calibration: Calibration) -> dict[str, Any]:
    mean = evidence["log_amounts"] / np.maximum(evidence["priced_orders"], 1.0)
    usual = np.full(len(evidence), np.exp(calibration.log_spend))
    return {"amount": np.exp(mean), "usual": usual}


def _categories(evidence: Evidence, calibration: Calibration) -> dict[str, Any]:
    named = max(len(calibration.categories), 1)
    counts = np.column_stack([evidence.block("category", named), evidence["category_other"]])
    return {"count": (counts > 0).sum(axis=1), "of": counts.sum(axis=1)}


def _stars(evidence: Evidence, _: Calibration) -> dict[str, Any]:
    counts = evidence.block("stars", 5, first=1)
    number = counts.sum(axis=1)
    return {"mean": counts @ np.arange(1.0, 6.0) / np.maximum(number, 1.0), "count": number}


def _nps(evidence: Evidence, _: Calibration) -> dict[str, Any]:
    number = evidence["nps_answers"]
    return {"mean": evidence["nps_sum"] / np.maximum(number, 1.0), "count": number}


_SPECIAL: dict[str, Callable[[Evidence, Calibration], dict[str, Any]]] = {
    "tenure": _tenure,
    "spend": _spend,
    "visits": _visits,
    "support": _per_order("support"),
    "complaints": _per_order("complaints"),
    "categories": _categories,
    "stars": _stars,
    "nps": _nps,
}


def missing(connected: Mapping[str, float], types: Typology | None = None) -> tuple[Missing, ...]:
    """Channels not connected that would open types by themselves, the most telling first."""
    kinds = types or typology()
    now = set(impossible_without(frozenset(connected), kinds))
    result = []
    for channel in CHANNELS:
        if channel not in connected:
            then = impossible_without(frozenset(connected) | {channel}, kinds)
            opened = tuple(key for key in kinds.keys if key in now and key not in then)
            result.append(Missing(channel, opened))
    return tuple(sorted(result, key=lambda one: -len(one.types)))
