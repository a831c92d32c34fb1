"""One measurement of the gap, for any number of customers at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relationships.engine.gap import (
    Answers,
    Gaps,
    Right,
    Treatment,
    Wishes,
    gaps,
    right,
    suited,
    terms,
    treated_as,
    treated_wish,
    treatment,
    wishes,
)
from relationships.engine.typology import Evidence, Typology
from relationships.engine.typology.closeness import trust
from relationships.live import typology

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """Wanted, treated and the gap; one row per customer of the evidence."""

    wanted: Wishes
    done: Treatment
    fair: Right
    treated: Floats  # n × families that are not negative
    treated_wish: NDArray[np.int64]  # place among the wishes; −1: nothing is measured
    gaps: Gaps


def measure(
    evidence: Evidence,
    stated: tuple[Answers, Floats],
    *,
    held: Floats,
    closeness: Floats,
    closeness_se: Floats,
    kinds: Typology | None = None,
) -> Measured:
    """`held`: probabilities of the types, n × types; `stated` as `queries.gap.stated` gives it;
    `kinds`: by which types, unless by those in use."""
    rule = terms()
    answers, pace = stated
    held = np.asarray(held, dtype=np.float64)
    kinds = kinds or typology()
    wanted, done = wishes(answers, held, pace, rule, kinds), treatment(evidence)
    fair, fit = right(held, kinds), suited(done, rule, kinds)
    found = gaps(wanted, done, fair, closeness, trust(closeness_se), rule)
    treated = treated_as(fit, kinds)
    wish = treated_wish(fit, treated, rule, kinds)
    return Measured(wanted, done, fair, treated, wish, found)
