"""The evaluation of the classifier in worlds whose truth is known: the table of targets."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from relationships.engine.evaluation.check import Check, check
from relationships.engine.evaluation.checks import (
    by_their_days,
    gated_types_assigned,
    labels_changed_by,
    monotonicities,
)
from relationships.engine.evaluation.drawn import TENURE_SPREAD, drawn
from relationships.engine.evaluation.elsewhere import AT_BEST, BEST, elsewhere
from relationships.engine.evaluation.figures import (
    brier_skill,
    calibration_error,
    likely,
    macro_f1,
    shown_accuracy,
)
from relationships.engine.evaluation.known import Known
from relationships.engine.evaluation.labels import with_labels
from relationships.engine.evaluation.pairs import AS_ONE, shared, together
from relationships.engine.evaluation.reliability import Reliable
from relationships.engine.evaluation.shop import shop
from relationships.engine.evaluation.truly import truly
from relationships.engine.typology import (
    Calibration,
    Verdicts,
    calibrate,
    calibrate_channels,
    classify,
    typology,
)
from relationships.engine.typology.channels import log_likelihoods
from relationships.engine.typology.shown import normalised

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Untargeted = dict[str, tuple[float, str | None]]

WORLDS: dict[str, float] = {"exact": 0.0, "s03": 0.3, "s05": 0.5, "s07": 0.7}
"""By which strength each world differs from the specification, or the shop from its own file."""

DRAWN, SHOP, STRANGERS = 6_000, 3_000, 10_000
LIKELY = 0.6
TARGETS = {
    "macro-F1 of 29 types": ">= 0.74",
    "macro-F1 of 5 families": ">= 0.85",
    "Brier skill": ">= 0.5",
    "type at p >= 0.6 right": ">= 0.85",
    "type at p >= 0.6, share of customers": ">= 0.65",
    "shown type right": ">= 0.85",
    "shown type, share of customers": ">= 0.65",
}
"""Set for the world that differs by 0.5; the errors of calibration hold in each."""


@dataclass(frozen=True)
class Evaluated:
    """`checks`: what this run measured; `open`: rows of targets that it does not measure, each
    with what does; `reliable`: probabilities of families against what was true."""

    checks: list[Check]
    open: list[Check]
    reliable: list[Reliable]

    def to_checks(self) -> list[Check]:
        """All as one list."""
        return [
            *self.checks, *self.open, *(line for one in self.reliable for line in one.to_checks()),
        ]  # fmt: skip


def evaluation(
    world: str,
    *,
    seed: int,
    customers: int = DRAWN,
    shoppers: int = SHOP,
    strangers: int = STRANGERS,
    labels: int = 0,
) -> Evaluated:
    """Every check of one world. `exact` is drawn from the specification itself; the others are
    drawn from one bent by their strength, and played by the invented shop bent as much."""
    by = WORLDS[world]
    people, played = drawn(customers, by=by, seed=seed), shop(shoppers, by=by, seed=seed)
    rule, verdicts = judged(people)
    found = figures("drawn", people, verdicts, world)
    if world == "exact":
        best = efficiency(people, verdicts)
        found.append(check(BEST, best, AT_BEST))
    constants, seen = judged(played)
    found += figures("shop", played, seen, world)
    if labels:
        found += with_labels("drawn", people, rule, verdicts, labels, world=world, seed=seed)
        found += with_labels("shop", played, constants, seen, labels, world=world, seed=seed)
    found += always(people, rule, strangers, seed) + always_there(played, constants)
    told = truly("drawn", people, verdicts) + truly("shop", played, seen)
    return Evaluated(found, elsewhere(world, labels, TARGETS), told)


def always(people: Known, rule: Calibration, strangers: int, seed: int) -> list[Check]:
    """What must hold in every world."""
    changed = labels_changed_by(people.evidence, drawn(strangers, seed=seed + 1).evidence, rule)
    return [
        check(f"labels changed by {strangers:,} strangers", changed, "= 0"),
        check("gated types assigned without their channel", gated_types_assigned(people), "= 0"),
        *monotonicities(people.evidence, rule),
    ]


def always_there(played: Known, rule: Calibration) -> list[Check]:
    """The same of the shop, whose customers live by days: once as if all were still there, once
    with that worked out anew after each change."""
    some = played.evidence
    return [
        *monotonicities(some, rule, where="shop: "),
        *monotonicities(
            some, rule, where="shop, still there anew: ", still_there=by_their_days(some)
        ),
    ]


def judged(known: Known) -> tuple[Calibration, Verdicts]:
    """As a company without labels would judge them: calibrated by channel, no past labels."""
    constants = calibrate(known.evidence, known.categories)
    rule = calibrate_channels(known.evidence, constants)
    return rule, classify(known.evidence, rule, alive=np.ones(len(known)))


def figures(where: str, known: Known, verdicts: Verdicts, world: str) -> list[Check]:
    truth, family_of = known.places, typology().family_of
    found: Untargeted = {
        "macro-F1 of 29 types": (macro_f1(truth, verdicts.posterior.argmax(axis=1)), None),
        "macro-F1 of 5 families": (
            macro_f1(family_of[truth], verdicts.families.argmax(axis=1)), None,
        ),
        "calibration error of types": (calibration_error(truth, verdicts.posterior), "<= 0.05"),
        "calibration error of families": (
            calibration_error(family_of[truth], verdicts.families), "<= 0.03",
        ),
        "Brier skill": (brier_skill(truth, verdicts.posterior), None),
        **_told(truth, verdicts.posterior, verdicts.labels.type, ""),
        **hardest_as_one(truth, verdicts),
    }  # fmt: skip
    goals: Callable[[str], str | None] = TARGETS.get if world == "s05" else lambda _: None
    return [
        check(f"{where}: {name}", figure, target or goals(name))
        for name, (figure, target) in found.items()
    ]


def _told(truth: Places, chances: Floats, shown: Places, which: str) -> Untargeted:
    """Of likely and of shown types, how many are right and of how many customers there is one."""
    right, share = shown_accuracy(truth, likely(chances, LIKELY))
    shown_right, shown_share = shown_accuracy(truth, shown)
    return {
        f"type at p >= 0.6 right{which}": (right, None),
        f"type at p >= 0.6, share of customers{which}": (share, None),
        f"shown type right{which}": (shown_right, None),
        f"shown type, share of customers{which}": (shown_share, None),
    }


def hardest_as_one(truth: Places, verdicts: Verdicts) -> Untargeted:
    """The same figures where types that the best judge takes for each other are one."""
    classes, chances = shared(truth), together(verdicts.posterior)
    shown = _told(classes, chances, shared(verdicts.labels.type), AS_ONE)
    return {
        f"macro-F1 of types{AS_ONE}": (macro_f1(classes, chances.argmax(axis=1)), None),
        f"calibration error of types{AS_ONE}": (calibration_error(classes, chances), None),
        f"Brier skill{AS_ONE}": (brier_skill(classes, chances), None),
        # Who is shown a type is the same.
        **{name: figure for name, figure in shown.items() if "shown type, share" not in name},
    }


def efficiency(known: Known, verdicts: Verdicts) -> float:
    """Macro-F1 of the families' types over that of who knows the true specification."""
    best = macro_f1(known.places, bayes(known).argmax(axis=1))
    return macro_f1(known.places, verdicts.posterior.argmax(axis=1)) / best


def bayes(known: Known) -> Floats:
    """Probabilities of who knows how the customers were drawn: true figures, no gates, no heat."""
    assert known.truth is not None
    constants = {**known.truth.constants, "log_tenure_sd": TENURE_SPREAD}
    truth = replace(known.truth, constants=constants)
    usual = calibrate(known.evidence, known.categories)
    total = np.log(truth.base_rates) + np.zeros((len(known), len(truth.rhythm)))
    for said in log_likelihoods(known.evidence, truth, usual).values():
        total = total + said
    return np.asarray(np.exp(normalised(total)))
