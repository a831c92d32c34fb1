"""How good our judgement is: by what it is made, and how it does in the company."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from relationships.engine.typology import Calibration, read_calibration
from relationships.models import Edition, Family, FittedModel, Month, Override, Portfolio
from relationships.queries import editions
from relcrm.base.models import Company

MONTHS = 12


@dataclass(frozen=True)
class Shown:
    """Of so many customers: how many show a type, a family only, or neither."""

    customers: int
    type: int
    family: int
    undetermined: int


@dataclass(frozen=True)
class Stability:
    """Over the last closed months: shown labels that changed, and that were taken back."""

    months: int
    changed: float  # share of customers a month
    undone: float | None  # of the changes, those taken back a month later; None: not counted


@dataclass(frozen=True)
class Learned:
    """The newest trial of learning from what people say; figures of those left out while fitting.

    `gain`: how much better, in mean −log p of what was said, with its standard error.
    """

    version: int
    data_through: date
    is_used: bool
    labels: int
    gain: float
    gain_se: float
    ece: float
    ece_after: float


@dataclass(frozen=True)
class Quality:
    as_of: date
    scored_on: date | None
    edition: Edition
    faults: list[str]
    calibrated: FittedModel | None
    calibration: Calibration
    learned: Learned | None
    shown: Shown | None
    agreement: dict[str, Any] | None
    stability: Stability | None
    set_by_hand: int


def quality(company: Company, as_of: date) -> Quality:
    """Half a dozen statements, none of which reads customers."""
    picture = Portfolio.objects.filter(as_of__lte=as_of).defer("cells", "ranks").first()
    kinds = FittedModel.Kind
    calibrated = _newest(kinds.CALIBRATION, as_of)
    edition = editions.edition(company.specification_version)
    assert edition is not None
    return Quality(
        as_of=as_of,
        scored_on=picture.as_of if picture else None,
        edition=edition,
        faults=editions.broken(),
        calibrated=calibrated,
        calibration=read_calibration(calibrated.parameters) if calibrated else Calibration(),
        learned=_learned(_newest(kinds.LEARNED, as_of), company.specification_version),
        shown=_shown(picture) if picture and picture.customers else None,
        agreement=picture.facts.get("agreement") if picture else None,
        stability=_stability(as_of),
        set_by_hand=Override.objects.filter(ended_at=None).count(),
    )


def _newest(kind: str, as_of: date) -> FittedModel | None:
    known = FittedModel.objects.filter(kind=kind, data_through__lte=as_of)
    return known.order_by("-data_through", "-version").first()


def _learned(model: FittedModel | None, edition: int) -> Learned | None:
    if model is None:
        return None
    told = model.report
    return Learned(
        version=model.version,
        data_through=model.data_through,
        is_used=model.is_current and model.parameters.get("spec_version") == edition,
        labels=told["labels"],
        gain=told["gain"],
        gain_se=told["gain_se"],
        ece=told["ece"],
        ece_after=told["ece_after"],
    )


def _shown(picture: Portfolio) -> Shown:
    typed = sum(one["shown"] for one in picture.types.values())
    unsure = picture.families.get(Family.UNDETERMINED, {}).get("shown", 0)
    return Shown(picture.customers, typed, picture.customers - typed - unsure, unsure)


def _stability(as_of: date) -> Stability | None:
    told = Month.objects.filter(on__lte=as_of).exclude(closed_at=None)
    moves = [moves for moves in told.values_list("moves", flat=True)[:MONTHS] if moves]
    people = sum(np.sum(one["hard"]) for one in moves)
    if not people:
        return None
    changed = sum(n for one in moves for _old, _new, n in one["types"])
    backs = [one["undone"] for one in moves if "undone" in one]
    moved = sum(one["moved"] for one in backs)
    undone = sum(one["undone"] for one in backs) / moved if moved else None
    return Stability(len(moves), float(changed / people), undone)
