"""Evidence gates: which types may be considered at all for each customer."""

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.typology import TypeSpec, Typology

Bools = npt.NDArray[np.bool_]


def possible(evidence: Evidence, types: Typology) -> Bools:
    """n × K: the type's channels are connected, seen for this customer, and not long past."""
    marks = {mark for spec in types.types for one in spec.gate for mark in one}
    seen = {mark: seen_mark(evidence, mark) for mark in marks}
    return np.column_stack([opens(spec, seen, evidence) for spec in types.types])


def seen_mark(evidence: Evidence, mark: str) -> Bools:
    if mark == "hurt":
        return evidence.has_been_hurt
    if mark == "let down":
        return evidence.has_been_let_down
    if mark == "glad":
        return evidence.has_been_glad
    if mark == "opted out":
        return evidence.has_opted_out & evidence.is_connected("messages")
    return evidence.seen(mark)


def opens(spec: TypeSpec, seen: dict[str, Bools], evidence: Evidence) -> Bools:
    open_ = np.full(len(evidence), not spec.gate)
    for one in spec.gate:
        open_ |= np.all([seen[mark] for mark in one], axis=0)
    if spec.expiry is not None:
        open_ &= evidence[spec.expiry.column] <= spec.expiry.days  # NaN: never happened
    return open_


def impossible_without(channels: frozenset[str], types: Typology) -> tuple[str, ...]:
    """Keys of the types that no customer can have when only these channels are connected."""
    marks = set(channels)
    if channels & {"complaints", "hostile", "reviews", "nps"}:
        marks.add("hurt")
    if "promises" in channels:
        marks.add("let down")
    if channels & {"advocacy", "reviews", "nps", "complaints"}:
        marks.add("glad")
    if "messages" in channels:
        marks.add("opted out")
    return tuple(
        spec.key
        for spec in types.types
        if spec.gate and not any(marks.issuperset(one) for one in spec.gate)
    )
