"""The calibration as versions: made for a reason, set against the one in use, or held back."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from customers.models import Customer
from relationships import live
from relationships.actions.calibrating import calibration_under, to_calibrate_on
from relationships.actions.scoring import read
from relationships.actions.versioning import new_version
from relationships.engine.typology import Calibration, classify, cycle_weeks, read_calibration
from relationships.models import FittedModel
from relationships.queries.judging import Standard, in_use, standard
from relationships.queries.purchases import Buyers, buyers
from relationships.queries.sources import Sources, sources
from relationships.queries.worth import worth
from relcrm.base import audit
from relcrm.base.models import Company

KIND = FittedModel.Kind.CALIBRATION
QUARTER = timedelta(weeks=13)
LEAST_ALIKE = 0.95  # adjusted Rand index of the types held by two versions (§2.1)
GROWN = 1.5  # a company that has grown by half is measured anew without asking
COMPARED_ON, BLOCK = 20_000, 5_000


@dataclass(frozen=True)
class Made:
    """A calibration just measured, from what, and how it stands to the one in use."""

    calibration: Calibration
    found: Sources
    before: FittedModel | None  # of the same edition
    report: dict[str, Any]

    @property
    def is_grown(self) -> bool:
        """Nothing to compare with, or made of so few that it could not be much like this."""
        if self.before is None:
            return True
        old = read_calibration(self.before.parameters)
        learned_first = self.calibration.is_channel_calibrated and not old.is_channel_calibrated
        return learned_first or self.calibration.customers >= GROWN * old.customers

    @property
    def is_alike(self) -> bool:
        return self.report.get("ari", 1.0) >= LEAST_ALIKE


def calibrate(
    company: Company,
    *,
    as_of: date,
    now: datetime,
    rng: np.random.Generator,
    is_current: bool = True,
    bought: Buyers | None = None,
    recorded: Sources | None = None,
    by_hand: bool = True,
) -> FittedModel:
    """Measured anew, as a version. Current at once when somebody asked for it; by itself only when
    it calls people much as the one in use does, or is of a company that has grown by half.
    `is_current=False` makes one to look back, which is set against nothing."""
    made = _made(company, as_of, rng, bought, recorded, compare=is_current)
    is_live = is_current and (by_hand or made.is_alike or made.is_grown)
    return _keep(made, as_of, now, is_live=is_live, is_held=is_current)


def recalibrate(
    company: Company, *, as_of: date, now: datetime, rng: np.random.Generator
) -> FittedModel | None:
    """By itself, weekly: a version each quarter, or when the company has grown by half, or when it
    would call people otherwise (then it waits for somebody); None while there is no reason."""
    live.follow(company)
    last = FittedModel.objects.filter(
        kind=KIND, data_through__lte=as_of, parameters__spec_version=live.specification().version
    ).order_by("-data_through", "-version").first()  # fmt: skip
    is_young = last is not None and as_of - last.data_through < QUARTER
    if is_young and last.state == "candidate":
        return None
    made = _made(company, as_of, rng)
    if is_young and made.is_alike and not made.is_grown:
        return None
    return _keep(made, as_of, now, is_live=made.is_alike or made.is_grown)


def _made(
    company: Company,
    as_of: date,
    rng: np.random.Generator,
    bought: Buyers | None = None,
    recorded: Sources | None = None,
    *,
    compare: bool = True,
) -> Made:
    found = recorded or sources(as_of)
    histories = (bought or buyers(as_of, found.countable)).histories
    live.follow(company)
    rules = live.specification()
    cycle = cycle_weeks(histories.age, histories.repeats)
    calibration = calibration_under(rules, found, cycle, to_calibrate_on(rng))
    before = in_use(company, as_of).get(KIND) if compare else None
    if before is None or before.parameters["spec_version"] != rules.version:
        return Made(calibration, found, None, {})
    old, rule = read_calibration(before.parameters), standard(company, as_of)
    return Made(calibration, found, before, {
        "against": before.version, **compared(old, calibration, rule, rng)
    })  # fmt: skip


def compared(
    old: Calibration, new: Calibration, rule: Standard, rng: np.random.Generator
) -> dict[str, Any]:
    """How much alike two calibrations call the same people, everyone or a random sample: the
    adjusted Rand index of types held, and the share whose shown label differs."""
    from sklearn.metrics import adjusted_rand_score  # slow to load: not at every start

    ids = np.array(
        Customer.objects.judgeable().order_by("pk").values_list("pk", flat=True), dtype=np.int64
    )
    if len(ids) > COMPARED_ON:
        ids = np.sort(rng.choice(ids, COMPARED_ON, replace=False))
    if not len(ids):
        return {"looked_at": 0}
    rules = rule.specification
    one, other = (
        _called(ids, replace(rule, calibration=rules.fitting(each))) for each in (old, new)
    )
    return {
        "looked_at": len(ids),
        "ari": round(float(adjusted_rand_score(one[:, 0], other[:, 0])), 4),
        "changed": round(float((one[:, 1:] != other[:, 1:]).any(axis=1).mean()), 4),
    }


def _called(ids: NDArray[np.int64], rule: Standard) -> NDArray[np.int64]:
    """Places of the type held, and of the type and family shown, as if nobody remembered."""
    parts, by = [], rule.specification
    for start in range(0, len(ids), BLOCK):
        some = read(ids[start : start + BLOCK], rule)
        found = classify(
            some.evidence, rule.calibration, by.behaviour, alive=worth(some, rule).alive,
            types=by.types, weights=by.weights, learned=rule.learned,
        ).labels  # fmt: skip
        parts.append(np.column_stack([found.held, found.type, found.family]))
    return np.concatenate(parts).astype(np.int64)


@transaction.atomic
def _keep(
    made: Made, as_of: date, now: datetime, *, is_live: bool, is_held: bool = True
) -> FittedModel:
    """As a version; told when it is held back, so that somebody looks and decides."""
    calibration, waits = made.calibration, is_held and not is_live
    kept = new_version(
        KIND,
        name="channels" if calibration.is_channel_calibrated else "constants",
        parameters=calibration.to_json(),
        log_likelihood=None,
        customers=calibration.customers,
        report=made.report,
        data_from=made.found.first_on,
        data_through=as_of,
        fitted_at=now,
        is_current=is_live,
        held_at=now if waits else None,
    )
    if waits:
        audit.record("calibration.held_back", kept, by=None, at=now, **made.report)
    return kept
