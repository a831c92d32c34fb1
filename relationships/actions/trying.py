"""What would change if another specification were live: the same people judged by both."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from customers.models import Customer
from relationships.actions.calibrating import calibration_under, to_calibrate_on
from relationships.actions.learning import Taught, taught
from relationships.actions.scoring import judged, read, weigh
from relationships.actions.staged import FAMILIES, STEPS
from relationships.actions.store import Judged
from relationships.engine.typology import (
    Calibration,
    Specification,
    read_specification,
    shipped,
    typology,
)
from relationships.models import Edition, Example
from relationships.queries.judging import Standard, standard
from relationships.queries.said import said
from relcrm.base.models import Company

# A random sample of this size knows every share to within one per cent.
LOOKED_AT = 20_000
BLOCK = 5_000
EXAMPLES, MOVES = 5, 30

Show = Callable[..., None]


def try_edition(
    edition: Edition, company: Company, *, as_of: date, now: datetime,
    rng: np.random.Generator, progress: Show,
) -> dict[str, Any]:  # fmt: skip
    """Judge everyone, or a random sample, by the live edition and by this one; keep the outcome."""
    rules = read_specification(edition.document) if edition.document else shipped()
    sides = _sides(rules, standard(company, as_of), rng)
    everyone = np.array(
        Customer.objects.judgeable().order_by("pk").values_list("pk", flat=True), dtype=np.int64
    )
    some = everyone
    if len(everyone) > LOOKED_AT:
        some = np.sort(rng.choice(everyone, LOOKED_AT, replace=False))
    tally = Tally()
    progress(0, total=len(some))
    for start in range(0, len(some), BLOCK):
        ids = some[start : start + BLOCK]
        tally.add(ids, *sides.judged(ids))
        progress(start + len(ids), total=len(some))
    _keep(edition, tally.to_json() | sides.to_json() | {
        "customers": len(everyone), "as_of": as_of.isoformat(),
    }, tally, now)  # fmt: skip
    return {"looked_at": tally.looked_at, "changed": tally.changed}


@dataclass(frozen=True)
class Sides:
    """By what people are judged in a trial: as now; as now with the company's figures measured
    anew; with labels learned anew as well; and as they would be once the edition is live. Only what
    the last two say otherwise is the edition's."""

    ours: Standard
    measured: Standard
    without: Standard
    theirs: Standard
    calibration: Calibration
    taught: Taught | None

    def judged(self, ids: NDArray[np.int64]) -> list[Judged]:
        """In this order; nobody is judged twice by the same."""
        ours, measured = (_judged(ids, rule) for rule in (self.ours, self.measured))
        is_same = self.without.learned is self.measured.learned
        without = measured if is_same else _judged(ids, self.without)
        return [ours, measured, without, _judged(ids, self.theirs)]

    def to_json(self) -> dict[str, Any]:
        """What goes live with the edition, so that what was seen is what then holds."""
        return {
            "against": self.ours.specification.version,
            "calibration": self.calibration.to_json(),
            "learned": self.taught and self.taught.to_json(),
        }


def _sides(rules: Specification, ours: Standard, rng: np.random.Generator) -> Sides:
    """Both editions calibrated on the same people; from the same labels each learns for itself."""
    ids, cycle = to_calibrate_on(rng), ours.calibration.cycle_weeks
    calibration = calibration_under(rules, ours.found, cycle, ids)
    alone = calibration_under(ours.specification, ours.found, cycle, ids)
    measured = replace(ours, calibration=ours.specification.fitting(alone))
    theirs = replace(ours, specification=rules, calibration=rules.fitting(calibration))
    told, seed = said(ours.as_of), int(rng.integers(2**32))
    again, found = (
        taught(told, replace(one, learned=None), np.random.default_rng(seed))
        for one in (measured, theirs)
    )
    return Sides(
        ours, measured,
        replace(measured, learned=again and again.offset),
        replace(theirs, learned=found and found.offset),
        calibration, found,
    )  # fmt: skip


@transaction.atomic
def _keep(edition: Edition, found: dict[str, Any], tally: "Tally", now: datetime) -> None:
    """The numbers with the edition; people as rows of their own, which go with the person."""
    edition.trial, edition.tried_at = found, now
    edition.save(update_fields=["trial", "tried_at"])
    edition.examples.all().delete()
    told = tally.examples
    there = set(
        Customer.objects.judgeable()
        .filter(pk__in=[pk for some in told.values() for pk in some])
        .values_list("pk", flat=True)
    )
    Example.objects.bulk_create(
        Example(edition=edition, customer_id=pk, before=before, after=after)
        for (before, after), some in told.items() for pk in some if pk in there
    )  # fmt: skip


def _judged(ids: NDArray[np.int64], rule: Standard) -> Judged:
    return judged(weigh(read(ids, rule), rule))


class Tally:
    """Adds up, block by block, who is called what without the edition and with it."""

    def __init__(self) -> None:
        self.looked_at = self.changed = self.by_figures = self.by_labels = self.in_all = 0
        self.moves: Counter[tuple[str, str]] = Counter()
        self.examples: dict[tuple[str, str], list[int]] = {}
        self.mix: dict[str, list[float]] = {name: [0.0, 0.0] for name in FAMILIES[:-1]}
        self.steps: dict[str, list[int]] = {name: [0, 0] for name in STEPS}

    def add(
        self, ids: NDArray[np.int64], ours: Judged, measured: Judged, without: Judged,
        theirs: Judged,
    ) -> None:  # fmt: skip
        today, figures, before, after = map(_called, (ours, measured, without, theirs))
        self.looked_at += len(ids)
        self.by_figures += int((today != figures).sum())
        self.by_labels += int((figures != before).sum())
        self.in_all += int((today != after).sum())
        self._compare(ids, before, after)
        self._sum(without, theirs)

    def _compare(
        self, ids: NDArray[np.int64], before: NDArray[np.str_], after: NDArray[np.str_]
    ) -> None:
        moved = np.flatnonzero(before != after)
        self.changed += len(moved)
        for at in moved.tolist():
            pair = (str(before[at]), str(after[at]))
            self.moves[pair] += 1
            shown = self.examples.setdefault(pair, [])
            if len(shown) < EXAMPLES:
                shown.append(int(ids[at]))

    def _sum(self, without: Judged, theirs: Judged) -> None:
        for side, found in enumerate((without, theirs)):
            for name, sums in self.mix.items():
                sums[side] += float(found.numbers[f"p_{name}"].sum())
            taken = found.next_step[found.next_step >= 0]
            counts = np.bincount(taken, minlength=len(STEPS)).tolist()
            for name, count in zip(STEPS, counts, strict=True):
                self.steps[name][side] += count

    def to_json(self) -> dict[str, Any]:
        moves = [{"from": a, "to": b, "people": n} for (a, b), n in self.moves.most_common(MOVES)]
        return {"looked_at": self.looked_at, "changed": self.changed, "moves": moves,
                "changed_by_figures_alone": self.by_figures,
                "changed_by_labels_alone": self.by_labels, "changed_in_all": self.in_all,
                "mix": self.mix, "steps": self.steps}  # fmt: skip


def _called(judged: Judged) -> NDArray[np.str_]:
    """The shown label of each: its type's key, else its family."""
    families = np.array(FAMILIES)[judged.family]
    keys = np.array([*typology().keys, ""])[judged.type]
    return np.where(keys != "", keys, families)
