"""One day taken as today: what every model would have said, and what came of it.

For a data scientist who checks our claims on their own file: parameters, log-likelihoods and the
rolling backtest of what was known at the end of the split day, then each forecast of the rest
against what happened, the naive formulas beside it, with and without the correction that the
past asks for.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relationships.engine.value import backtest, challenger, correction, covariates, naive
from relationships.engine.value.backtest import Line
from relationships.engine.value.challenge import NAME
from relationships.engine.value.correction import Correction
from relationships.engine.value.coverage import count_places, inside, spend_places
from relationships.engine.value.happened import NOTHING, Happened
from relationships.engine.value.histories import BadHistories, Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.modelset import ModelSet, fit_all
from relationships.engine.value.purchases import DAYS_PER_WEEK, PurchaseDays


class NothingToCheck(BadHistories):
    """No customer was known on the split day, or nothing lies after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One forecast's record in the holdout, as it was and corrected by its own past."""

    line: Line
    corrected: Line | None = None  # None for the naive formulas
    correction: Correction | None = None
    counts_inside: float | None = None  # share of customers within the 80 % band of purchases
    spend_inside: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """What was known on the split day, the models fitted on it, and their records after it."""

    models: ModelSet
    split_day: int
    weeks: float
    customers: int
    actual_purchases: float
    actual_spend: float
    records: tuple[Record, ...]

    def record(self, model: str) -> Record:
        """The record of this model."""
        return next(record for record in self.records if record.line.model == model)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return {
            "split_day": self.split_day,
            "weeks": self.weeks,
            "customers": self.customers,
            "actual_purchases": self.actual_purchases,
            "actual_spend": self.actual_spend,
            "chosen": self.models.outcome.model,
            "models": self.models.to_json(),
            "records": [asdict(record) for record in self.records],
        }


def check(
    purchases: PurchaseDays,
    *,
    split_day: int,
    through_day: int,
    rng: np.random.Generator,
    happened: Happened = NOTHING,
) -> Holdout:
    """Forecast everything after `split_day` to the end of `through_day`; `NothingToCheck` where
    that cannot be. At most 100,000 customers take part, drawn at random."""
    everything = backtest.sampled(purchases, rng)
    known = everything.cut(split_day)
    if not len(known) or split_day >= through_day:
        raise NothingToCheck("the split day needs purchases before it and days after it")
    weeks = (through_day - split_day) / DAYS_PER_WEEK
    models = fit_all(known, as_of_day=split_day, rng=rng, horizon_weeks=weeks)
    models = challenger.with_challenger(models, known, happened, rng)
    actual = backtest.of_known(known, everything.after(split_day, through_day))
    h = known.histories(split_day)
    past = _Past(known, h, *actual, weeks)
    return Holdout(
        models=models,
        split_day=split_day,
        weeks=weeks,
        customers=len(h),
        actual_purchases=float(actual[0].sum()),
        actual_spend=float(actual[1].sum()),
        records=(
            *_of_models(past, models, rng),
            *_of_trees(past, models, happened, rng),
            *_of_formulas(past),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Past:
    known: PurchaseDays
    h: Histories
    bought: Floats
    paid: Floats
    weeks: float

    def line(self, model: str, forecast: Floats, spend: Floats) -> Line:
        return backtest.line(model, forecast, spend, self.bought, self.paid)


def _of_models(past: _Past, models: ModelSet, rng: np.random.Generator) -> Iterator[Record]:
    h, spent = past.h, past.known.spent()
    first = int(past.known.day.min())
    window = correction.window_to_learn_from(first, models.as_of_day, past.weeks)
    origin = None
    if window is not None:
        origin = backtest.look_back(past.known, day=window.day, weeks=window.weeks, rng=rng)
    each = models.spend.expected_spend(h.repeats + 1, spent / (h.repeats + 1))
    for name, model in models.models.items():
        by = Correction()
        if window and origin and origin.has(name):
            by = correction.of(window, origin, name)
        forecast = model.expected_repeats(h, past.weeks)
        yield Record(
            line=past.line(name, forecast, forecast * each),
            corrected=past.line(name, by.purchases * forecast, by.spend * forecast * each),
            correction=by,
            counts_inside=inside(count_places(model, h, past.weeks, past.bought, rng)),
            spend_inside=_spend_inside(past, models, model, rng),
        )


def _of_trees(
    past: _Past, models: ModelSet, happened: Happened, rng: np.random.Generator
) -> Iterator[Record]:
    """The formula in use, bent by the challenger, whether that was admitted or not; none of few
    customers."""
    if models.is_mostly_prior:
        return
    name, day, h = models.outcome.model, models.as_of_day, past.h
    trees = models.covariates or challenger.learn(past.known, day, past.weeks, name, happened, rng)
    if trees is None:
        return
    spent, by = past.known.spent(), models.correction
    beside = happened.beside(past.known.customers, day)
    factor = trees.factors(covariates.columns(h, beside)).factor
    forecast = factor * models.model.expected_repeats(h, past.weeks)
    each = trees.spend * models.spend.expected_spend(h.repeats + 1, spent / (h.repeats + 1))
    yield Record(
        line=past.line(NAME, forecast, forecast * each),
        corrected=past.line(NAME, by.purchases * forecast, by.spend * forecast * each),
        correction=by,
        spend_inside=_spend_inside(past, models, models.model, rng, factor),
    )


def _spend_inside(
    past: _Past,
    models: ModelSet,
    model: PurchaseModel,
    rng: np.random.Generator,
    factor: Floats | float = 1.0,
) -> float:
    spent, spend = past.known.spent(), models.spend
    return inside(
        spend_places(model, spend, past.h, spent, past.weeks, past.paid, rng, factor=factor)
    )


def _of_formulas(past: _Past) -> Iterator[Record]:
    mean = past.known.spent() / (past.h.repeats + 1)
    for name, formula in naive.FORMULAS.items():
        forecast = formula(past.h, past.weeks)
        yield Record(line=past.line(name, forecast, forecast * mean))
