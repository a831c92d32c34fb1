"""The gap between what is wanted and what is done: five parts, their size together, one label."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.gap.terms import PARTS, Terms
from relationships.engine.gap.treatment import Right, Treatment
from relationships.engine.gap.wish import Wishes

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
LABELS = ("in_tune", "neglected", "crowded", "cheapened", "unheard", "wrong_tone")
# The label of each part when it is positive, and when it is negative.
SAYS = {
    "close": ("neglected", "crowded"), "contact": ("crowded", "neglected"),
    "promo": ("cheapened", ""), "service": ("unheard", ""), "tone": ("wrong_tone", ""),
}  # fmt: skip
LEAST_CAP = 1 / 3  # messages in 30 days: below it one is as many too many as it gets
CONTACT_LOW, CONTACT_HIGH, SERVICE_HIGH = -1.0, 2.0, 3.0


@dataclass(frozen=True)
class Gaps:
    """One row per customer; NaN: nothing of it is measured. Columns of parts as in PARTS."""

    parts: Floats  # n × 5, signed
    trust: Floats  # n × 5, 0 … 1; 0 where not measured
    moved: Floats  # n × 5: how much of the squared gap each part makes; they add up to gap²
    gap: Floats
    label: Codes  # place in LABELS; −1: unknown
    confidence: Floats  # share of the weights that is known, as far as it is trusted


def gaps(
    wanted: Wishes,
    done: Treatment,
    fair: Right,
    closeness: Floats,
    closeness_trust: Floats,
    rule: Terms,
) -> Gaps:
    """Relationship science §2.8, renormalised over what is measured, each part as far as it is
    trusted. It needs something stated or measured: a guess against a guess is no gap."""
    parts = _parts(wanted, done, fair, closeness)
    trust = np.where(
        np.isnan(parts), 0.0, np.nan_to_num(_trust(wanted, done, closeness_trust, rule))
    )
    weights = trust * np.array([rule.weights[part] for part in PARTS])
    total = weights.sum(axis=1)
    is_known = (wanted.is_stated | done.is_measured) & (total > 0)
    share = weights / np.where(total > 0, total, 1.0)[:, None]
    moved = np.where(is_known[:, None], share * np.nan_to_num(parts) ** 2, np.nan)
    size = np.sqrt(moved.sum(axis=1))
    return Gaps(
        parts=np.where(trust > 0, parts, np.nan),
        trust=trust,
        moved=moved,
        gap=size,
        label=_labels(parts, moved, size, rule),
        confidence=np.where(is_known, total, np.nan),
    )


def _parts(wanted: Wishes, done: Treatment, fair: Right, closeness: Floats) -> Floats:
    """A picture is compared with the closeness measured, words with what the types held mean."""
    picture = wanted.picture_trust
    known = np.where(np.isnan(closeness), wanted.held_closeness, closeness)
    has = picture * known + (1 - picture) * wanted.held_closeness
    return np.column_stack(
        [
            wanted.closeness - has,
            contact(done.contacts, wanted.contacts, fair.contacts),
            np.maximum(done.promo - fair.promo, 0.0),
            np.clip(np.log2(done.reply_hours / fair.reply_hours), 0, SERVICE_HIGH) / SERVICE_HIGH,
            np.abs(wanted.tone - done.personal),
        ]
    )


def _trust(wanted: Wishes, done: Treatment, closeness_trust: Floats, rule: Terms) -> Floats:
    """Of each part, that of the wish times that of what was measured."""
    seen = done.messages / (done.messages + rule.half_messages)
    return np.column_stack(
        [
            wanted.closeness_trust * (1 - wanted.picture_trust * (1 - closeness_trust)),
            done.contacts_trust * np.where(np.isnan(wanted.contacts), 1.0, wanted.contacts_trust),
            seen,
            done.replies / (done.replies + rule.half_replies),
            seen * wanted.tone_trust,
        ]
    )


def contact(contacts: Floats, stated: Floats, cap: Floats) -> Floats:
    """Messages of 30 days against the pace wished for, else against what the relationship bears.

    Fewer than wished for is a gap; fewer than a limit is none. Any where none is wanted is the
    widest gap there is.
    """
    limit = np.where(np.isnan(stated), np.maximum(cap, LEAST_CAP), stated)
    ratio = contacts / np.where(limit > 0, limit, 1.0) - 1
    none_wanted = np.where(contacts > 0, CONTACT_HIGH, 0.0)
    found = np.where(limit > 0, ratio, none_wanted)
    low = np.where(np.isnan(stated), 0.0, CONTACT_LOW)
    found = np.clip(found, low, CONTACT_HIGH)
    return np.where(np.isnan(contacts), np.nan, found)


def _labels(parts: Floats, moved: Floats, size: Floats, rule: Terms) -> Codes:
    """Whatever makes most of the gap names it, when it is wide enough to be named."""
    votes = np.zeros((len(parts), len(LABELS)))
    for at, part in enumerate(PARTS):
        above, below = SAYS[part]
        amount = np.nan_to_num(moved[:, at])
        votes[:, LABELS.index(above)] += np.where(parts[:, at] > 0, amount, 0.0)
        if below:
            votes[:, LABELS.index(below)] += np.where(parts[:, at] < 0, amount, 0.0)
    named = np.where(size >= rule.label_from, votes.argmax(axis=1), 0)
    return np.where(np.isnan(size), -1, named).astype(np.int64)
