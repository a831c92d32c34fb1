"""How good our judgement is: by what it is made, and how it does in the company."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from relationships import live
from relationships.engine.typology import Calibration, read_calibration
from relationships.engine.typology.learning import FEWEST_LABELS
from relationships.models import Edition, Family, FittedModel, Month, Override, Portfolio
from relationships.queries import editions
from relationships.queries.judging import in_use
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
class Calibrated:
    """Which calibration judges: the one in use, or on an earlier day the newest of that time.

    `is_of_edition`: made under the edition in force; of another one only what was measured of the
    company serves, and not what was learned of each source.
    """

    version: int
    data_through: date
    customers: int
    is_current: bool
    is_of_edition: bool
    alike: float | None  # adjusted Rand index of the types held, with the one in use before
    changed: float | None  # share of people whom the two call otherwise


@dataclass(frozen=True)
class Quality:
    as_of: date
    scored_on: date | None
    edition: Edition
    faults: list[str]
    calibrated: Calibrated | None
    waits: Calibrated | None  # measured since, and held back as it calls many otherwise
    calibration: Calibration
    learned: Learned | None
    shown: Shown | None
    agreement: dict[str, Any] | None
    stability: Stability | None
    set_by_hand: int
    may_learn: bool  # from what people say, under the edition in force

    @property
    def is_enough_said(self) -> bool:
        """To learn from; people are told of that who answered and may be judged."""
        return bool(self.agreement) and self.agreement["people"] >= FEWEST_LABELS


def quality(company: Company, as_of: date) -> Quality:
    """Half a dozen statements, none of which reads customers."""
    picture = Portfolio.objects.filter(as_of__lte=as_of).defer("cells", "ranks").first()
    kinds = FittedModel.Kind
    serving = in_use(company, as_of)
    calibrated = serving.get(kinds.CALIBRATION)
    edition, faults = editions.in_force(company.specification_version)
    return Quality(
        as_of=as_of,
        scored_on=picture.as_of if picture else None,
        edition=edition,
        faults=faults,
        calibrated=_calibrated(calibrated) if calibrated else None,
        waits=_waiting(calibrated, as_of),
        calibration=_constants(calibrated),
        learned=_learned(_newest(kinds.LEARNED, as_of), serving.get(kinds.LEARNED)),
        shown=_shown(picture) if picture and picture.customers else None,
        agreement=picture.facts.get("agreement") if picture else None,
        stability=_stability(as_of),
        set_by_hand=Override.objects.filter(ended_at=None).count(),
        may_learn=live.specification().constants.learn_from_labels,
    )


def _calibrated(model: FittedModel) -> Calibrated:
    return Calibrated(
        version=model.version,
        data_through=model.data_through,
        customers=model.customers,
        is_current=model.is_current,
        is_of_edition=model.parameters["spec_version"] == live.specification().version,
        alike=model.report.get("ari"),
        changed=model.report.get("changed"),
    )


def _waiting(calibrated: FittedModel | None, as_of: date) -> Calibrated | None:
    last = _newest(FittedModel.Kind.CALIBRATION, as_of)
    if last is None or calibrated is None or last.version <= calibrated.version:
        return None
    return _calibrated(last) if last.state == "candidate" else None


def _constants(model: FittedModel | None) -> Calibration:
    """As everyone is judged by them: of another edition only what was measured serves."""
    found = read_calibration(model.parameters) if model else Calibration()
    return live.specification().fitting(found)


def _newest(kind: str, as_of: date) -> FittedModel | None:
    known = FittedModel.objects.filter(kind=kind, data_through__lte=as_of)
    return known.order_by("-data_through", "-version").first()


def _learned(model: FittedModel | None, serving: FittedModel | None) -> Learned | None:
    if model is None:
        return None
    told = model.report
    return Learned(
        version=model.version,
        data_through=model.data_through,
        is_used=serving is not None and serving.pk == model.pk,
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
