"""Why we judge one customer as we do: computed afresh from the same evidence as the score."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from customers.models import Customer
from relationships import veil
from relationships.engine.typology import Evidence, Previous, Verdicts, classify
from relationships.engine.typology.counterfactual import turns
from relationships.engine.typology.dimension import Dimension
from relationships.engine.typology.evidence import CHANNELS
from relationships.engine.typology.reasons import explanations, missing
from relationships.engine.typology.sentences import missing_sentence, sentence
from relationships.live import typology
from relationships.queries.dimension_told import figures_of, told
from relationships.queries.dimension_words import EIGHT_IN_TEN, grounds, sureness
from relationships.queries.evidence import Shard, shard
from relationships.queries.judging import Standard, before, standard
from relationships.queries.turning import would_change
from relationships.queries.worth import worth
from relcrm.base.models import Company
from relcrm.base.templatetags.words import money


@dataclass(frozen=True)
class Likely:
    """One type or, with an empty code, all others together."""

    code: str
    name: str
    family: str
    probability: float


@dataclass(frozen=True)
class Contribution:
    """By how many of the meter's hundred points a source moved it."""

    source: str
    moved: float


@dataclass(frozen=True)
class Placed:
    """One dimension on its meter: positions from 0 to 100, and what moved it."""

    key: str
    label: str
    value: float
    low: float
    high: float
    sureness: str
    evidence: list[tuple[str, str]]  # ("up" | "down" | "flat", sentence)
    confidence: float  # n / (n + k), 0 to 1
    grounds: str
    evidence_amount: float  # n, in the dimension's own unit
    contributions: list[Contribution]


@dataclass(frozen=True)
class Explanation:
    """What is likely, what speaks for it and against it, and what we do not know. Of whom nothing
    is known there is only the last."""

    likely: list[Likely]
    why: list[str]
    against: list[str]
    dimensions: list[Placed]
    missing: list[str]
    would_change: list[str]

    def without_types(self) -> "Explanation":
        """Of a label that is in doubt, for who may not know of which type (docs/decisions)."""
        return replace(self, likely=[], why=[], against=[], would_change=[])


def explanation(
    customer: Customer, company: Company, as_of: date, *, frank: bool = True,
    untold: frozenset[str] = frozenset(),
) -> Explanation:  # fmt: skip
    """Seven queries, whatever the customer's history; the state at the end of `as_of`.

    Not frank, as if there were only the types that this reader may know: in likelihoods and
    reasons no rest and no word is left from which another could be found. Of the sources `untold`
    nothing is said.
    """
    rule = standard(company, as_of)
    ids = np.array([customer.pk], dtype=np.int64)
    by, unseen = rule.specification, _unseen(rule)
    some = shard(ids, rule.found, cycle_weeks=rule.calibration.cycle_weeks, weights=by.weights)
    if some.evidence.is_blank[0]:
        return Explanation([], [], [], [], unseen, [])
    earlier = without_hidden(before(ids, as_of).previous(as_of), frank=frank)
    judged = _judging(rule, _alive(customer, some, rule), frank=frank)
    verdicts = judged(some.evidence, earlier)
    ways = turns(some.evidence, rule.calibration, earlier, verdicts, judged)
    reasons = explanations(verdicts, some.evidence, rule.calibration)[0]
    return Explanation(
        likely=_likely(verdicts),
        why=_sentences(reasons.reasons, company.currency, untold),
        against=_sentences(reasons.against, company.currency, untold),
        dimensions=_dimensions(verdicts, some.evidence, rule, company.currency, untold),
        missing=unseen,
        would_change=would_change(
            [way for way in ways if not untold & set(way.changes)],
            by.types,
            cycle_weeks=rule.calibration.cycle_weeks,
        ),
    )


