"""Alive, expected purchases and value of some customers, from their evidence and the models."""

import numpy as np

from relationships.engine import value
from relationships.engine.value import Histories, Money, Scores
from relationships.queries.evidence import Shard
from relationships.queries.judging import Standard

UNSUBSCRIBED_STAY = 0.85  # relationship science §2.5


def worth(some: Shard, rule: Standard) -> Scores:
    """Alive, expected purchases, value; who never bought lives by their last act, unvalued."""
    bought = some.purchase_days > 0
    h = histories(some)
    e = some.evidence
    contacts = e.recent("support") + e.recent("complaints")
    service = contacts * float(rule.company.cost_per_contact)
    service = service + e["messages_sent"] * float(rule.company.cost_per_message)
    money = Money.of(e["spend"], e["refunds"], e["returns"], service)
    scores = value.score(rule.models, h, money, rule.terms)
    alive = np.where(e.is_locked, 1.0, scores.alive)
    alive = np.where(e.has_opted_out, alive * UNSUBSCRIBED_STAY, alive)
    unknown = np.where(bought, 0.0, np.nan)
    return Scores(
        alive=np.clip(alive, 0.0, 1.0),
        expected_purchases=scores.expected_purchases + unknown,
        expected_spend=scores.expected_spend + unknown,
        value_low=scores.value_low + unknown,
        value=scores.value + unknown,
        value_high=scores.value_high + unknown,
    )


def histories(some: Shard) -> Histories:
    """x, t_x and T in weeks; who never bought stands as one who bought once, at their last act."""
    first = np.where(
        some.purchase_days > 0, some.first_bought_age, some.evidence["last_act_age_days"]
    )
    first = np.nan_to_num(first)
    last = np.where(some.purchase_days > 1, some.last_bought_age, first)
    repeats = np.maximum(some.purchase_days - 1, 0)
    return Histories.of(repeats, (first - last) / 7, first / 7)
