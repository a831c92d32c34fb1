"""From probabilities to the shown label: smoothing, hysteresis, hard events, and restraint."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.spec import Spec
from relationships.engine.typology.typology import Typology

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

DAYS_PER_MONTH = 365.25 / 12.0
NEGATIVE = "negative"
LEAST = 1e-6
"""A probability below this counts as this much when smoothed: nothing is impossible for ever."""

HARD_EVENTS = ("severe_complaint_age_days", "hostile_age_days", "cancelled_age_days",
               "unsubscribed_age_days", "signed_age_days")  # fmt: skip
"""After these the old picture is no longer weighed in."""


@dataclass(frozen=True)
class Previous:
    """What was thought at the last month's close, for the same customers in the same order.

    `posterior` n × K, a row of NaN for who is new; `types` the place of the type held then, -1 for
    none; `as_of_day` that day, in days since 1970-01-01. Pass a state about a month old, not last
    night's, or the smoothing wears off: the old weight is never above that for one month.
    """

    posterior: Floats
    types: npt.NDArray[np.integer]
    as_of_day: npt.NDArray[np.integer]

    def at(self, rows: slice) -> "Previous":
        return Previous(self.posterior[rows], self.types[rows], self.as_of_day[rows])


@dataclass(frozen=True)
class Labels:
    """`held`: place of the most likely type, kept until another is clearly likelier. `type`: the
    shown one, -1 when only the family or nothing is sure. `family`: the shown one, the number of
    families when undetermined. `group`: next-step group, -1 where nothing is known."""

    held: Places
    type: Places
    family: Places
    group: Places


def smoothed(
    log_posterior: Floats, previous: Previous | None, evidence: Evidence, spec: Spec
) -> Floats:
    """Weighted mean of the new and the old log posterior; only the new after a hard event."""
    if previous is None:
        return log_posterior
    months = (evidence.as_of_day - previous.as_of_day) / DAYS_PER_MONTH
    old_weight = (1.0 - spec.constants["smoothing_weight"]) ** np.maximum(months, 1.0)
    fresh = np.isnan(previous.posterior[:, 0]) | struck(evidence, previous)
    old_weight = np.where(fresh, 0.0, old_weight)[:, None]
    old = np.log(np.maximum(np.nan_to_num(previous.posterior), LEAST))
    new = np.maximum(log_posterior, np.log(LEAST))
    mixed = (1.0 - old_weight) * new + old_weight * old
    mixed = np.where(np.isneginf(log_posterior) | (old_weight == 0), log_posterior, mixed)
    return normalised(mixed)


def normalised(log_weights: Floats) -> Floats:
    """Log probabilities; each row must have at least one finite entry."""
    top = log_weights.max(axis=1, keepdims=True)
    return np.asarray(
        log_weights - top - np.log(np.exp(log_weights - top).sum(axis=1, keepdims=True))
    )


def struck(evidence: Evidence, previous: Previous) -> Bools:
    """Whether a hard event happened after the previous state."""
    since = evidence.as_of_day - previous.as_of_day
    return np.asarray(np.any([evidence[name] < since for name in HARD_EVENTS], axis=0))


def held_types(
    posterior: Floats, previous: Previous | None, evidence: Evidence, spec: Spec
) -> Places:
    """The most likely type; the one held before stays unless beaten by the margin: a share of the
    winner's probability, since among many types a fixed lead would hold old labels for ever."""
    best: Places = posterior.argmax(axis=1)
    if previous is None:
        return best
    rows = np.arange(len(posterior))
    old = np.where(previous.types < 0, best, previous.types)
    lead = posterior[rows, best] - posterior[rows, old]
    enough = spec.constants["switch_margin"] * posterior[rows, best]
    stays = (lead <= enough) & ~struck(evidence, previous)
    return np.where(stays & (posterior[rows, old] > 0), old, best)


def family_sums(posterior: Floats, types: Typology) -> Floats:
    return summed(posterior, types.family_of, len(types.families))


def summed(posterior: Floats, group_of: Places, count: int) -> Floats:
    """Probabilities added up by group, n × count."""
    return np.asarray(posterior @ (group_of[:, None] == np.arange(count)).astype(np.float64))


def labels(
    posterior: Floats,
    held: Places,
    confidence: Floats,
    spec: Spec,
    types: Typology,
    before: Floats | None = None,
) -> Labels:
    """The type when likely and well evidenced; else the family when likely; else undetermined.

    `before`: the probabilities of a month ago (`remembered`). What was likely enough then stays for
    a month while it is hardly less likely: else what stands at the bound would come and go.
    """
    enough = spec.constants["shown_probability"]
    still = enough * (1.0 - spec.constants["switch_margin"])
    families, rows = family_sums(posterior, types), np.arange(len(posterior))
    then = np.zeros_like(posterior) if before is None else before
    likeliest = families.argmax(axis=1)
    for_family = np.where(family_sums(then, types)[rows, likeliest] >= enough, still, enough)
    family = np.where(families.max(axis=1) >= for_family, likeliest, len(types.families))
    for_type = np.where(then[rows, held] >= enough, still, enough)
    sure = (posterior[rows, held] >= for_type) & (confidence >= spec.constants["shown_confidence"])
    shown = np.where(sure, held, -1)
    return Labels(held, shown, family, next_steps(posterior, shown, family, types))


def restrained(found: Labels, blank: Bools, types: Typology) -> Labels:
    """Of whom nothing is known, base rates are all that speaks: too early to tell, and no step."""
    if not blank.any():
        return found
    return Labels(
        found.held,
        np.where(blank, -1, found.type),
        np.where(blank, len(types.families), found.family),
        np.where(blank, -1, found.group),
    )


def remembered(previous: Previous | None, evidence: Evidence) -> Floats | None:
    """What was thought at the last close; nothing of who is new or was struck by a hard event."""
    if previous is None:
        return None
    return np.where(struck(evidence, previous)[:, None], 0.0, np.nan_to_num(previous.posterior))


def next_steps(posterior: Floats, shown: Places, family: Places, types: Typology) -> Places:
    """The shown type's group; else the likeliest within the shown family. While nothing is shown,
    among all types but negative ones: else the step would tell many what is told to few."""
    within = types.family_of == family[:, None]
    unknown, negative = family == len(types.families), list(types.families).index(NEGATIVE)
    within |= unknown[:, None] & (types.family_of != negative)
    groups = summed(np.where(within, posterior, 0.0), types.group_of, len(types.groups))
    return np.where(shown >= 0, types.group_of[shown], groups.argmax(axis=1))
