"""Learning types from what people say: enough labels, tried on folds, kept when it is better."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from relationships import live
from relationships.actions.scoring import read
from relationships.actions.versioning import new_version
from relationships.engine.typology import dimensions
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.learning import (
    FEWEST_LABELS,
    GROWTH,
    Learned,
    Offset,
    learn,
)
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
    found = taught(told, rule, rng)
    return keep(found, data_through=rule.as_of, now=now) if found else None


@dataclass(frozen=True)
class Taught:
    """What labels teach under an edition, and as what it is kept."""

    learned: Learned
    spec_version: int
    said_by: int

    @property
    def offset(self) -> Offset | None:
        """To judge by; None where judging without it is as good."""
        return self.learned.offset if self.learned.is_better else None

    def to_json(self) -> dict[str, Any]:
        return {
            "parameters": self.learned.offset.to_json() | {"spec_version": self.spec_version},
            "customers": self.learned.labels,
            "report": self.learned.report() | {"said": self.said_by},
        }


def taught(told: Said, rule: Standard, rng: np.random.Generator) -> Taught | None:
    """Fitted beside what this rule says of the same customers; None below a hundred labels."""
    learns = rule.specification.constants.learn_from_labels
    if not learns or len(told.customers) < FEWEST_LABELS:
        return None
    some = read(told.customers, rule)
    alive = worth(some, rule).alive
    rules, calibration = rule.specification, rule.calibration
    with np.errstate(divide="ignore"):
        prior = np.log(posterior_of(some.evidence, calibration, rules.behaviour, rules.types))
    placed = dimensions(some.evidence, calibration, alive, rules.weights)
    marks = features(some.evidence, placed, calibration, alive)
    found = learn(prior, marks, told.types, told.weights, rng=rng)
    return Taught(found, rules.version, len(told.customers)) if found else None


def keep(found: Taught, *, data_through: date, now: datetime) -> FittedModel:
    return keep_as(found.to_json(), data_through=data_through, now=now)


@transaction.atomic
def keep_as(made: dict[str, Any], *, data_through: date, now: datetime) -> FittedModel:
    """A new version of what was taught (`Taught.to_json`), in use when it was better."""
    companies.held()
    FittedModel.objects.filter(kind=KIND, is_current=True).update(is_current=False)
    is_better = made["report"]["is_better"]
    version = new_version(
        KIND, is_current=is_better, name="labels", log_likelihood=None, **made,
        data_through=data_through, fitted_at=now,
    )  # fmt: skip
    audit.record("types.learned", version, by=None, at=now, is_used=is_better)
    return version
