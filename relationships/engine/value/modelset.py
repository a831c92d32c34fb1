"""Everything fitted for one company on one day, and the scores that it gives to customers.

A `ModelSet` is a few dozen numbers. The worker fits it once (`fit_all`), stores `to_json()` in
the database, and scores customers from it in chunks of any size (scores.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relationships.engine.value import (
    alive,
    backtest,
    choice,
    clv,
    correction,
    defaults,
    levels,
    portfolio,
    rhythm,
)
from relationships.engine.value.alive import AliveModel
from relationships.engine.value.backtest import Line, Origin, fit_spend, fitters_on, needs_prior
from relationships.engine.value.challenge import Challenge
from relationships.engine.value.choice import Outcome, TooLittleHistory
from relationships.engine.value.correction import Correction
from relationships.engine.value.covariates import Covariates
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Histories, LengthsDiffer
from relationships.engine.value.levels import Levels
from relationships.engine.value.models import PurchaseModel, UnknownModel
from relationships.engine.value.money import CostRates, Money
from relationships.engine.value.portfolio import Spread
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.rhythm import Rhythm

FORMAT = 1
HORIZON_WEEKS = 52.0
# Below these the page says "mostly our prior".
CUSTOMERS_TO_SPEAK, REPEATERS_TO_SPEAK = 500, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSet:
    """The models of a company, which of them was chosen, and why."""

    as_of_day: int
    customers: int
    repeaters: int
    models: Mapping[str, PurchaseModel]  # every candidate, by name
    outcome: Outcome
    spend: GammaGamma
    alive: AliveModel
    rates: CostRates
    origins: tuple[Origin, ...]  # the backtest, oldest first
    correction: Correction = clv.UNCORRECTED  # of the sums, by how far they were off before
    rhythm: Rhythm = rhythm.UNKNOWN  # when they choose next
    levels: Levels = levels.AS_FORECAST  # where one customer's low and high are read
    challenge: Challenge | None = None  # what trees could add
    covariates: Covariates | None = None  # the trees, only where they won

    @property
    def model(self) -> PurchaseModel:
        """The model that forecasts."""
        return self.models[self.outcome.model]

    @property
    def multiplied(self) -> Correction:
        """What sums are multiplied by, together with the level of trees in use."""
        if self.covariates is None:
            return self.correction
        return replace(self.correction, spend=self.correction.spend * self.covariates.spend)

    @property
    def is_mostly_prior(self) -> bool:
        """Whether there are too few customers for their own past to weigh much."""
        return self.customers < CUSTOMERS_TO_SPEAK or self.repeaters < REPEATERS_TO_SPEAK

    @property
    def table(self) -> tuple[Line, ...]:
        """Every forecast's record in the backtest, naive formulas included, best first."""
        return choice.table(self.origins)

    @property
    def spread(self) -> Spread:
        """How wrong the sum over all customers may be."""
        is_default = isinstance(self.outcome, TooLittleHistory)
        return portfolio.spread(self.origins, self.outcome.model, is_default=is_default)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words, for a JSON column."""
        return {
            "format": FORMAT,
            "as_of_day": self.as_of_day,
            "customers": self.customers,
            "repeaters": self.repeaters,
            "models": {name: model.to_json() for name, model in self.models.items()},
            "outcome": choice.outcome_to_json(self.outcome),
            "spend": self.spend.to_json(),
            "alive": self.alive.to_json(),
            "rates": self.rates.to_json(),
            "origins": [origin.to_json() for origin in self.origins],
            "correction": self.correction.to_json(),
            "rhythm": self.rhythm.to_json(),
            "levels": self.levels.to_json(),
            "challenge": self.challenge and self.challenge.to_json(),
            "covariates": self.covariates and self.covariates.to_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ModelSet":
        """The set that `to_json` stored; `UnknownModel` when another version wrote it."""
        if stored.get("format") != FORMAT:
            raise UnknownModel("these models were stored by another version: fit them again")
        models = stored["models"]
        return cls(
            as_of_day=int(stored["as_of_day"]),
            customers=int(stored["customers"]),
            repeaters=int(stored["repeaters"]),
            models={name: defaults.model_from_json(model) for name, model in models.items()},
            outcome=choice.outcome_from_json(stored["outcome"]),
            spend=GammaGamma.from_json(stored["spend"]),
            alive=AliveModel.from_json(stored["alive"]),
            rates=CostRates.from_json(stored["rates"]),
            origins=tuple(Origin.from_json(origin) for origin in stored["origins"]),
            correction=Correction.from_json(stored.get("correction")),
            rhythm=Rhythm.from_json(stored.get("rhythm")),
            levels=Levels.from_json(stored.get("levels")),
            challenge=Challenge.from_json(stored.get("challenge")),
            covariates=Covariates.from_json(stored.get("covariates")),
        )


def fit_all(
    purchases: PurchaseDays,
    *,
    as_of_day: int,
    rng: np.random.Generator,
    everyone: Histories | None = None,
    money: Money | None = None,
    horizon_weeks: float = HORIZON_WEEKS,
) -> ModelSet:
    """Fit every candidate, backtest them, and choose. Gives a typed outcome at any size.

    `purchases` feed the backtest, and everything else too unless `everyone` is given: then they
    may be those of a random 100,000 customers, while `everyone` and `money` (in the same order)
    are the summaries of all. Nothing after `as_of_day` is used.
    """
    known = purchases.cut(as_of_day)
    h, owned = _owned(known, as_of_day, everyone, money)
    origins = backtest.backtest(known, as_of_day=as_of_day, horizon_weeks=horizon_weeks, rng=rng)
    models, outcome = _models(known, h, origins, rng)
    living = alive.fit(h, default=defaults.alive_model())
    bought = h.repeats + 1
    return ModelSet(
        as_of_day=as_of_day,
        customers=round(h.customers),
        repeaters=round(h.repeaters),
        models=models,
        outcome=outcome,
        spend=fit_spend(bought, owned.spent, prior=needs_prior(h)),
        alive=living,
        rates=CostRates.fit(bought, owned),
        origins=origins,
        correction=_correction(known, outcome, as_of_day, horizon_weeks, rng),
        rhythm=rhythm.fit(known, as_of_day=as_of_day, alive=living),
        levels=_levels(known, outcome, origins, rng),
    )


def _owned(
    known: PurchaseDays, as_of_day: int, everyone: Histories | None, money: Money | None
) -> tuple[Histories, Money]:
    """Summaries of everyone, and their money: of the purchases themselves unless handed over."""
    h = known.histories(as_of_day) if everyone is None else everyone
    owned = money or Money.of(known.spent() if everyone is None else np.zeros(len(h)))
    if len(owned.spent) != len(h):
        raise LengthsDiffer("money needs one row for each of everyone, in the same order")
    return h, owned


def _correction(
    known: PurchaseDays,
    outcome: Outcome,
    as_of_day: int,
    weeks_ahead: float,
    rng: np.random.Generator,
) -> Correction:
    """Of the model that forecasts; none where the stored default does."""
    if isinstance(outcome, TooLittleHistory):
        return clv.UNCORRECTED
    return correction.learn(
        backtest.sampled(known, rng),
        as_of_day=as_of_day,
        weeks_ahead=weeks_ahead,
        look_back=lambda past, day, weeks: backtest.look_back(
            past, day=day, weeks=weeks, rng=rng, only=(outcome.model,)
        ),
        model=outcome.model,
    )


def _levels(
    known: PurchaseDays, outcome: Outcome, origins: tuple[Origin, ...], rng: np.random.Generator
) -> Levels:
    if isinstance(outcome, TooLittleHistory):
        return levels.UNSEEN
    return levels.learn(known, origins, outcome.model, rng)


def _models(
    known: PurchaseDays,
    h: Histories,
    origins: tuple[Origin, ...],
    rng: np.random.Generator,
) -> tuple[dict[str, PurchaseModel], Outcome]:
    weeks = float(h.age.max()) if len(h) else 0.0
    few = h.customers < backtest.LEAST_CUSTOMERS or h.repeaters < backtest.LEAST_REPEATERS
    if few or weeks < backtest.LEAST_WEEKS:
        too_little = TooLittleHistory(
            model=choice.WITHOUT_BACKTEST,
            customers=round(h.customers),
            repeaters=round(h.repeaters),
            weeks=weeks,
        )
        return {name: defaults.purchase_model(name) for name in choice.CANDIDATES}, too_little
    prior = needs_prior(h)
    models = {name: fit(h, prior) for name, fit in fitters_on(known, h, rng).items()}
    return models, choice.choose(origins, models, weeks)
