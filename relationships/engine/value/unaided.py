"""Every model by maximum likelihood, without our prior, as papers and other libraries print it."""

from typing import Any

import numpy as np

from relationships.engine.value import bgnbd, gammagamma, nbd, paretonbd
from relationships.engine.value.histories import Floats
from relationships.engine.value.models import Stored
from relationships.engine.value.purchases import PurchaseDays

REPEATS_ONLY = "Gamma-Gamma, repeat purchases only"


def maximum_likelihood(
    known: PurchaseDays, as_of_day: int, rng: np.random.Generator
) -> dict[str, Stored]:
    """By name; Gamma-Gamma on repeat purchases too, the way of the literature. Spend is left out
    where nobody paid."""
    h = known.histories(as_of_day)
    found: dict[str, Stored] = {
        "NBD": nbd.fit(h, prior=False),
        "BG/NBD": bgnbd.fit(h, first_may_be_last=False, prior=False),
        "MBG/NBD": bgnbd.fit(h, first_may_be_last=True, prior=False),
        "Pareto/NBD": paretonbd.fit(h, prior=False, rng=rng),
    }
    spent = known.spent()
    later = spent - known.spend[known.starts]
    for name, count, money in (
        ("Gamma-Gamma", h.repeats + 1, spent),
        (REPEATS_ONLY, h.repeats, later),
    ):
        if np.any((count > 0) & (money > 0)):
            found[name] = _spending(count, money)
    return found


def _spending(count: Floats, money: Floats) -> Stored:
    mean = np.divide(money, count, out=np.zeros(len(count)), where=count > 0)
    # What is left of a difference of sums is no money.
    return gammagamma.fit(count, np.where(mean > 1e-9, mean, 0.0), prior=False)


def to_json(models: dict[str, Stored]) -> dict[str, Any]:
    """Plain numbers and words, by name."""
    return {name: model.to_json() for name, model in models.items()}
