"""Fits the models of value, with the calibration of the classifier, each as a new version."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from relationships import news
from relationships.actions.recalibrating import calibrate
from relationships.actions.versioning import new_version
from relationships.engine import value
from relationships.engine.value import ModelSet, PurchaseDays
from relationships.engine.value.challenger import with_challenger
from relationships.engine.value.contest import FIRST, Verdict, contest
from relationships.engine.value.proof import Proof, prove
from relationships.engine.value.replacing import Replacing
from relationships.models import FittedModel
from relationships.queries import purchases as bought_by
from relationships.queries.card_lines import replacing_lines
from relationships.queries.covariates import known_beside
from relationships.queries.evidence import day_number, day_of
from relationships.queries.model_card import left_out, lines
from relationships.queries.purchases import buyers_and_costs
from relationships.queries.replacing import replacement
from relationships.queries.sources import sources
from relationships.queries.versions import live_model, models_of
from relcrm.base import audit
from relcrm.base import company as companies
from relcrm.base.audit import Actor
from relcrm.base.models import Company, User

Why = FittedModel.Why
PINNED = "pinned"


@dataclass(frozen=True)
class Learned:
    """Models of value just fitted: on what, when, why and by whom it was wanted."""

    models: ModelSet
    days: PurchaseDays
    data_from: date | None
    now: datetime
    why: str
    by: Actor
    shown: Proof | None = None  # the forecast of one window ago
    replacing: Replacing | None = None
    unconverted: int = 0  # purchases, returns and fees left out: a currency without a rate


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

    The calibration is current at once when somebody asked for it (recalibrating); the model of
    value when it is no worse than the one in use.
    `is_current=False` makes models for looking back, beside those in use.
    """
    recorded = sources(as_of)
    bought, money = buyers_and_costs(as_of, company, recorded.countable)
    calibration = calibrate(
        company, as_of=as_of, now=now, rng=rng, is_current=is_current, bought=bought,
        by_hand=why == Why.ASKED, recorded=recorded,
    )  # fmt: skip
    days = bought_by.sample(bought, as_of, rng, recorded.countable)
    models = value.fit_all(
        days, as_of_day=day_number(as_of), rng=rng, everyone=bought.histories,
        money=money, horizon_weeks=float(company.horizon_weeks),
    )  # fmt: skip
    found = Learned(
        models, days, calibration.data_from, now, why if is_current else Why.HISTORY, by,
        unconverted=recorded.unconverted,
    )  # fmt: skip
    if not is_current:
        return _keep(found)
    replaced = replacement(as_of, len(bought), recorded.countable)
    return _compete(_tried(found, as_of, replaced, rng), company, rng)


def _tried(
    found: Learned, as_of: date, replaced: Replacing | None, rng: np.random.Generator
) -> Learned:
    """With the trees that challenge them, in use where they won; and with what is shown of them:
    the proof, how things are replaced."""
    shown = prove(found.models, found.days, rng)
    models = with_challenger(found.models, found.days, known_beside(as_of), rng)
    return replace(found, models=models, shown=shown, replacing=replaced)


def _compete(found: Learned, company: Company, rng: np.random.Generator) -> FittedModel:
    """Set against the model in use; anew where another one came into use meanwhile."""
    weeks = float(company.horizon_weeks)
    while True:
        before = live_model()
        verdict = contest(models_of(before), found.models, found.days, horizon_weeks=weeks, rng=rng)
        if kept := _keep_if_still(before, found, verdict):
            return kept


@transaction.atomic
def _keep_if_still(
    before: FittedModel | None, found: Learned, verdict: Verdict
) -> FittedModel | None:
    """The new version, unless what it was set against is not in use any more."""
    companies.held()
    live_now = live_model()
    if (live_now and live_now.pk) != (before and before.pk):
        return None
    return _keep(found, live_now, verdict)


@transaction.atomic
def _keep(
    found: Learned,
    before: FittedModel | None = None,
    verdict: Verdict | None = None,
) -> FittedModel:
    """The new version: in use, held back for somebody to decide, or made to look back."""
    models, now = found.models, found.now
    judged = _judged(verdict, before)
    is_live = bool(verdict and verdict.goes_live and judged["kind"] != PINNED)
    kept = new_version(
        FittedModel.Kind.VALUE, is_current=is_live, name=models.model.name,
        parameters=models.to_json(), log_likelihood=models.model.facts.log_likelihood,
        customers=models.customers,
        report=_report(found),
        data_from=found.data_from, data_through=day_of(models.as_of_day), fitted_at=now,
        asked_because=found.why, asked_by=found.by if isinstance(found.by, User) else None,
        verdict=judged, live_from=now if is_live else None,
        held_at=now if verdict and not is_live else None,
    )  # fmt: skip
    if is_live and before:
        FittedModel.objects.filter(pk=before.pk).update(retired_at=now, is_pinned=False)
    _tell(kept, before, found.by, now)
    return kept


def _report(found: Learned) -> dict[str, Any]:
    """What pages show beside the numbers."""
    return {
        "lines": [
            *lines(found.models),
            *replacing_lines(found.replacing),
            *left_out(found.unconverted),
        ],  # fmt: skip
        "unconverted": found.unconverted,
        "proof": found.shown.to_json() if found.shown else None,
        "replacing": found.replacing.to_json() if found.replacing else None,
    }


def _judged(verdict: Verdict | None, before: FittedModel | None) -> dict[str, Any]:
    """What came of the contest, against which version; empty for models made to look back."""
    if verdict is None:
        return {}
    told = verdict.to_json()
    if before is None:
        return told
    is_held_up = before.is_pinned and verdict.kind != FIRST
    return told | {"against": before.version} | ({"kind": PINNED} if is_held_up else {})


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
