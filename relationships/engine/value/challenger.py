"""A challenger: many small trees that bend our forecast by what else is known of each customer.

They learn from windows that ended before the day that they forecast from, and stand against the
formula in use on the same customers and moments of the past. Where they win there they are learned
once more, from what is known today, and multiply what the formula expects (covariates.py); else it
forecasts alone. Age, gender and household are among what they read only where the company says that
they may be. How it is decided is in docs/decisions/challenger.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from relationships.engine.value import backtest, choice, covariates, levels
from relationships.engine.value.backtest import LEAST_FORECAST, Origin
from relationships.engine.value.boosting import boost
from relationships.engine.value.challenge import NAME, Challenge
from relationships.engine.value.covariates import Covariates
from relationships.engine.value.happened import Happened
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.levels import Bent
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.purchases import PurchaseDays

# So many customers are enough to see whether trees find anything, and keep the nightly fit light.
MOST_CUSTOMERS = 20_000


class _Judged(NamedTuple):
    origin: Origin
    gain: Floats
    bent: Bent


@dataclass(frozen=True, slots=True)
class _Known:
    """What was known at the end of a day, and the formula in use, fitted on it."""

    purchases: PurchaseDays
    day: int
    h: Histories
    ours: PurchaseModel

    def forecast(self, weeks: float) -> Floats:
        return np.maximum(self.ours.expected_repeats(self.h, weeks), LEAST_FORECAST)

    def each(self) -> Floats:
        """What a purchase of each of them is expected to bring."""
        bought, spent = self.h.repeats + 1, self.purchases.spent()
        spend = backtest.fit_spend(bought, spent, prior=backtest.needs_prior(self.h))
        return spend.expected_spend(bought, spent / bought)

    def columns(self, happened: Happened) -> Floats:
        beside = happened.beside(self.purchases.customers, self.day)
        return covariates.columns(self.h, beside)


def with_challenger(
    models: ModelSet, purchases: PurchaseDays, happened: Happened, rng: np.random.Generator
) -> ModelSet:
    """With what came of the challenge; where the trees won, with them, and with ends of ranges
    read where the bent forecast has held."""
    rounds = _rounds(models, purchases, happened, rng)
    found = _challenge(models, rounds, happened)
    models = replace(models, challenge=found)
    if found is None or not found.wins:
        return models
    name, weeks = models.outcome.model, models.origins[-1].weeks
    trees = learn(_some(purchases, rng), models.as_of_day, weeks, name, happened, rng)
    if trees is None or not trees.trees:
        return models
    bent = {one.origin.day: one.bent for one in rounds}
    read = levels.learn(purchases, models.origins, name, rng, bent=bent)
    return replace(models, covariates=trees, levels=read)


def _challenge(models: ModelSet, rounds: list[_Judged], happened: Happened) -> Challenge | None:
    """None where trees could learn at no origin of the backtest: too few customers to learn from,
    or nothing was tested."""
    if not rounds:
        return None
    table = {line.model: line for line in choice.table([one.origin for one in rounds])}
    gain, error = _gain(rounds)
    return Challenge(
        customers=len(np.unique(np.concatenate([one.bent.customers for one in rounds]))),
        moments=len(rounds),
        trees=table[NAME],
        ours=table[models.outcome.model],
        gain=gain,
        gain_se=error,
        gains=tuple(float(one.gain.mean()) for one in rounds),
        reads=happened.reads,
    )


def learn(
    purchases: PurchaseDays,
    day: int,
    weeks: float,
    name: str,
    happened: Happened,
    rng: np.random.Generator,
) -> Covariates | None:
    """Trees from windows that ended by `day`, levelled on the `weeks` after it of those known
    then; None where there was too little to learn from."""
    known = _known(purchases, day, name, rng)
    return None if known is None else _learn(known, weeks, name, happened, rng)


def _learn(
    known: _Known, weeks: float, name: str, happened: Happened, rng: np.random.Generator
) -> Covariates | None:
    windows = _windows(known.purchases, known.day, weeks)
    taught = [_lesson(known.purchases, *window, name, happened, rng) for window in windows]
    lessons = [one for one in taught if one is not None]
    if not lessons:
        return None
    x, bought, forecast = (np.concatenate(c) for c in zip(*lessons, strict=True))
    found = Covariates(
        trees=boost(x, bought, forecast), reads=happened.reads,
        genders=happened.traits.genders if happened.traits else (),
    )  # fmt: skip
    return found.levelled(known.columns(happened), known.forecast(weeks), known.each())


def _some(purchases: PurchaseDays, rng: np.random.Generator) -> PurchaseDays:
    customers = purchases.customers
    if len(customers) <= MOST_CUSTOMERS:
        return purchases
    return purchases.of(rng.choice(customers, MOST_CUSTOMERS, replace=False))


def _rounds(
    models: ModelSet, purchases: PurchaseDays, happened: Happened, rng: np.random.Generator
) -> list[_Judged]:
    """Every origin of the backtest at which trees could learn."""
    if models.is_mostly_prior or not models.origins:
        return []
    some, name = _some(purchases, rng), models.outcome.model
    return [found for o in models.origins if (found := _round(some, o, name, happened, rng))]


def _round(
    some: PurchaseDays, origin: Origin, name: str, happened: Happened, rng: np.random.Generator
) -> _Judged | None:
    day, weeks = origin.day, origin.weeks
    known = _known(some, day, name, rng)
    trees = None if known is None else _learn(known, weeks, name, happened, rng)
    if known is None or trees is None:
        return None
    bought, paid = backtest.of_known(known.purchases, some.after(day, day + round(7 * weeks)))
    usual, each = known.forecast(weeks), known.each()
    factor = trees.factors(known.columns(happened)).factor
    lines = tuple(
        backtest.line(n, f, f * each * by, bought, paid)
        for n, f, by in ((name, usual, 1.0), (NAME, usual * factor, trees.spend))
    )
    judged = Origin(
        day=day, weeks=weeks, customers=len(known.h), repeaters=round(known.h.repeaters),
        actual_purchases=float(bought.sum()), actual_spend=float(paid.sum()), lines=lines,
    )  # fmt: skip
    gain = backtest.deviances(bought, usual) - backtest.deviances(bought, usual * factor)
    return _Judged(judged, gain, Bent(known.purchases.customers, factor, trees.spend))


def _known(purchases: PurchaseDays, day: int, name: str, rng: np.random.Generator) -> _Known | None:
    """None where the formula in use could not have been fitted that day."""
    known = purchases.cut(day)
    h = known.histories(day)
    if h.customers < backtest.LEAST_CUSTOMERS or h.repeaters < backtest.LEAST_REPEATERS:
        return None
    fits = backtest.fitters_on(known, h, rng)
    if name not in fits:
        return None
    return _Known(known, day, h, fits[name](h, backtest.needs_prior(h)))


def _windows(known: PurchaseDays, day: int, weeks: float) -> Iterator[tuple[int, int]]:
    """First days and lengths in days of up to two windows that ended by `day`."""
    first = int(known.day.min())
    length = min(round(7 * weeks), (day - first) // 2)
    for begin in (day - length, day - length - length // 2):
        if begin - first >= length // 2 and length >= 7 * backtest.LEAST_WEEKS:
            yield begin, length


def _lesson(
    known: PurchaseDays,
    begin: int,
    length: int,
    name: str,
    happened: Happened,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats] | None:
    """Columns, what was bought, and what was forecast, set to the sum of what was bought: the
    season of a lesson is nothing to learn."""
    before = _known(known, begin, name, rng)
    if before is None:
        return None
    bought, _ = backtest.of_known(before.purchases, known.after(begin, begin + length))
    forecast = before.forecast(length / 7)
    if not bought.any():
        return None
    return before.columns(happened), bought, forecast * bought.sum() / forecast.sum()


def _gain(rounds: list[_Judged]) -> tuple[float, float]:
    """Mean, and its standard error with customers as the units."""
    gains = np.concatenate([one.gain for one in rounds])
    who = np.unique(np.concatenate([one.bent.customers for one in rounds]), return_inverse=True)[1]
    mean = float(gains.mean())
    per_customer = np.bincount(who.ravel(), gains - mean)
    return mean, float(np.sqrt(np.sum(per_customer**2)) / len(gains))
