"""Old numbers against new ones on the same past, before the new ones go live.

Nothing after an origin is used by either. The new forecast is its formula fitted on what was known
that day. The old numbers stand as they are where they were fitted on no more than that; where they
have seen what came, their formula is fitted on what was known, as for the new one. Beside the
origins of the backtest stands a last one, of recent weeks: there an old model shows its age.
Rounds in which the old numbers stood as they are decide; without one, formulas are compared.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relationships.engine.value import backtest
from relationships.engine.value.backtest import Line, Origin
from relationships.engine.value.choice import LEVEL
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.purchases import PurchaseDays

RECENT_WEEKS = 13
# New numbers that expect so many times more, or less, of the same customers need better proof.
LEAP = 1.5
# So much fewer customers than the old ones learned from: theirs was another company's past.
OTHER_CUSTOMERS = 0.5

FIRST, BETTER, AS_GOOD = "first", "better", "as good"
WORSE, UNTESTED, LEAPS = "worse", "untested", "leaps"
GOES_LIVE = (FIRST, BETTER, AS_GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One origin: how far each was off. Deviance is per customer, less is better."""

    day: int
    weeks: float
    customers: int
    old: Line
    new: Line
    as_it_stood: bool  # the old numbers knew nothing of what came


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which of the two did better, round by round."""

    kind: str
    rounds: tuple[Round, ...] = ()
    ratio: float | None = None  # purchases expected of the same customers, new / old

    @property
    def goes_live(self) -> bool:
        """Whether the new one may replace the old one by itself."""
        return self.kind in GOES_LIVE

    @property
    def deciding(self) -> list[Round]:
        """Where the old numbers stood as they are; only without such a round, all formulas."""
        return [one for one in self.rounds if one.as_it_stood] or list(self.rounds)

    def deviance(self, side: str) -> float | None:
        """Mean over the rounds that decide, a customer counting once per round."""
        if not self.rounds:
            return None
        each = [getattr(one, side).deviance for one in self.deciding]
        return float(np.average(each, weights=[one.customers for one in self.deciding]))

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return asdict(self) | {"old": self.deviance("old"), "new": self.deviance("new")}


def contest(
    old: ModelSet | None,
    new: ModelSet,
    purchases: PurchaseDays,
    *,
    horizon_weeks: float,
    rng: np.random.Generator,
) -> Verdict:
    """Whether `new`, fitted on these purchases, is at least as good as `old`."""
    if old is None or not old.origins or old.as_of_day > new.as_of_day:
        return Verdict(kind=FIRST)
    if new.customers < OTHER_CUSTOMERS * old.customers:
        return Verdict(kind=FIRST)
    if not new.origins:
        return Verdict(kind=UNTESTED)
    known = backtest.sampled(purchases.cut(new.as_of_day), rng)
    origins = [*new.origins, *_recent(new, old, known, rng)]
    possible = [one for one in origins if one.has(old.outcome.model)]
    rounds = tuple(_round(old, new, origin, known) for origin in possible)
    if not rounds:  # it lived by fixed dates that there are no more
        return Verdict(kind=FIRST)
    ratio = _ratio(old, new, known, horizon_weeks)
    kind = _kind(Verdict(kind=AS_GOOD, rounds=rounds), ratio)
    return Verdict(kind=kind, rounds=rounds, ratio=ratio)


def _kind(found: Verdict, ratio: float) -> str:
    old, new = found.deviance("old") or 0.0, found.deviance("new") or 0.0
    if new * LEVEL < old:
        return BETTER
    if new > LEVEL * old:
        return WORSE
    return LEAPS if abs(np.log(ratio)) > np.log(LEAP) else AS_GOOD


def _recent(
    new: ModelSet, old: ModelSet, known: PurchaseDays, rng: np.random.Generator
) -> list[Origin]:
    """The last weeks, unless the backtest's own windows are no longer than they."""
    weeks = min(RECENT_WEEKS, int(new.origins[-1].weeks / 2))
    if weeks < backtest.LEAST_WEEKS:
        return []
    both = (old.outcome.model, new.outcome.model)
    day = new.as_of_day - 7 * weeks
    found = backtest.look_back(known, day=day, weeks=float(weeks), rng=rng, only=both)
    return [found] if found else []


def _round(old: ModelSet, new: ModelSet, origin: Origin, purchases: PurchaseDays) -> Round:
    as_it_stood = old.as_of_day <= origin.day
    return Round(
        day=origin.day,
        weeks=origin.weeks,
        customers=origin.customers,
        old=_as_it_stood(old, origin, purchases) if as_it_stood else origin.line(old.outcome.model),
        new=origin.line(new.outcome.model),
        as_it_stood=as_it_stood,
    )


def _as_it_stood(old: ModelSet, origin: Origin, purchases: PurchaseDays) -> Line:
    known = purchases.cut(origin.day)
    h = known.histories(origin.day)
    future = purchases.after(origin.day, origin.day + round(7 * origin.weeks))
    forecast = old.model.expected_repeats(h, origin.weeks)
    each = old.spend.expected_spend(h.repeats + 1, known.spent() / (h.repeats + 1))
    bought, paid = backtest.of_known(known, future)
    return backtest.line(old.outcome.model, forecast, forecast * each, bought, paid)


def _ratio(old: ModelSet, new: ModelSet, known: PurchaseDays, weeks: float) -> float:
    """Purchases that each expects of all customers together in the weeks to come."""
    h, _ = known.histories(new.as_of_day).grouped()
    totals = [
        float(h.weights @ one.model.expected_repeats(h, weeks)) * one.correction.purchases
        for one in (old, new)
    ]
    least = 1e-6
    return max(totals[1], least) / max(totals[0], least)
