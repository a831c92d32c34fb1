"""A challenger: many small trees that bend our forecast by what else is known of each customer.

Gradient-boosted trees (Friedman 2001; scikit-learn's histograms) learn how many times more or less
than forecast alike customers bought: Poisson loss with the forecast as exposure, so that a window
of any length can teach. They learn from windows that ended before the day that they forecast from,
and stand against the formula in use on the same customers. Age, gender and household are among what
they read only where the company says that they may be. They never forecast: the page shows
them, and why is in docs/decisions/challenger.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from relationships.engine.value import backtest, choice
from relationships.engine.value.alive import mean_gap_weeks
from relationships.engine.value.backtest import LEAST_FORECAST, Origin
from relationships.engine.value.challenge import NAME, TRAITS, Challenge
from relationships.engine.value.histories import Floats, Histories, Integers
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.purchases import PurchaseDays

# So many customers are enough to see whether trees find anything, and keep the nightly fit light.
MOST_CUSTOMERS = 20_000
TREES: dict[str, Any] = {
    "loss": "poisson", "max_iter": 80, "learning_rate": 0.06, "max_leaf_nodes": 12,
    "min_samples_leaf": 60, "l2_regularization": 5.0, "early_stopping": False, "random_state": 1,
}  # fmt: skip
KINDS = ("complaint", "promise_broken", "promise_kept")
LATELY_DAYS = 364


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Who people are, where that may be read: of ascending customers the day of birth, a number
    for the gender as it is written, and the size of the household; NaN for what is not known."""

    customer: Integers
    born_day: Floats
    gender: Floats
    household_size: Floats

    def of(self, customers: Integers, day: int) -> Floats:
        """Age in years on that day, gender and household of each of these ascending customers."""
        found = np.full((len(customers), len(TRAITS)), np.nan)
        at = np.searchsorted(customers, self.customer)
        known = at < len(customers)
        known[known] = customers[at[known]] == self.customer[known]
        age = (day - self.born_day) / 365.25
        columns = (np.where(age >= 0, age, np.nan), self.gender, self.household_size)
        found[at[known]] = np.column_stack(columns)[known]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What else is known: a customer, a day, and which of KINDS; and who people are, if told."""

    customer: Integers
    day: Integers
    kind: Integers
    traits: Traits | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """What is read beside purchases."""
        return KINDS if self.traits is None else (*KINDS, *TRAITS)

    def beside(self, customers: Integers, day: int) -> Floats:
        """Counts of each of these ascending customers, and their traits where there are any."""
        counts = self.counts(customers, day)
        if self.traits is None:
            return counts
        return np.column_stack([counts, self.traits.of(customers, day)])

    @classmethod
    def of(cls, customer: ArrayLike, day: ArrayLike, kind: ArrayLike) -> "Happened":
        """In any order."""
        who, when, what = (np.asarray(c, dtype=np.int64) for c in (customer, day, kind))
        return cls(customer=who, day=when, kind=what)

    def counts(self, customers: Integers, day: int) -> Floats:
        """Of each of these ascending customers: each kind in the year before `day`, and ever."""
        found = np.zeros((len(customers), 2 * len(KINDS)))
        at = np.searchsorted(customers, self.customer)
        known = (self.day <= day) & (at < len(customers))
        known[known] = customers[at[known]] == self.customer[known]
        np.add.at(found, (at[known], len(KINDS) + self.kind[known]), 1.0)
        lately = known & (self.day > day - LATELY_DAYS)
        np.add.at(found, (at[lately], self.kind[lately]), 1.0)
        return found


NOTHING = Happened.of([], [], [])


class _Judged(NamedTuple):
    origin: Origin
    customers: Integers
    gain: Floats


def challenge(
    models: ModelSet, purchases: PurchaseDays, happened: Happened, rng: np.random.Generator
) -> Challenge | None:
    """At every origin of the backtest at which trees could learn; None where there are too few
    customers to learn from, or nothing was tested."""
    if models.is_mostly_prior or not models.origins:
        return None
    some, name = _some(purchases, rng), models.outcome.model
    rounds = [found for o in models.origins if (found := _round(some, o, name, happened, rng))]
    if not rounds:
        return None
    table = {line.model: line for line in choice.table([one.origin for one in rounds])}
    gain, error = _gain(rounds)
    return Challenge(
        customers=len(np.unique(np.concatenate([one.customers for one in rounds]))),
        moments=len(rounds),
        trees=table[NAME],
        ours=table[name],
        gain=gain,
        gain_se=error,
        reads=happened.reads,
    )


def ahead(
    known: PurchaseDays,
    day: int,
    weeks: float,
    name: str,
    happened: Happened,
    rng: np.random.Generator,
    *,
    ours: PurchaseModel | None = None,
) -> Floats | None:
    """What trees that learned before `day` forecast for the `weeks` after it, of those known then;
    None where they could not learn. `ours` is the formula fitted that day, if it is there."""
    ours = ours or _ours(known, day, name, rng)
    taught = [
        _lesson(known, *window, name, happened, rng) for window in _windows(known, day, weeks)
    ]
    lessons = [one for one in taught if one is not None]
    if ours is None or not lessons:
        return None
    features, target, exposure = (np.concatenate(c) for c in zip(*lessons, strict=True))
    if not target.any():
        return None
    from sklearn.ensemble import HistGradientBoostingRegressor  # slow to load: not at every start

    h = known.histories(day)
    forecast = np.maximum(ours.expected_repeats(h, weeks), LEAST_FORECAST)
    with threadpool_limits(limits=1):
        trees = HistGradientBoostingRegressor(**TREES)
        trees.fit(features, target, sample_weight=exposure)
        more = trees.predict(_features(known, h, day, ours, happened))
    return np.asarray(forecast * more)


def _some(purchases: PurchaseDays, rng: np.random.Generator) -> PurchaseDays:
    customers = purchases.customers
    if len(customers) <= MOST_CUSTOMERS:
        return purchases
    return purchases.of(rng.choice(customers, MOST_CUSTOMERS, replace=False))


def _round(
    some: PurchaseDays, origin: Origin, name: str, happened: Happened, rng: np.random.Generator
) -> _Judged | None:
    day, weeks = origin.day, origin.weeks
    known = some.cut(day)
    ours = _ours(known, day, name, rng) if len(known) else None
    if ours is None:
        return None
    forecast = ahead(known, day, weeks, name, happened, rng, ours=ours)
    if forecast is None:
        return None
    h = known.histories(day)
    bought, paid = backtest.of_known(known, some.after(day, day + round(7 * weeks)))
    spend = backtest.fit_spend(h.repeats + 1, known.spent(), prior=backtest.needs_prior(h))
    each = spend.expected_spend(h.repeats + 1, known.spent() / (h.repeats + 1))
    usual = ours.expected_repeats(h, weeks)
    lines = tuple(
        backtest.line(n, f, f * each, bought, paid) for n, f in ((name, usual), (NAME, forecast))
    )
    judged = Origin(
        day=day, weeks=weeks, customers=len(h), repeaters=round(h.repeaters),
        actual_purchases=float(bought.sum()), actual_spend=float(paid.sum()), lines=lines,
    )  # fmt: skip
    gain = backtest.deviances(bought, usual) - backtest.deviances(bought, forecast)
    return _Judged(judged, known.customers, gain)


def _ours(
    known: PurchaseDays, day: int, name: str, rng: np.random.Generator
) -> PurchaseModel | None:
    """The formula in use, fitted on what was known; None where it could not be."""
    h = known.histories(day)
    if h.customers < backtest.LEAST_CUSTOMERS or h.repeaters < backtest.LEAST_REPEATERS:
        return None
    fits = backtest.fitters_on(known, h, rng)
    return fits[name](h, backtest.needs_prior(h)) if name in fits else None


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
    """Features, how many times what was forecast was bought, and the forecast as weight."""
    before = known.cut(begin)
    ours = _ours(before, begin, name, rng) if len(before) else None
    if ours is None:
        return None
    h = before.histories(begin)
    forecast = np.maximum(ours.expected_repeats(h, length / 7), LEAST_FORECAST)
    bought, _ = backtest.of_known(before, known.after(begin, begin + length))
    return _features(before, h, begin, ours, happened), bought / forecast, forecast


def _features(
    known: PurchaseDays, h: Histories, day: int, ours: PurchaseModel, happened: Happened
) -> Floats:
    """How often, how lately, since when, for how much; what our formula says; what happened."""
    usual = mean_gap_weeks(h) or 1.0
    own = (h.last_seen + 2 * usual) / (h.repeats + 2)
    silence = h.age - h.last_seen
    year = np.maximum(ours.expected_repeats(h, 52.0), LEAST_FORECAST)
    return np.column_stack(
        [
            h.repeats, h.age, silence, silence / own, ours.probability_alive(h), np.log(year),
            np.log1p(known.spent() / (h.repeats + 1)), happened.beside(known.customers, day),
        ]
    )  # fmt: skip


def _gain(rounds: list[_Judged]) -> tuple[float, float]:
    """Mean, and its standard error with customers as the units."""
    gains = np.concatenate([one.gain for one in rounds])
    who = np.unique(np.concatenate([one.customers for one in rounds]), return_inverse=True)[1]
    mean = float(gains.mean())
    per_customer = np.bincount(who.ravel(), gains - mean)
    return mean, float(np.sqrt(np.sum(per_customer**2)) / len(gains))
