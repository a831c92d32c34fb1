"""Which forecast to trust: the one that did best on the company's own past, or why none can."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from relationships.engine.value.backtest import Line, Origin
from relationships.engine.value.discrete.contracted import UNDER_CONTRACT
from relationships.engine.value.discrete.occasional import FIXED_DATES
from relationships.engine.value.models import PurchaseModel, UnknownModel

CANDIDATES = ("BG/NBD", "MBG/NBD", "Pareto/NBD", "NBD")
# Not possible for every company: of fixed dates, of contracts.
WHERE_POSSIBLE = (FIXED_DATES, UNDER_CONTRACT)
WITHOUT_BACKTEST = "MBG/NBD"
# Models whose deviance differs by less than a hundredth are level: which one wins changes from
# origin to origin. Then the better order counts, as the level is corrected afterwards.
LEVEL = 1.01
# Two more parameters pay for themselves from two units of log-likelihood (Akaike 1974).
WORTH_TWO_PARAMETERS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A model won the backtest."""

    kind: ClassVar[str] = "chosen"
    model: str
    origins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChurnYet:
    """No evidence of churn yet: letting customers leave explains their past no better."""

    kind: ClassVar[str] = "no churn yet"
    model: str
    origins: int
    gain: float  # log-likelihood of the best model with leaving, above the one without


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTestedYet:
    """Fitted on the company's own customers, but history is too short to check a forecast."""

    kind: ClassVar[str] = "not tested yet"
    model: str
    weeks: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLittleHistory:
    """Too few customers to fit anything: the stored default speaks, with a wide interval."""

    kind: ClassVar[str] = "too little history"
    model: str
    customers: int
    repeaters: int
    weeks: float


Outcome = Chosen | NoChurnYet | NotTestedYet | TooLittleHistory
_KINDS: dict[str, type[Outcome]] = {
    kind.kind: kind for kind in (Chosen, NoChurnYet, NotTestedYet, TooLittleHistory)
}


def choose(origins: Sequence[Origin], models: Mapping[str, PurchaseModel], weeks: float) -> Outcome:
    """The candidate that did best over all origins, each customer counting once per origin;
    `weeks` is the length of history."""
    model = best_of(origins, models) if origins else WITHOUT_BACKTEST
    gain = gain_of_leaving(models)
    if gain < WORTH_TWO_PARAMETERS and model not in WHERE_POSSIBLE:
        return NoChurnYet(model=model, origins=len(origins), gain=gain)
    if not origins:
        return NotTestedYet(model=model, weeks=weeks)
    return Chosen(model=model, origins=len(origins))


def best_of(origins: Sequence[Origin], models: Collection[str] = CANDIDATES) -> str:
    """Who forecast best: the least deviance, and among the level the best order of customers.
    Naive formulas stand beside, but cannot be chosen; nor can those that need fixed dates or
    contracts where there were none at some origin, or are none now."""
    names = [name for name in CANDIDATES if all(origin.has(name) for origin in origins)]
    names += [
        name
        for name in WHERE_POSSIBLE
        if name in models and all(origin.has(name) for origin in origins)
    ]
    deviances = {name: _mean_deviance(origins, name) for name in names}
    least = min(deviances.values())
    level = sorted((d, name) for name, d in deviances.items() if d <= LEVEL * least)
    return max((name for _, name in level), key=lambda name: _mean_gini(origins, name) or 0.0)


def gain_of_leaving(models: Mapping[str, PurchaseModel]) -> float:
    """Log-likelihood of the best model with leaving, above NBD's. Those of fixed dates and
    of contracts count something else."""
    likelihoods = {name: models[name].facts.log_likelihood or 0.0 for name in CANDIDATES}
    steady = likelihoods.pop("NBD")
    return max(likelihoods.values()) - steady


def table(origins: Sequence[Origin]) -> tuple[Line, ...]:
    """Every forecast's record over all origins, the best first; empty without a backtest."""
    if not origins:
        return ()
    names = [line.model for line in origins[0].lines]
    names = [name for name in names if all(origin.has(name) for origin in origins)]
    return tuple(sorted((_over_all(origins, n) for n in names), key=lambda line: line.deviance))


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """Plain numbers and words."""
    return {"kind": outcome.kind, **asdict(outcome)}


def outcome_from_json(stored: Mapping[str, Any]) -> Outcome:
    """The outcome that `outcome_to_json` stored."""
    given = dict(stored)
    kind = given.pop("kind", None)
    if kind not in _KINDS:
        raise UnknownModel(f"no outcome of a choice is called {kind!r}")
    return _KINDS[kind](**given)


def _mean_deviance(origins: Sequence[Origin], name: str) -> float:
    sizes = [origin.customers for origin in origins]
    return float(np.average([o.line(name).deviance for o in origins], weights=sizes))


def _mean_gini(origins: Sequence[Origin], name: str, column: str = "gini") -> float | None:
    found = [(getattr(o.line(name), column), o.customers) for o in origins]
    known = [(gini, size) for gini, size in found if gini is not None]
    if not known:
        return None
    ginis, sizes = zip(*known, strict=True)
    return float(np.average(ginis, weights=sizes))


def _over_all(origins: Sequence[Origin], name: str) -> Line:
    lines, sizes = [o.line(name) for o in origins], [o.customers for o in origins]
    bought, paid = sum(o.actual_purchases for o in origins), sum(o.actual_spend for o in origins)
    purchases, spend = sum(line.purchases for line in lines), sum(line.spend for line in lines)
    shares = [line.best_tenth_share for line in lines if line.best_tenth_share is not None]
    squares = ([line.purchases_rmse**2 for line in lines], [line.spend_rmse**2 for line in lines])
    rmse, spend_rmse = (float(np.sqrt(np.average(s, weights=sizes))) for s in squares)
    return Line(
        model=name,
        deviance=_mean_deviance(origins, name),
        purchases=purchases,
        purchases_bias=purchases / bought - 1 if bought > 0 else None,
        purchases_rmse=rmse,
        best_tenth_share=float(np.mean(shares)) if shares else None,
        spend=spend,
        spend_bias=spend / paid - 1 if paid > 0 else None,
        spend_rmse=spend_rmse,
        gini=_mean_gini(origins, name),
        spend_gini=_mean_gini(origins, name, "spend_gini"),
    )
