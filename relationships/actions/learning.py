"""Learning types from what people say: enough labels, tried on folds, kept when it is better."""

from datetime import date, datetime

import numpy as np
from django.db import transaction

from relationships import live
from relationships.actions.fitting import new_version
from relationships.actions.scoring import read
from relationships.engine.typology import dimensions
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.learning import FEWEST_LABELS, GROWTH, Learned, learn
from relationships.engine.typology.signatures import features
from relationships.models import FittedModel
from relationships.queries.judging import Standard, standard
from relationships.queries.said import Said, said
from relationships.queries.worth import worth
from relcrm.base import audit
from relcrm.base import company as companies
from relcrm.base.models import Company

KIND = FittedModel.Kind.LEARNED


def learn_when_due(
    company: Company, *, as_of: date, now: datetime, rng: np.random.Generator
) -> FittedModel | None:
    """At a hundred labels, then whenever there are a quarter more; and under a new edition."""
    live.follow(company)
    rules = live.specification()
    told = said(as_of)
    count = len(told.customers)
    last = FittedModel.objects.filter(kind=KIND, parameters__spec_version=rules.version).first()
    enough = FEWEST_LABELS if last is None else last.report["said"] * GROWTH
    if not rules.constants.learn_from_labels or count < enough:
        return None
    return learn_types(told, standard(company, as_of), now=now, rng=rng)


def learn_types(
    told: Said, rule: Standard, *, now: datetime, rng: np.random.Generator
) -> FittedModel | None:
    """Fit and try; the version is kept either way, and used only when it was better."""
    some = read(told.customers, rule)
    alive = worth(some, rule).alive
    rules, calibration = rule.specification, rule.calibration
    with np.errstate(divide="ignore"):
        prior = np.log(posterior_of(some.evidence, calibration, rules.behaviour, rules.types))
    placed = dimensions(some.evidence, calibration, alive, rules.weights)
    marks = features(some.evidence, placed, calibration, alive)
    found = learn(prior, marks, told.types, told.weights, rng=rng)
    if found is None:
        return None
    return _keep(found, rule, said_by=len(told.customers), now=now)


@transaction.atomic
def _keep(found: Learned, rule: Standard, *, said_by: int, now: datetime) -> FittedModel:
    companies.held()
    FittedModel.objects.filter(kind=KIND, is_current=True).update(is_current=False)
    version = new_version(
        KIND,
        is_current=found.is_better,
        name="labels",
        parameters=found.offset.to_json() | {"spec_version": rule.specification.version},
        log_likelihood=None,
        customers=found.labels,
        report=found.report() | {"said": said_by},
        data_through=rule.as_of,
        fitted_at=now,
    )
    audit.record("types.learned", version, by=None, at=now, is_used=found.is_better)
    return version
