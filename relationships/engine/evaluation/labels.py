"""What labels add: some customers say what they are, and the others are judged better for it."""

import numpy as np

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.figures import calibration_error, macro_f1
from relationships.engine.evaluation.known import Known
from relationships.engine.typology import Calibration, Verdicts, classify, typology
from relationships.engine.typology.learning import learn
from relationships.engine.typology.signatures import features

TARGETS = {300: ">= 0.75", 1_000: ">= 0.82"}
"""Macro-F1 of 29 types in the world that differs by 0.5, by number of labels."""


def with_labels(
    where: str,
    known: Known,
    rule: Calibration,
    verdicts: Verdicts,
    count: int,
    *,
    world: str,
    seed: int,
) -> list[Check]:
    """Figures over those who were not asked; what was learned counts only when it was admitted."""
    rng = np.random.default_rng(seed)
    asked = rng.permutation(len(known))[: min(count, len(known) // 2)]
    alive, truth = np.ones(len(known)), known.places
    marks = features(known.evidence, verdicts.dimensions, rule, alive)
    with np.errstate(divide="ignore"):
        prior = np.log(verdicts.posterior)
    learned = learn(prior[asked], marks[asked], truth[asked], np.ones(len(asked)), rng=rng)
    others = np.setdiff1d(np.arange(len(known)), asked)
    admitted = learned is not None and learned.is_better
    judged = verdicts
    if learned is not None and admitted:
        judged = classify(known.evidence, rule, alive=alive, learned=learned.offset)
    truth, family_of, chances = truth[others], typology().family_of, judged.posterior[others]
    name, target = f"{where}, {len(asked):,} labels", TARGETS.get(len(asked))
    return [
        check(f"{name}: admitted", float(admitted)),
        check(
            f"{name}: macro-F1 of 29 types", macro_f1(truth, chances.argmax(axis=1)),
            target if world == "s05" else None,
        ),
        check(
            f"{name}: macro-F1 of 5 families",
            macro_f1(family_of[truth], judged.families[others].argmax(axis=1)),
        ),
        check(f"{name}: calibration error of types", calibration_error(truth, chances), "<= 0.05"),
    ]  # fmt: skip
