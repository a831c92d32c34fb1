"""Customers frozen at a day: what was known then, and what they did afterwards."""

from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt
import pandas as pd

from relationships.engine.evaluation.validity.file import BadFile, Transactions
from relationships.engine.evaluation.validity.measures import Outcome
from relationships.engine.typology import (
    Calibration,
    Evidence,
    Previous,
    Verdicts,
    calibrate,
    classify,
    cycle_weeks,
    evidence_from_events,
)
from relationships.engine.value import Histories, alive, defaults
from relationships.engine.value.alive import AliveModel

Floats = npt.NDArray[np.float64]
FEWEST = 200
LEAST_CHANCE = 1e-4


@dataclass(frozen=True)
class Standard:
    """By what customers are judged: constants frozen at one day, from the data up to it."""

    calibration: Calibration
    alive: AliveModel


@dataclass(frozen=True)
class Frozen:
    """`customers` ascending, as everywhere in this package."""

    customers: npt.NDArray[np.int64]
    evidence: Evidence
    verdicts: Verdicts

    @property
    def recency(self) -> Floats:
        return self.evidence["last_purchase_age_days"]

    @property
    def frequency(self) -> Floats:
        return self.evidence["orders"]

    @property
    def money(self) -> Floats:
        return self.evidence["spend"]

    @property
    def logs(self) -> Floats:
        """Log recency, frequency, money and tenure, n × 4."""
        parts = (self.recency + 1, self.frequency, self.money + 1, self.evidence.tenure_weeks)
        return np.log(np.column_stack(parts))

    @property
    def soft(self) -> Floats:
        """What models may use of a judgement: log probabilities of the possible types, the three
        dimensions, and how likely they are still there."""
        v, d = self.verdicts, self.verdicts.dimensions
        possible = v.posterior.max(axis=0) > 0
        logs = np.log(v.posterior[:, possible] + LEAST_CHANCE)
        return np.column_stack([logs, d.valence.value, d.closeness.value, d.intensity.value])


def standard(known: Transactions, day: int) -> Standard:
    """Constants from everything through `day`; purchases are the only channel."""
    bought = known.purchases[known.purchases["day"] <= day]
    by = bought.groupby("customer")["day"].agg(["min", "size"])
    if len(by) < FEWEST:
        raise BadFile(
            f"Only {len(by)} customers bought by the day of the split; {FEWEST} are needed. "
            "Choose a later --split or a larger file."
        )
    cycle = cycle_weeks((day - by["min"] + 1) / 7, by["size"] - 1)
    some = evidence_of(known, day, cycle)
    living = alive.fit(_histories(known, day), default=defaults.alive_model())
    return Standard(calibrate(some), living)


def evidence_of(known: Transactions, day: int, cycle: float) -> Evidence:
    return evidence_from_events(
        known.purchases, as_of_day=day, cycle_weeks=cycle, connected={"purchases": inf}
    )


def freeze(
    known: Transactions, day: int, rule: Standard, previous: Previous | None = None
) -> Frozen:
    """Everyone who had bought by that day, judged by constants that may be older."""
    evidence = evidence_of(known, day, rule.calibration.cycle_weeks)
    chance = rule.alive.alive(_histories(known, day))
    verdicts = classify(
        evidence, rule.calibration, alive=np.clip(chance, 0.0, 1.0), previous=previous
    )
    return Frozen(evidence.customers, evidence, verdicts)


def _histories(known: Transactions, day: int) -> Histories:
    """In order of customers; days, not orders, count as repeats."""
    bought = known.purchases[known.purchases["day"] <= day]
    by = bought.groupby("customer")["day"].agg(["min", "max", "nunique"])
    return Histories.of(
        (by["nunique"] - 1).to_numpy(dtype=np.float64),
        ((by["max"] - by["min"]) / 7).to_numpy(dtype=np.float64),
        ((day - by["min"]) / 7).to_numpy(dtype=np.float64),
    )


def outcome_of(
    known: Transactions, customers: npt.NDArray[np.int64], day: int, until: int
) -> Outcome:
    """What these customers bought after `day`, up to and with `until`."""
    later = known.purchases[(known.purchases["day"] > day) & (known.purchases["day"] <= until)]
    by = later.groupby("customer").agg(first=("day", "min"), spend=("amount", "sum"))
    by = by.reindex(pd.Index(customers))
    came = by["first"].notna().to_numpy()
    if came.all() or not came.any():
        who = "Everyone" if came.all() else "No one"
        raise BadFile(f"{who} bought again after the split; choose another --split or --weeks.")
    return Outcome(
        came_back=came,
        spend=by["spend"].fillna(0.0).to_numpy(),
        days_until=(by["first"] - day).fillna(until - day).to_numpy(),
        followed_days=until - day,
    )
