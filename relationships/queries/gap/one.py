"""Wanted and treated of one customer, measured afresh from the same evidence as the score."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from relationships.engine.gap import LABELS, PARTS, terms
from relationships.models import Profile
from relationships.queries.evidence import shard
from relationships.queries.gap.measure import Measured, measure
from relationships.queries.gap.stated import stated
from relationships.queries.judging import standard
from relcrm.base.models import Company


@dataclass(frozen=True)
class Part:
    """One part of the gap: what would be right, what is, how much of the gap it makes.

    Units: close and tone 0 to 1, contact messages in 30 days, promo a share, service hours.
    None: not known. `n`: messages or replies counted."""

    key: str
    right: float | None
    actual: float | None
    n: int | None
    gap: float | None
    moved: float  # share of the whole gap, 0 … 1
    is_stated: bool


@dataclass(frozen=True)
class Wanted:
    """What one customer wants, how they are treated, and the gap; None for unknown."""

    wish: str
    is_stated: bool
    stated_on: date | None
    is_contradictory: bool
    trust: float
    voice: float | None
    mood: float | None
    lock: float | None
    pull: float | None
    gap: float | None
    label: str
    confidence: float | None
    parts: list[Part]


def wanted(profile: Profile, company: Company, as_of: date) -> Wanted | None:
    """Half a dozen queries; None while there is no judgement to measure against, nor a word or
    deed of theirs from which a wish could follow."""
    if profile.posterior is None:
        return None
    held = np.frombuffer(bytes(profile.posterior), dtype="<f4").astype(np.float64)
    rule = standard(company, as_of)
    ids = np.array([profile.pk], dtype=np.int64)
    some = shard(
        ids, rule.found, cycle_weeks=rule.calibration.cycle_weeks,
        weights=rule.specification.weights,
    )  # fmt: skip
    told = stated(ids, as_of)
    found = measure(
        some.evidence,
        told,
        held=held[None, :],
        closeness=_row(profile.closeness),
        closeness_se=_row(profile.closeness_se),
    )
    if some.evidence.is_blank[0] and not found.wanted.is_stated[0]:
        return None
    ages = told[0].ages[0]
    newest = float(np.nanmin(ages)) if not np.isnan(ages).all() else None
    return _wanted(found, as_of - timedelta(days=newest) if newest is not None else None)


def _row(value: float | None) -> np.ndarray:
    return np.array([np.nan if value is None else value])


def _wanted(found: Measured, stated_on: date | None) -> Wanted:
    w, gaps = found.wanted, found.gaps
    size = _known(gaps.gap[0])
    return Wanted(
        wish=terms().wishes[int(w.wish[0])].key,
        is_stated=bool(w.is_stated[0]),
        stated_on=stated_on,
        is_contradictory=bool(w.is_contradictory[0]),
        trust=float(w.trust[0]),
        voice=_known(w.voice[0]),
        mood=_known(w.mood[0]),
        lock=_known(w.lock[0]),
        pull=_known(w.pull[0]),
        gap=size,
        label=LABELS[int(gaps.label[0])] if size is not None else "",
        confidence=_known(gaps.confidence[0]),
        parts=_parts(found),
    )


def _parts(found: Measured) -> list[Part]:
    w, done, fair, gaps = found.wanted, found.done, found.fair, found.gaps
    asked = not np.isnan(w.contacts[0])
    messages, replies = int(done.messages[0]), int(done.replies[0])
    least = terms().inferred
    has = w.closeness[0] - gaps.parts[0, PARTS.index("close")]
    rows: dict[str, tuple[Any, Any, int | None, bool]] = {
        "close": (w.closeness[0], has, None, bool(w.is_stated[0])),
        "contact": (w.contacts[0] if asked else fair.contacts[0], done.contacts[0], None, asked),
        "promo": (fair.promo[0], done.promo[0], messages, False),
        "service": (fair.reply_hours[0], done.reply_hours[0], replies, False),
        "tone": (w.tone[0], done.personal[0], messages, bool(w.tone_trust[0] > least)),
    }
    total = float(np.nansum(gaps.moved[0]))
    return [
        Part(
            key,
            _known(right),
            _known(actual),
            n,
            _known(gaps.parts[0, at]),
            float(np.nan_to_num(gaps.moved[0, at])) / total if total > 0 else 0.0,
            is_said,
        )
        for at, (key, (right, actual, n, is_said)) in enumerate(rows.items())
    ]


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
