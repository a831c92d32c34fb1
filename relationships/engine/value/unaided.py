"""Every model by maximum likelihood, without our prior, as papers and other libraries print it."""

from typing import Any

import numpy as np

from relationships.engine.value import gammagamma
from relationships.engine.value.backtest import fitters_on
from relationships.engine.value.discrete import UNDER_CONTRACT, renewal
from relationships.engine.value.discrete.contracted import is_enough
from relationships.engine.value.histories import Floats, Histories
from relationships.engine.value.models import Stored
from relationships.engine.value.purchases import PurchaseDays

REPEATS_ONLY = "Gamma-Gamma, repeat purchases only"
RENEWALS = {"Contracts, sBG": False, "Contracts, BdW": True}  # whether time bends


def maximum_likelihood(
    known: PurchaseDays, as_of_day: int, rng: np.random.Generator
) -> dict[str, Stored]:
    """By name, those of fixed dates and of contracts where they are possible."""
    h = known.histories(as_of_day)
    contracts = _of_contracts(known, as_of_day)
    return {**_of_purchases(known, h, rng), **contracts, **_of_money(known, h)}


def _of_purchases(known: PurchaseDays, h: Histories, rng: np.random.Generator) -> dict[str, Stored]:
    """Contracts are left to their own renewals: the rest of that model is MBG/NBD and NBD."""
    possible = fitters_on(known, h, rng)
    fitted = {name: fit(h, False) for name, fit in possible.items() if name != UNDER_CONTRACT}
    return {name: model for name, model in fitted.items() if isinstance(model, Stored)}


def _of_contracts(known: PurchaseDays, as_of_day: int) -> dict[str, Stored]:
    spells = known.contracts
    if spells is None or not is_enough(spells, as_of_day):
        return {}
    contracts = spells.contracts(as_of_day)
    return {
        name: renewal.fit(contracts, prior=False, time_bends=bends)
        for name, bends in RENEWALS.items()
    }


def _of_money(known: PurchaseDays, h: Histories) -> dict[str, Stored]:
    """Of all purchases, and of repeat purchases alone, the way of the literature; left out where
    nobody paid."""
    spent = known.spent()
    later = spent - known.spend[known.starts]
    wanted = (("Gamma-Gamma", h.repeats + 1, spent), (REPEATS_ONLY, h.repeats, later))
    return {
        name: _spending(count, money)
        for name, count, money in wanted
        if np.any((count > 0) & (money > 0))
    }


def _spending(count: Floats, money: Floats) -> Stored:
    mean = np.divide(money, count, out=np.zeros(len(count)), where=count > 0)
    # What is left of a difference of sums is no money.
    return gammagamma.fit(count, np.where(mean > 1e-9, mean, 0.0), prior=False)


def to_json(models: dict[str, Stored]) -> dict[str, Any]:
    """Plain numbers and words, by name."""
    return {name: model.to_json() for name, model in models.items()}
