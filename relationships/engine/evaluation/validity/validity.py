"""The comparison: types and dimensions against what marketers use, on purchases held back."""

from dataclasses import dataclass

import numpy as np

from relationships.engine.evaluation.check import Check, check
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
from relationships.engine.typology.evaluate import logit_scores

SHUFFLES = 100
REPEATS = 5
TYPES, SOFT, SIX, RFM = "types", "types and dimensions", "six-group product", "RFM logit"
CELLS = "RFM quintiles"


@dataclass(frozen=True)
class Validity:
    """`rows`: one way of telling customers apart each; `checks`: what should hold of them."""

    customers: int
    came_back: float
    rows: list[Measured]
    checks: list[Check]

    def to_checks(self) -> list[Check]:
        """All figures as one list."""
        return [
            *(check(f"{row.name}: {name}", figure) for row in self.rows
              for name, figure in figures(row).items()),
            *self.checks,
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
    some = freeze(known, day, standard(known, day))
    outcome = outcome_of(known, some.customers, day, until)
    rows = compared(some, outcome, seed)
    labels = some.verdicts.labels.held
    checks = [
        *_against(rows, outcome),
        check("shuffled outcomes: AUC", placebo(outcome, labels, SHUFFLES, seed), None),
    ]
    checks[-1] = _near_half(checks[-1])
    same = recalibrated(known, day, labels, REPEATS, seed)
    checks.append(check("labels after calibrating on 63 %: adjusted Rand index", same, ">= 0.95"))
    checks += _still(known, day, until)
    return Validity(len(labels), float(outcome.came_back.mean()), rows, checks)


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
        measured_groups("k-means of RFM, 6", outcome, clusters(some, seed)),
        measured_groups(CELLS, outcome, rfm_quintiles(some)),
        measured_scores(RFM, outcome, logit_scores(came, some.logs)),
        measured_groups(TYPES, outcome, some.verdicts.labels.held),
        measured_scores(SOFT, outcome, logit_scores(came, some.soft)),
    ]


def _against(rows: list[Measured], outcome: Outcome) -> list[Check]:
    by = {row.name: row for row in rows}
    soft, rfm, six, cells = by[SOFT], by[RFM], by[SIX], by[CELLS]
    gain, error = paired_gain(outcome, soft.chance, rfm.chance)
    return [
        check("soft AUC over RFM logit", soft.auc - rfm.auc, ">= 0"),
        check("soft log-loss better than RFM logit", gain, ">= 0"),
        check("the same in standard errors", gain / error, ">= 1"),
        check("soft AUC over RFM quintiles", soft.auc - cells.auc, ">= 0"),
        check("soft AUC over the six-group product", soft.auc - six.auc, ">= 0.025"),
        check("bits of types over the six-group product", by[TYPES].bits / six.bits - 1, ">= 0"),
    ]


def _near_half(found: Check) -> Check:
    return Check(found.check, found.figure, "0.5 ± 0.005", abs(found.figure - 0.5) <= 0.005)


def _still(known: Transactions, day: int, until: int) -> list[Check]:
    """Month ends around the split: a quarter of a year before it to its end."""
    closes = month_ends(day - 100, until)
    if len(closes) < 3:
        return []
    found = months(known, closes)
    flips = [
        check("labels that change in a month", found.flips, "<= 0.25"),
        check("the same without memory of the month before", found.raw_flips),
        check("changes undone a month later", found.reversed, "<= 0.04"),
    ]
    if np.isnan(found.auc):
        return flips
    return [*flips, check("AUC lost by holding still", found.raw_auc - found.auc, "<= 0.004")]
