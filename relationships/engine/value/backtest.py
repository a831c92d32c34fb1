"""Rolling backtests: forecast a past that has already happened, and keep the score.

At each origin only what was known that day is used. Judged by Poisson deviance, which asks for
the right mean of each customer; bias, root mean squared error, the share of purchases that the
predicted best tenth made and the normalised Gini stand beside it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relationships.engine.value import bgnbd, defaults, gammagamma, naive, nbd, paretonbd
from relationships.engine.value.discrete import calendar, contracted, occasional
from relationships.engine.value.discrete.calendar import Calendar
from relationships.engine.value.discrete.contracted import UNDER_CONTRACT
from relationships.engine.value.discrete.occasional import FIXED_DATES
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.ranking import normalised_gini

MOST_CUSTOMERS = 100_000
MOST_ORIGINS = 4
LEAST_WEEKS, LEAST_CUSTOMERS, LEAST_REPEATERS = 4, 30, 10
# Maximum likelihood where the data suffice; below, the prior steadies it.
REPEATERS_WITHOUT_PRIOR = 1_000
# A forecast of exactly nothing would be infinitely wrong once: once in ten thousand is the floor.
LEAST_FORECAST = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One forecast's record at one origin, or over all of them."""

    model: str
    deviance: float  # mean Poisson deviance of purchases per customer
    purchases: float  # forecast, all customers
    purchases_bias: float | None  # forecast / actual − 1; None where nothing was bought
    purchases_rmse: float
    best_tenth_share: float | None  # of actual purchases, by the tenth forecast to buy most
    spend: float
    spend_bias: float | None
    spend_rmse: float
    gini: float | None = None  # of the order in purchases, 1 is the true order
    spend_gini: float | None = None
    best_tenth_spend: float | None = None  # of actual spend, by the tenth forecast to spend most


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One day in the past, and how each forecast made then turned out."""

    day: int
    weeks: float
    customers: int
    repeaters: int
    actual_purchases: float
    actual_spend: float
    lines: tuple[Line, ...]

    def line(self, model: str) -> Line:
        """The record of this model."""
        return next(line for line in self.lines if line.model == model)

    def has(self, model: str) -> bool:
        """Whether this model was possible then."""
        return any(line.model == model for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Origin":
        """The origin that `to_json` stored."""
        return cls(**{**stored, "lines": tuple(Line(**line) for line in stored["lines"])})


Fit = Callable[[Histories, bool], PurchaseModel]


def fitters(rng: np.random.Generator, dates: Calendar | None = None) -> dict[str, Fit]:
    """The candidates, by name; the one of fixed dates only where there are such `dates`."""
    found: dict[str, Fit] = {
        "NBD": lambda h, prior: nbd.fit(h, prior=prior),
        "BG/NBD": lambda h, prior: bgnbd.fit(h, first_may_be_last=False, prior=prior),
        "MBG/NBD": lambda h, prior: bgnbd.fit(h, first_may_be_last=True, prior=prior),
        "Pareto/NBD": lambda h, prior: paretonbd.fit(h, prior=prior, rng=rng),
    }
    if dates is not None:
        found[FIXED_DATES] = lambda h, prior: occasional.fit(h, dates, prior=prior)
    return found


def fitters_on(purchases: PurchaseDays, h: Histories, rng: np.random.Generator) -> dict[str, Fit]:
    """The candidates that these purchases allow: of fixed dates only if anybody has had one more
    than their first, of contracts only if enough have come to the end of a period."""
    dates = calendar.find(purchases)
    if dates is not None and not dates.count(h, closed_only=True).offered.any():
        dates = None
    found, spells = fitters(rng, dates), purchases.contracts
    day = h.as_of_day
    if spells is not None and day is not None and contracted.is_enough(spells, day):
        found[UNDER_CONTRACT] = lambda h, prior: contracted.fit(h, spells, day, prior=prior)
    return found


def needs_prior(h: Histories) -> bool:
    """Whether there are too few who came back for maximum likelihood."""
    return h.repeaters < REPEATERS_WITHOUT_PRIOR


def fit_spend(bought: Floats, spent: Floats, *, prior: bool) -> GammaGamma:
    """Gamma-Gamma on all purchases; its stored shape where too few have paid."""
    paying = spent > 0
    if paying.sum() < LEAST_CUSTOMERS:
        total = float(bought.sum())
        return defaults.spend_model(float(spent.sum()) / total if total else 0.0)
    return gammagamma.fit(bought[paying], spent[paying] / bought[paying], prior=prior)


def origin_days(first_day: int, as_of_day: int, horizon_weeks: float) -> tuple[float, list[int]]:
    """The window in weeks and up to four days from which a forecast can be checked, oldest first.

    The window is as long as the forecast where three of it fit into history, else a third of it.
    """
    span = (as_of_day - first_day) / 7
    weeks = float(min(np.floor(horizon_weeks), np.floor(span / 3)))
    if weeks < LEAST_WEEKS:
        return weeks, []
    days = [as_of_day - round(7 * weeks * (1 + i / 2)) for i in range(MOST_ORIGINS)]
    return weeks, sorted(day for day in days if day - first_day >= 7 * weeks)


def backtest(
    purchases: PurchaseDays, *, as_of_day: int, horizon_weeks: float, rng: np.random.Generator
) -> tuple[Origin, ...]:
    """Every origin that has enough customers; none where history is too short."""
    if len(purchases) == 0:
        return ()
    sample = sampled(purchases, rng)
    weeks, days = origin_days(int(sample.day.min()), as_of_day, horizon_weeks)
    origins = (look_back(sample, day=day, weeks=weeks, rng=rng) for day in days)
    return tuple(origin for origin in origins if origin is not None)


def sampled(purchases: PurchaseDays, rng: np.random.Generator) -> PurchaseDays:
    """At most 100,000 customers, drawn at random."""
    customers = purchases.customers
    if len(customers) <= MOST_CUSTOMERS:
        return purchases
    return purchases.of(rng.choice(customers, MOST_CUSTOMERS, replace=False))


def look_back(
    purchases: PurchaseDays,
    *,
    day: int,
    weeks: float,
    rng: np.random.Generator,
    only: tuple[str, ...] = (),
) -> Origin | None:
    """Forecast the `weeks` after `day` with what was known then, by every model or `only` some;
    None with too few customers, or when one of those was not possible then."""
    known = purchases.cut(day)
    h = known.histories(day)
    if h.customers < LEAST_CUSTOMERS or h.repeaters < LEAST_REPEATERS:
        return None
    future = purchases.after(day, day + round(7 * weeks))
    bought, paid = of_known(known, future)
    prior = needs_prior(h)
    spend = fit_spend(h.repeats + 1, known.spent(), prior=prior)
    past_mean = known.spent() / (h.repeats + 1)
    per_purchase = spend.expected_spend(h.repeats + 1, past_mean)
    candidates = fitters_on(known, h, rng)
    if not set(only) <= set(candidates):
        return None
    forecasts = {
        name: fit(h, prior).expected_repeats(h, weeks)
        for name, fit in candidates.items()
        if not only or name in only
    }
    lines = [line(n, f, f * per_purchase, bought, paid) for n, f in forecasts.items()]
    for name, formula in naive.FORMULAS.items():
        forecast = formula(h, weeks)
        lines.append(line(name, forecast, forecast * past_mean, bought, paid))
    return Origin(
        day=day,
        weeks=weeks,
        customers=len(h),
        repeaters=round(h.repeaters),
        actual_purchases=float(bought.sum()),
        actual_spend=float(paid.sum()),
        lines=tuple(lines),
    )


def line(model: str, forecast: Floats, spend: Floats, bought: Floats, paid: Floats) -> Line:
    """The record of one forecast against what happened."""
    best, dearest = (
        np.argsort(-by, kind="stable")[: max(1, len(by) // 10)] for by in (forecast, spend)
    )
    total, money = float(bought.sum()), float(paid.sum())
    return Line(
        model=model,
        deviance=float(np.mean(deviances(bought, forecast))),
        purchases=float(forecast.sum()),
        purchases_bias=float(forecast.sum()) / total - 1 if total > 0 else None,
        purchases_rmse=float(np.sqrt(np.mean((forecast - bought) ** 2))),
        best_tenth_share=float(bought[best].sum()) / total if total > 0 else None,
        spend=float(spend.sum()),
        spend_bias=float(spend.sum()) / money - 1 if money > 0 else None,
        spend_rmse=float(np.sqrt(np.mean((spend - paid) ** 2))),
        gini=normalised_gini(forecast, bought),
        spend_gini=normalised_gini(spend, paid),
        best_tenth_spend=float(paid[dearest].sum()) / money if money > 0 else None,
    )


def deviances(actual: Floats, forecast: Floats) -> Floats:
    """2 (y log(y/μ) − y + μ), each customer's Poisson deviance."""
    mean = np.maximum(forecast, LEAST_FORECAST)
    return np.asarray(2 * (actual * np.log(np.maximum(actual, 1) / mean) - actual + mean))


def of_known(known: PurchaseDays, future: PurchaseDays) -> tuple[Floats, Floats]:
    """Purchase days and money after the origin of those who were customers then."""
    customers = known.customers
    at = np.searchsorted(customers, future.customer)
    inside = at < len(customers)
    inside[inside] = customers[at[inside]] == future.customer[inside]
    rows, size = at[inside], len(customers)
    paid = np.bincount(rows, future.spend[inside], size).astype(np.float64)
    return np.bincount(rows, minlength=size).astype(np.float64), paid
