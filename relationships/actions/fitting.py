"""Fits the models of value and the calibration of the classifier, each as a new version."""

from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from relationships import live, news
from relationships.actions.calibrating import calibration_under
from relationships.engine import value
from relationships.engine.typology import Calibration, cycle_weeks
from relationships.engine.value import ModelSet
from relationships.engine.value.contest import FIRST, Verdict, contest
from relationships.engine.value.proof import Proof, prove
from relationships.models import FittedModel
from relationships.queries import purchases as bought_by
from relationships.queries.evidence import day_number, day_of
from relationships.queries.model_card import lines
from relationships.queries.purchases import Buyers, buyers, costs_of
from relationships.queries.sources import Sources, sources
from relationships.queries.versions import live_model, models_of
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import Company, User

Why = FittedModel.Why
PINNED = "pinned"


def fit(
    company: Company,
    *,
    as_of: date,
    now: datetime,
    rng: np.random.Generator,
    is_current: bool = True,
    why: str = Why.ASKED,
    by: Actor = None,
) -> FittedModel:
    """Fit both kinds of model on what was known at the end of `as_of`.

    The calibration is current at once; the model of value when it is no worse than the one in use.
    `is_current=False` makes models for looking back, beside those in use.
    """
    bought = buyers(as_of)
    calibration = calibrate(
        company, as_of=as_of, now=now, rng=rng, is_current=is_current, bought=bought
    )
    days = bought_by.sample(bought, as_of, rng)
    models = value.fit_all(
        days,
        as_of_day=day_number(as_of),
        rng=rng,
        everyone=bought.histories,
        money=costs_of(bought, company, as_of),
        horizon_weeks=float(company.horizon_weeks),
    )
    if not is_current:
        return _keep(models, None, None, calibration.data_from, now=now, why=Why.HISTORY, by=by)
    before = live_model()
    verdict = contest(
        models_of(before), models, days, horizon_weeks=float(company.horizon_weeks), rng=rng
    )
    shown = prove(models, days, rng)
    return _keep(models, verdict, shown, calibration.data_from, now=now, why=why, by=by)


def calibrate(
    company: Company,
    *,
    as_of: date,
    now: datetime,
    rng: np.random.Generator,
    is_current: bool = True,
    bought: Buyers | None = None,
) -> FittedModel:
    """Fit the calibration of the classifier alone; it is current at once."""
    found = sources(as_of)
    histories = (bought or buyers(as_of)).histories
    live.follow(company)
    cycle = cycle_weeks(histories.age, histories.repeats)
    calibration = calibration_under(live.specification(), found, cycle, rng)
    return _keep_calibration(calibration, found, as_of=as_of, now=now, is_current=is_current)


@transaction.atomic
def _keep(
    models: ModelSet,
    verdict: Verdict | None,
    shown: Proof | None,
    data_from: date | None,
    *,
    now: datetime,
    why: str,
    by: Actor,
) -> FittedModel:
    """The new version: in use, held back for somebody to decide, or made to look back."""
    chosen = models.model
    before = live_model()
    judged = verdict.to_json() if verdict else {}
    if verdict and before and before.is_pinned and verdict.kind != FIRST:
        judged["kind"] = PINNED
    is_live = bool(verdict and verdict.goes_live and judged["kind"] != PINNED)
    kept = new_version(
        FittedModel.Kind.VALUE,
        is_current=is_live,
        name=chosen.name,
        parameters=models.to_json(),
        log_likelihood=chosen.facts.log_likelihood,
        customers=models.customers,
        report={"lines": lines(models), "proof": shown.to_json() if shown else None},
        data_from=data_from,
        data_through=day_of(models.as_of_day),
        fitted_at=now,
        asked_because=why,
        asked_by=by if isinstance(by, User) else None,
        verdict=judged | ({"against": before.version} if judged and before else {}),
        live_from=now if is_live else None,
        held_at=now if verdict and not is_live else None,
    )
    if is_live and before:
        FittedModel.objects.filter(pk=before.pk).update(retired_at=now, is_pinned=False)
    _tell(kept, before, by, now)
    return kept


def _tell(kept: FittedModel, before: FittedModel | None, by: Actor, now: datetime) -> None:
    """In the audit trail, and to programs that listen."""
    said = {"name": kept.name, "version": kept.version, "as_of": str(kept.data_through)}
    audit.record("models.fitted", kept, by=by, at=now, why=kept.asked_because, **said)
    if kept.held_at:
        audit.record(
            "models.held_back", kept, by=None, at=now, version=kept.version,
            because=kept.verdict["kind"], stays=before.version if before else None,
        )  # fmt: skip
    if kept.asked_because != Why.HISTORY:
        news.tell_model(kept, at=now)


def _keep_calibration(
    calibration: Calibration, found: Sources, *, as_of: date, now: datetime, is_current: bool
) -> FittedModel:
    return new_version(
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


@transaction.atomic
def new_version(kind: FittedModel.Kind, *, is_current: bool = True, **fields: Any) -> FittedModel:
    """A new version, the current one of its kind if it is to be; the old versions stay."""
    of_kind = FittedModel.objects.filter(kind=kind)
    if is_current:
        of_kind.filter(is_current=True).update(is_current=False)
    latest = of_kind.aggregate(latest=Max("version"))["latest"] or 0
    fields |= {"version": latest + 1, "is_current": is_current}
    return FittedModel.objects.create(kind=kind, **fields)
