"""The comparison: types and dimensions against what marketers use, on purchases held back."""

from dataclasses import dataclass

import numpy as np

from relationships.engine.evaluation.check import Check, check, unmeasured
from relationships.engine.evaluation.reliability import Reliable
from relationships.engine.evaluation.validity.aims import (
    ANY,
    BITS,
    FLIPS,
    REFERENCES,
    SOFT_AUC,
    SOFT_C_INDEX,
    aimed,
    set_for,
)
from relationships.engine.evaluation.validity.believed import believed
from relationships.engine.evaluation.validity.file import BadFile, Transactions
from relationships.engine.evaluation.validity.frozen import Frozen, freeze, outcome_of, standard
from relationships.engine.evaluation.validity.groups import clusters, rfm_quintiles, six_groups
from relationships.engine.evaluation.validity.measures import (
    Measured,
    Outcome,
    measured_groups,
    measured_scores,
    paired_gain,
    placebo,
)
from relationships.engine.evaluation.validity.stability import month_ends, months, recalibrated
from relationships.engine.evaluation.validity.unmoved import unmoved
from relationships.engine.typology.evaluate import logit_scores

SHUFFLES = 100
REPEATS = 5
TYPES, SOFT, SIX, RFM = "types", "types and dimensions", "six-group product", "RFM logit"
CELLS, MEANS = "RFM quintiles", "k-means of RFM, 6"
RAW_FLIPS, BACK = "the same without memory of the month before", "changes undone a month later"
SHOWN = ("shown labels that change in a month", "shown changes undone a month later")
HELD_BACK = "AUC lost by holding still"


@dataclass(frozen=True)
class Validity:
    """`rows`: one way of telling customers apart each; `checks`: what should hold of them;
    `reliable`: how far the chance of coming back, told, came true."""

    customers: int
    came_back: float
    rows: list[Measured]
    checks: list[Check]
    reliable: list[Reliable]

    @property
    def open(self) -> list[Check]:
        """Whatever a file cannot tell stands among the checks, with the reason."""
        return []

    def to_checks(self) -> list[Check]:
        """All figures as one list."""
        return [
            *(check(f"{row.name}: {name}", figure) for row in self.rows
              for name, figure in figures(row).items()),
            *self.checks,
            *(line for one in self.reliable for line in one.to_checks()),
        ]  # fmt: skip


def figures(row: Measured) -> dict[str, float]:
    return {
        "groups": row.groups, "bits": row.bits, "AUC": row.auc, "log-loss": row.log_loss,
        "Gini spend": row.gini, "C-index": row.c_index,
    }  # fmt: skip


def validity(
    known: Transactions, *, split: int | None = None, weeks: int | None = None,
    seed: int = 1,
) -> Validity:  # fmt: skip
    """Everyone is frozen at `split` (a day since 1970-01-01; else in the middle of the file) and
    followed for so many weeks, or to the end of the file."""
    day, until = period(known, split, weeks)
    rule = standard(known, day)
    some = freeze(known, day, rule)
    outcome = outcome_of(known, some.customers, day, until)
    rows = compared(some, outcome, seed)
    labels = some.verdicts.labels.held
    found = {
        **_against(rows, outcome),
        "shuffled outcomes: AUC": placebo(outcome, labels, SHUFFLES, seed),
        "labels after calibrating on 63 %: adjusted Rand index": recalibrated(
            known, day, labels, REPEATS, seed
        ),
    }
    still = _still(known, day, until)
    of_file = _set_for_file(known, day, until, rows, found | still)
    checks = [
        *(aimed(name, figure) for name, figure in found.items()),
        *unmoved(known, day, rule, some, seed),
        *_held(still),
        *of_file,
    ]
    soft = next(row.chance for row in rows if row.name == SOFT)
    told = believed(some, outcome, soft, known.countries)
    return Validity(len(labels), float(outcome.came_back.mean()), rows, checks, told)


def period(known: Transactions, split: int | None, weeks: int | None) -> tuple[int, int]:
    first, last = int(known.purchases["day"].min()), int(known.purchases["day"].max())
    day = (first + last) // 2 if split is None else split
    if not first < day < last:
        raise BadFile("The file has no purchases on both sides of that --split.")
    until = last if weeks is None else day + 7 * weeks
    if until > last:
        raise BadFile(
            f"The file ends {(last - day) // 7} weeks after the split, before --weeks {weeks}."
        )
    return day, until


def compared(some: Frozen, outcome: Outcome, seed: int) -> list[Measured]:
    came = outcome.came_back
    return [
        measured_groups(SIX, outcome, six_groups(some)),
        measured_groups(MEANS, outcome, clusters(some, seed)),
        measured_groups(CELLS, outcome, rfm_quintiles(some)),
        measured_scores(RFM, outcome, logit_scores(came, some.logs)),
        measured_groups(TYPES, outcome, some.verdicts.labels.held),
        measured_scores(SOFT, outcome, logit_scores(came, some.soft)),
    ]


def _against(rows: list[Measured], outcome: Outcome) -> dict[str, float]:
    by = {row.name: row for row in rows}
    soft, rfm = by[SOFT], by[RFM]
    gain, error = paired_gain(outcome, soft.chance, rfm.chance)
    return {
        "soft AUC over RFM logit": soft.auc - rfm.auc,
        "soft log-loss better than RFM logit": gain,
        "the same in standard errors": gain / error,
        "soft AUC over RFM quintiles": soft.auc - by[CELLS].auc,
        "soft AUC over the six-group product": soft.auc - by[SIX].auc,
        "soft AUC over k-means": soft.auc - by[MEANS].auc,
        BITS: by[TYPES].bits / by[SIX].bits - 1,
        "soft C-index over RFM logit": soft.c_index - rfm.c_index,
    }


def _still(known: Transactions, day: int, until: int) -> dict[str, float]:
    """Month ends around the split: a quarter of a year before it to its end. Not a number where
    the file is too short for it."""
    names = (FLIPS, RAW_FLIPS, BACK, *SHOWN, HELD_BACK)
    closes = month_ends(day - 100, until)
    if len(closes) < 3:
        return dict.fromkeys(names, np.nan)
    found = months(known, closes)
    told = (found.flips, found.raw_flips, found.reversed, found.shown_flips,
            found.shown_reversed, found.raw_auc - found.auc)  # fmt: skip
    return dict(zip(names, told, strict=True))


def _held(still: dict[str, float]) -> list[Check]:
    return [
        unmeasured(name, "the file holds too few months", ANY.get(name))
        if np.isnan(figure)
        else aimed(name, figure)
        for name, figure in still.items()
    ]


def _set_for_file(
    known: Transactions, day: int, until: int, rows: list[Measured], found: dict[str, float]
) -> list[Check]:
    """What is aimed at on the public files by themselves."""
    soft = next(row for row in rows if row.name == SOFT)
    figures = found | {SOFT_AUC: soft.auc, SOFT_C_INDEX: soft.c_index}
    return [
        line
        for reference in REFERENCES.values()
        if reference.is_of(known, day, until)
        for line in set_for(reference, figures)
    ]
