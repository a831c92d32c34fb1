"""Fits the models of value and the calibration of the classifier, each as a new version."""

from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from relationships import live
from relationships.actions.calibrating import calibration_under
from relationships.engine import value
from relationships.engine.typology import Calibration, cycle_weeks
from relationships.engine.value import ModelSet
from relationships.models import FittedModel
from relationships.queries.evidence import day_number
from relationships.queries.model_card import lines
from relationships.queries.purchases import buyers, costs_of, purchase_days
from relationships.queries.sources import Sources, sources
from relcrm.base import audit
from relcrm.base.models import Company

# So many customers' days are enough to tell the forecasts apart on the past.
TESTED_ON = 100_000


def fit(
    company: Company,
    *,
    as_of: date,
    now: datetime,
    rng: np.random.Generator,
    is_current: bool = True,
) -> FittedModel:
    """Fit both kinds of model on what was known at the end of `as_of`; the newest are current.

    `is_current=False` makes models for looking back, beside those in use.
    """
    found = sources(as_of)
    bought = buyers(as_of)
    one_in = max(1, len(bought) // TESTED_ON)
    models = value.fit_all(
        purchase_days(as_of, one_in=one_in, remainder=int(rng.integers(one_in))),
        as_of_day=day_number(as_of),
        rng=rng,
        everyone=bought.histories,
        money=costs_of(bought, company, as_of),
        horizon_weeks=float(company.horizon_weeks),
    )
    live.follow(company)
    cycle = cycle_weeks(bought.histories.age, bought.histories.repeats)
    calibration = calibration_under(live.specification(), found, cycle, rng)
    return _keep(models, calibration, found, as_of=as_of, now=now, is_current=is_current)


@transaction.atomic
def _keep(
    models: ModelSet,
    calibration: Calibration,
    found: Sources,
    *,
    as_of: date,
    now: datetime,
    is_current: bool,
) -> FittedModel:
    chosen = models.model
    kept = new_version(
        FittedModel.Kind.VALUE,
        name=chosen.name,
        parameters=models.to_json(),
        log_likelihood=chosen.facts.log_likelihood,
        customers=models.customers,
        report={"lines": lines(models)},
        data_from=found.first_on,
        data_through=as_of,
        fitted_at=now,
        is_current=is_current,
    )
    new_version(
        FittedModel.Kind.CALIBRATION,
        name="channels" if calibration.is_channel_calibrated else "constants",
        parameters=calibration.to_json(),
        log_likelihood=None,
        customers=calibration.customers,
        report={},
        data_from=found.first_on,
        data_through=as_of,
        fitted_at=now,
        is_current=is_current,
    )
    audit.record("models.fitted", kept, by=None, at=now, name=kept.name, as_of=as_of.isoformat())
    return kept


def new_version(kind: FittedModel.Kind, *, is_current: bool = True, **fields: Any) -> FittedModel:
    """A new version, the current one of its kind if it is to be; the old versions stay."""
    of_kind = FittedModel.objects.filter(kind=kind)
    if is_current:
        of_kind.filter(is_current=True).update(is_current=False)
    latest = of_kind.aggregate(latest=Max("version"))["latest"] or 0
    fields |= {"version": latest + 1, "is_current": is_current}
    return FittedModel.objects.create(kind=kind, **fields)