def without_hidden(previous: Previous, *, frank: bool) -> Previous:
    """What was thought a month ago, as if there were only the types that this reader may know."""
    known = veil.among(frank=frank)
    if known is None:
        return previous
    left = np.where(known, previous.posterior, 0.0)
    total = left.sum(axis=1, keepdims=True)
    return Previous(
        left / np.where(total > 0, total, np.nan),
        np.where((previous.types >= 0) & known[previous.types], previous.types, -1),
        previous.as_of_day,
    )


def _judging(
    rule: Standard, alive: np.ndarray, *, frank: bool
) -> Callable[[Evidence, Previous], Verdicts]:
    """How this customer, or somebody who differs from them a little, is judged."""
    by = rule.specification

    def judged(evidence: Evidence, previous: Previous) -> Verdicts:
        return classify(
            evidence,
            rule.calibration,
            by.behaviour,
            types=by.types,
            weights=by.weights,
            learned=rule.learned,
            alive=np.repeat(alive, len(evidence)),
            previous=previous,
            among=veil.among(frank=frank),
        )

    return judged


def _unseen(rule: Standard) -> list[str]:
    """What no source tells us, for everybody alike."""
    kinds = typology()
    return [
        missing_sentence(gap, _(CHANNELS[gap.channel]), kinds, _)
        for gap in missing(rule.found.connected)
        if gap.types
    ]


def _alive(customer: Customer, some: Shard, rule: Standard) -> np.ndarray:
    """As scored when that was for the same day; else computed, which takes as long as the rest."""
    profile = getattr(customer, "profile", None)
    if profile is not None and profile.as_of == rule.as_of and profile.alive is not None:
        return np.array([profile.alive])
    return worth(some, rule).alive


def _likely(verdicts: Verdicts, most: int = 3) -> list[Likely]:
    """The likeliest types first, then the rest as one."""
    chances = verdicts.posterior[0]
    kinds = typology().types
    order = np.argsort(-chances, kind="stable")[:most]
    top = [
        Likely(kinds[at].key, _(kinds[at].name), kinds[at].family, float(chances[at]))
        for at in order.tolist()
        if chances[at] > 0
    ]
    rest = float(1 - sum(one.probability for one in top))
    return [*top, Likely("", _("All others"), "", max(rest, 0.0))]


def _sentences(reasons: tuple, currency: str, untold: frozenset[str]) -> list[str]:
    said = [
        sentence(reason, _, lambda amount: money(amount, currency))
        for reason in reasons
        if reason.code not in untold
    ]
    return [text[:1].upper() + text[1:] for text in said]


def _dimensions(
    verdicts: Verdicts, evidence: Evidence, rule: Standard, currency: str, untold: frozenset[str]
) -> list[Placed]:
    d = verdicts.dimensions
    figures = figures_of(evidence, rule.calibration, rule.specification.weights.intensity)
    figures["order_value"] = money(figures["order_value"], currency)
    return [
        _placed("mood", _("Mood"), d.valence, figures, untold, low=-1.0, signed=True),
        _placed("closeness", _("Closeness"), d.closeness, figures, untold),
        _placed("intensity", _("Intensity"), d.intensity, figures, untold),
    ]


def _placed(
    key: str,
    label: str,
    found: Dimension,
    figures: dict[str, Any],
    untold: frozenset[str],
    *,
    low: float = 0.0,
    signed: bool = False,
) -> Placed:
    """Positions on a meter that runs from `low` to 1."""
    place = (float(found.value[0]) - low) / (1 - low)
    error = float(found.standard_error[0]) / (1 - low)
    reach, sure = EIGHT_IN_TEN * error, float(found.confidence[0])
    at, left, right = (
        float(np.clip(100 * x, 0, 100)) for x in (place, place - reach, place + reach)
    )
    moves = [one for one in found.top(0) if one[0] not in untold]
    return Placed(
        key, label, at, left, right, sureness(error),
        [told(source, moved, figures, signed=signed) for source, moved in moves[:3]],
        sure, grounds(sure), float(found.evidence[0]),
        [Contribution(source, 100 * moved / (1 - low)) for source, moved in moves],
    )  # fmt: skip
