"""The scores that the models of a company give to customers, in chunks of any size."""

from dataclasses import dataclass

import numpy as np

from relationships.engine.value import clv, covariates
from relationships.engine.value.covariates import Factors
from relationships.engine.value.histories import Floats, Histories, LengthsDiffer
from relationships.engine.value.losing import Losing
from relationships.engine.value.modelset import ModelSet
from relationships.engine.value.money import Money
from relationships.engine.value.parts import PARTS, Parts
from relationships.engine.value.rhythm import Next
from relationships.engine.value.terms import Terms

CHUNK = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One row per customer; money in the company's currency, over the horizon of the terms."""

    alive: Floats  # chance that the relationship is alive, with the customer's own rhythm
    expected_purchases: Floats
    expected_spend: Floats  # of one purchase
    value_low: Floats
    value: Floats
    value_high: Floats
    parts: Parts  # that add up to `value`
    years: Floats  # value over one, two, three and ten years
    losing: Losing
    next: Next
    covariates: Factors  # by what purchases were multiplied
    fees: Floats | None = None  # of contracts, over the horizon; None: of nobody


def score(
    models: ModelSet, h: Histories, money: Money, terms: Terms | None = None,
    beside: Floats | None = None,
) -> Scores:  # fmt: skip
    """Score customers; a million in one call or in chunks, the result is the same. `beside` is what
    else is known of them (`Happened.beside`): without it no forecast is bent."""
    if len(money.spent) != len(h):
        raise LengthsDiffer("money needs one row for each history")
    bent = _bent(models, h, money, beside)
    parts = _in_chunks(models, h, money, terms or Terms(), bent)
    column = {name: _joined([getattr(part, name) for part in parts]) for name in _COLUMNS}
    living = models.alive.alive(h)
    return Scores(
        alive=living,
        next=models.rhythm.next(h, living),
        covariates=bent,
        expected_purchases=column["expected_purchases"],
        expected_spend=column["expected_spend"],
        value_low=column["low"],
        value=column["expected"],
        value_high=column["high"],
        parts=Parts(
            **{name: _joined([getattr(part.parts, name) for part in parts]) for name in PARTS}
        ),
        years=np.concatenate([part.years for part in parts]) if parts else np.empty((0, 4)),
        losing=_losing(parts),
    )


def _bent(models: ModelSet, h: Histories, money: Money, beside: Floats | None) -> Factors:
    if models.covariates is None or beside is None:
        return Factors.none(len(h))
    return models.covariates.factors(covariates.columns(h, beside))


def _in_chunks(
    models: ModelSet, h: Histories, money: Money, ahead: Terms, bent: Factors
) -> list[clv.Values]:
    chunks = [slice(i, i + CHUNK) for i in range(0, len(h), CHUNK)]
    return [
        clv.values(
            models.model, models.spend, models.rates, h.rows(chunk), money.rows(chunk), ahead,
            correction=models.multiplied, levels=models.levels,
            factor=1.0 if models.covariates is None else bent.factor[chunk],
        )
        for chunk in chunks
    ]  # fmt: skip


def _losing(parts: list[clv.Values]) -> Losing:
    causes = [part.losing.cause for part in parts] or [np.empty(0, dtype=np.int64)]
    return Losing(cause=np.concatenate(causes), gain=_joined([part.losing.gain for part in parts]))


_COLUMNS = ("expected_purchases", "expected_spend", "low", "expected", "high")


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)
