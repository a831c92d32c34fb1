"""What labels add: some customers say what they are, and the others are judged better for it."""

import numpy as np
import numpy.typing as npt

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.figures import calibration_error, macro_f1
from relationships.engine.evaluation.known import Known
from relationships.engine.evaluation.pairs import AS_ONE, shared, together
from relationships.engine.typology import Calibration, Verdicts, classify, typology
from relationships.engine.typology.learning import learn
from relationships.engine.typology.signatures import features

Places = npt.NDArray[np.intp]

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
    admitted, judged = _learned(known, rule, verdicts, asked, rng)
    others = np.setdiff1d(np.arange(len(known)), asked)
    truth, family_of, chances = known.places[others], typology().family_of, judged.posterior[others]
    name, target = f"{where}, {len(asked):,} labels", TARGETS.get(len(asked))
    said, families = chances.argmax(axis=1), judged.families[others].argmax(axis=1)
    as_one = macro_f1(shared(truth), together(chances).argmax(axis=1))
    return [
        check(f"{name}: admitted", float(admitted)),
        check(
            f"{name}: macro-F1 of 29 types", macro_f1(truth, said),
            target if world == "s05" else None,
        ),
        check(f"{name}: macro-F1 of types{AS_ONE}", as_one),
        check(f"{name}: macro-F1 of 5 families", macro_f1(family_of[truth], families)),
        check(f"{name}: calibration error of types", calibration_error(truth, chances), "<= 0.05"),
    ]  # fmt: skip


def _learned(
    known: Known, rule: Calibration, verdicts: Verdicts, asked: Places, rng: np.random.Generator
) -> tuple[bool, Verdicts]:
    """Whether what those asked taught was admitted, and how everybody is judged then."""
    alive = np.ones(len(known))
    marks = features(known.evidence, verdicts.dimensions, rule, alive)
    with np.errstate(divide="ignore"):
        prior = np.log(verdicts.posterior)
    truth = known.places[asked]
    learned = learn(prior[asked], marks[asked], truth, np.ones(len(asked)), rng=rng)
    if learned is None or not learned.is_better:
        return False, verdicts
    return True, classify(known.evidence, rule, alive=alive, learned=learned.offset)
