"""Alive, expected purchases and value of some customers, from their evidence and the models."""

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from relationships.engine import value
from relationships.engine.value import Histories, Money, Next, Scores, defaults, durability
from relationships.engine.value.covariates import NOBODY, Factors
from relationships.engine.value.discrete import UNDER_CONTRACT, Contracted, Occasional
from relationships.engine.value.discrete.fees import fees
from relationships.engine.value.losing import with_contracts
from relationships.engine.value.parts import Parts
from relationships.queries.contracts import contracts
from relationships.queries.evidence import Shard, day_number
from relationships.queries.judging import Standard
from relationships.queries.pricing import priced

UNSUBSCRIBED_STAY = 0.85  # relationship science §2.5


def worth(some: Shard, rule: Standard) -> Scores:
    """Alive, expected purchases, value; who never bought lives by their last act, and is worth what
    a contract brings, if they have one."""
    scores = value.score(rule.models, histories(some), money(some, rule), rule.terms, some.beside)
    known = _only_of_buyers(scores, some.purchase_days > 0)
    return _with_fees(replace(known, alive=_by_facts(some, scores.alive)), some, rule)


def _only_of_buyers(scores: Scores, bought: NDArray[np.bool_]) -> Scores:
    """The others are not valued, and nothing says when they buy next: NaN."""
    unknown = np.where(bought, 0.0, np.nan)
    names = ("expected_purchases", "expected_spend", "value_low", "value", "value_high")
    ahead = Next(**{each.name: getattr(scores.next, each.name) + unknown for each in fields(Next)})
    known = {name: getattr(scores, name) + unknown for name in names}
    bent = Factors(
        factor=np.where(bought, scores.covariates.factor, 1.0),
        because=np.where(bought, scores.covariates.because, NOBODY),
    )
    return replace(scores, next=ahead, covariates=bent, **known)


def _with_fees(scores: Scores, some: Shard, rule: Standard) -> Scores:
    """The margin of contract fees to come, of those who pay any; amounts that stand on what began
    and renewed a contract, and on no purchase."""
    model = rule.models.models.get(UNDER_CONTRACT)
    if not isinstance(model, Contracted) or some.fees is None or not some.fees.any():
        return scores
    pays, bought = some.fees > 0, ~np.isnan(scores.value)
    gross = fees(model, histories(some), some.fees, rule.terms)
    margin, cost = _of_a_fee(some, rule)
    more = gross.times(margin - cost)

    def added(column: NDArray[np.float64], extra: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(pays, np.nan_to_num(column) + extra, column)

    parts = {name: np.where(bought, part, 0.0) for name, part in scores.parts.columns().items()}
    parts["contract"], parts["renewing"] = gross.plain * margin, -gross.plain * cost
    parts["discounting"] = parts["discounting"] + more.discounted - more.plain
    whole = added(scores.value, more.discounted)
    return replace(
        scores,
        value=whole,
        value_low=np.minimum(added(scores.value_low, more.low), whole),
        value_high=np.maximum(added(scores.value_high, more.high), whole),
        parts=Parts(**parts),
        years=np.where(bought[:, None], scores.years, 0.0) + more.years,
        losing=with_contracts(scores.losing, np.nan_to_num(scores.value), more.discounted),
        fees=gross.plain,
    )


def _of_a_fee(some: Shard, rule: Standard) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What of each one's fees is left by the line of their contract, else by the company's usual
    margin, and what renewing costs of them."""
    paid, told = np.asarray(some.fees), np.asarray(some.fee_margins)
    usual = rule.models.rates.margin(rule.terms.margin_rate)
    cost = np.divide(rule.terms.cost_per_renewal, paid, out=np.zeros_like(paid), where=paid > 0)
    return np.where(np.isnan(told), usual, told), cost


def _by_facts(some: Shard, alive: NDArray[np.float64]) -> NDArray[np.float64]:
    """A chance to be alive, set right by what is known: a contract, a goodbye to letters."""
    e = some.evidence
    alive = np.where(e.is_locked, 1.0, alive)
    return np.clip(np.where(e.has_opted_out, alive * UNSUBSCRIBED_STAY, alive), 0.0, 1.0)


def months_ahead(some: Shard, rule: Standard) -> NDArray[np.float64]:
    """Expected active months of the next 36, by a model's own chance to be alive, as the score
    that ranks is none; where no fit of leaving is trusted, by the default; where purchases fall on
    fixed dates, by them; under contract as contracts are renewed. Of others who never bought
    nothing is known."""
    h = histories(some)
    leaving = rule.models.alive.leaving or defaults.alive_model().leaving
    if isinstance(rule.models.model, Occasional):
        leaving = rule.models.model
    alive = _by_facts(some, leaving.probability_alive(h))
    months = durability.months_ahead(leaving, h, alive)
    months = np.where(some.purchase_days > 0, months, np.nan)
    contracted = rule.models.models.get(UNDER_CONTRACT)
    if isinstance(contracted, Contracted) and some.plans is not None:
        alive = _by_facts(some, contracted.probability_alive(h))
        bound = durability.months_of_contract(contracted, h, alive)
        months = np.where(np.isnan(bound), months, bound)
    return months


def money(some: Shard, rule: Standard) -> Money:
    """What they paid, sent back and cost so far; costs only where a shard was read with prices."""
    e, costs, prices = some.evidence, some.costs, rule.prices
    if not costs:
        return Money.of(e["spend"], e["refunds"], e["returns"])
    return priced(e["spend"], e["refunds"], costs, prices)


def histories(some: Shard) -> Histories:
    """x, t_x and T in weeks; who never bought stands as one who bought once, at their last act."""
    first = np.where(
        some.purchase_days > 0, some.first_bought_age, some.evidence["last_act_age_days"]
    )
    first = np.nan_to_num(first)
    last = np.where(some.purchase_days > 1, some.last_bought_age, first)
    repeats = np.maximum(some.purchase_days - 1, 0)
    now = some.evidence.as_of_day
    since_last, since_first = (first - last) / 7, first / 7
    return Histories.of(repeats, since_last, since_first, as_of_day=now, plans=some.plans)


def under_contract(some: Shard, rule: Standard) -> Shard:
    """The same with contracts, where the models know of them and somebody here has had one."""
    e = some.evidence
    had = ~(np.isnan(e["subscribed_age_days"]) & np.isnan(e["cancelled_age_days"]))
    if UNDER_CONTRACT not in rule.models.models or not had.any():
        return some
    spells = contracts(rule.as_of, e.customers[had].tolist(), rule.prices)
    if spells is None:
        return some
    day = day_number(rule.as_of)
    return replace(
        some,
        plans=spells.plans(e.customers, day),
        fees=spells.fees(e.customers, day),
        fee_margins=spells.margins(e.customers, day),
    )


def renewals(some: Shard, rule: Standard) -> NDArray[np.float64]:
    """How often each one's contract is expected to be renewed within the horizon; NaN where there
    is none, or nothing is known of contracts."""
    model = rule.models.models.get(UNDER_CONTRACT)
    if not isinstance(model, Contracted) or some.plans is None:
        return np.full(len(some), np.nan)
    return model.expected_renewals(histories(some), rule.terms.horizon_weeks)
