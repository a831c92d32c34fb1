"""The forecast that would have been made one window ago, week by week and tenth by tenth.

On what was known that day everything is done anew: every formula fitted, the one chosen that had
done best on the past of that day, its correction and the width of its band taken from that past.
Then it is set against what came: for the tracking plot, in purchases and in money, and for the
plot of forecast against outcome by groups of equal size.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relationships.engine.value import backtest, choice, correction, portfolio
from relationships.engine.value.backtest import fit_spend, fitters_on, needs_prior
from relationships.engine.value.choice import TooLittleHistory
from relationships.engine.value.correction import Correction
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import PurchaseModel
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.portfolio import Spread
from relationships.engine.value.purchases import PurchaseDays
from relationships.engine.value.weekly import Weeks, week_by_week

GROUPS = 10
# So many customers tell the formulas apart on a past that only a plot asks for.
TRIED_ON = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers whom the forecast put side by side, the best first; means of one customer."""

    customers: int
    expected: float
    bought: float
    expected_spend: float
    spent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was expected and what came, of the customers known on `day`."""

    day: int
    weeks: int
    customers: int
    model: str  # chosen by what was known that day
    expected: list[float]  # purchases added up, week by week
    low: list[float]
    high: list[float]
    bought: list[float]
    expected_spend: list[float]  # the same in money
    low_spend: list[float]
    high_spend: list[float]
    spent: list[float]
    groups: tuple[Group, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What would have been in use at the end of a day."""

    name: str
    model: PurchaseModel
    correction: Correction
    spread: Spread


def then(
    known: PurchaseDays, h: Histories, day: int, weeks: float, rng: np.random.Generator
) -> Then:
    """From purchases through `day` alone; where no forecast could be checked yet, the formula is
    that of companies without a past, and the band that of other shops."""
    some = known if len(h) <= TRIED_ON else known.of(rng.choice(known.customers, TRIED_ON, False))
    origins = backtest.backtest(some, as_of_day=day, horizon_weeks=weeks, rng=rng)
    fits = fitters_on(known, h, rng)
    name = choice.best_of(origins, fits) if origins else choice.WITHOUT_BACKTEST
    return Then(
        name=name,
        model=fits[name](h, needs_prior(h)),
        correction=correction.learn(
            known,
            as_of_day=day,
            weeks_ahead=weeks,
            model=name,
            look_back=lambda past, at, span: backtest.look_back(
                past, day=at, weeks=span, rng=rng, only=(name,)
            ),
        ),
        spread=portfolio.spread(origins, name, is_default=False),
    )


def prove(models: ModelSet, purchases: PurchaseDays, rng: np.random.Generator) -> Proof | None:
    """At the newest origin of the backtest; None where there is none."""
    if not models.origins or isinstance(models.outcome, TooLittleHistory):
        return None
    day, weeks = models.origins[-1].day, int(models.origins[-1].weeks)
    known = purchases.cut(day)
    h = known.histories(day)
    if not len(h):
        return None
    used = then(known, h, day, float(weeks), rng)
    by, spent = used.correction, known.spent()
    spend = fit_spend(h.repeats + 1, spent, prior=needs_prior(h))
    each = spend.expected_spend(h.repeats + 1, spent / (h.repeats + 1))
    counts = week_by_week(used.model, purchases, day=day, weeks=weeks).times(by.purchases)
    money = week_by_week(used.model, purchases, day=day, weeks=weeks, each=each).times(by.spend)
    expected = used.model.expected_repeats(h, weeks)
    bought, paid = backtest.of_known(known, purchases.after(day, day + 7 * weeks))
    return Proof(
        day=day,
        weeks=weeks,
        customers=len(h),
        model=used.name,
        **_lines(used.spread, counts, money, _unevenness(known.spend)),
        groups=_groups(by.purchases * expected, by.spend * expected * each, bought, paid),
    )


def _lines(spread: Spread, counts: Weeks, money: Weeks, uneven: float) -> dict[str, list[float]]:
    bands = np.array([spread.of_count(n) for n in counts.expected])
    of_money = np.array(
        [
            spread.of_money(sum_, n, uneven=uneven)
            for sum_, n in zip(money.expected, counts.expected, strict=True)
        ]
    )
    return {
        "expected": _plain(counts.expected),
        "low": _plain(bands[:, 0]),
        "high": _plain(bands[:, 1]),
        "bought": _plain(counts.bought),
        "expected_spend": _plain(money.expected),
        "low_spend": _plain(of_money[:, 0]),
        "high_spend": _plain(of_money[:, 1]),
        "spent": _plain(money.bought),
    }


def _unevenness(amounts: Floats) -> float:
    """Of single purchases: variance over squared mean; 0 where nothing was paid."""
    mean = float(amounts.mean()) if len(amounts) else 0.0
    return float(amounts.var()) / mean**2 if mean > 0 else 0.0


def _groups(
    expected: Floats, expected_spend: Floats, bought: Floats, paid: Floats
) -> tuple[Group, ...]:
    order = np.argsort(-expected, kind="stable")
    return tuple(
        Group(
            customers=len(rows),
            expected=float(expected[rows].mean()),
            bought=float(bought[rows].mean()),
            expected_spend=float(expected_spend[rows].mean()),
            spent=float(paid[rows].mean()),
        )
        for rows in np.array_split(order, GROUPS)
        if len(rows)
    )


def _plain(column: Floats) -> list[float]:
    return [round(float(x), 2) for x in column]
