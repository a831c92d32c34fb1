"""CDNOW, 23,570 customers frozen at 1997-09-30: what types say about the next 39 weeks."""

from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from relationships.engine.typology import (
    Evidence,
    Verdicts,
    calibrate,
    classify,
    cycle_weeks,
    evidence_from_events,
    typology,
)
from relationships.engine.typology.evaluate import (
    auc,
    group_scores,
    log_loss,
    logit_scores,
    mutual_information_bits,
)

MASTER = Path(__file__).parents[2] / "data" / "cdnow_master.csv.gz"
FROZEN = 10_134  # 1997-09-30 in days since 1970-01-01
KEYS = typology().keys


@dataclass(frozen=True)
class Cdnow:
    evidence: Evidence
    verdicts: Verdicts
    came_back: np.ndarray
    cycle: float


@pytest.fixture(scope="module")
def cdnow() -> Cdnow:
    table = pd.read_csv(MASTER, parse_dates=["date"])
    days = (table["date"] - pd.Timestamp("1970-01-01")).dt.days
    events = pd.DataFrame(
        {"customer": table["customer_id"], "day": days, "kind": "purchase",
         "amount": table["amount"]}
    )  # fmt: skip
    first = events[events["day"] <= FROZEN].groupby("customer")["day"].agg(["min", "size"])
    cycle = cycle_weeks((FROZEN - first["min"] + 1) / 7, first["size"] - 1)
    evidence = evidence_from_events(
        events, as_of_day=FROZEN, cycle_weeks=cycle, connected={"purchases": inf}
    )
    verdicts = classify(evidence, calibrate(evidence), alive=np.ones(len(evidence)))
    later = events.loc[events["day"] > FROZEN, "customer"].unique()
    return Cdnow(evidence, verdicts, np.isin(evidence.customers, later), cycle)


def test_the_facts_are_those_of_the_file(cdnow: Cdnow) -> None:
    assert len(cdnow.evidence) == 23_570
    assert cdnow.came_back.mean() == pytest.approx(0.300, abs=0.001)
    assert cdnow.cycle == pytest.approx(14.7, abs=0.05)


def test_only_types_that_purchases_can_support_are_possible(cdnow: Cdnow) -> None:
    found = {KEYS[at] for at in np.flatnonzero(cdnow.verdicts.posterior.max(axis=0))}
    assert found == {"F1", "F2", "R1", "R2", "R4", "R6", "M1", "M2", "D1", "D3", "D4"}


def test_the_hard_label_tells_who_comes_back(cdnow: Cdnow) -> None:
    """Published .750 AUC and .157 bits for this configuration."""
    held = cdnow.verdicts.labels.held
    assert auc(cdnow.came_back, group_scores(cdnow.came_back, held)) >= 0.748
    assert mutual_information_bits(cdnow.came_back, held) >= 0.150


def test_the_probabilities_tell_more(cdnow: Cdnow) -> None:
    """Published AUC .770 and log-loss .493."""
    possible = cdnow.verdicts.posterior.max(axis=0) > 0
    scores = logit_scores(cdnow.came_back, cdnow.verdicts.posterior[:, possible])
    assert auc(cdnow.came_back, scores) == pytest.approx(0.770, abs=0.003)
    assert log_loss(cdnow.came_back, scores) == pytest.approx(0.493, abs=0.004)


def test_dimensions_tell_as_much(cdnow: Cdnow) -> None:
    """Published .772 for V, C, I and their components."""
    placed = cdnow.verdicts.dimensions
    parts = (placed.closeness.contributions, placed.intensity.contributions)
    recency = np.log1p(cdnow.evidence["last_purchase_age_days"])
    values = [placed.valence.value, placed.closeness.value, placed.intensity.value, recency]
    scores = logit_scores(cdnow.came_back, np.column_stack([*values, *parts]))
    assert auc(cdnow.came_back, scores) >= 0.768


def test_closer_types_come_back_more_often(cdnow: Cdnow) -> None:
    """Passer-by, acquaintance, buddy and friend, devoted; neighbours of 11 types may tie."""
    held = cdnow.verdicts.labels.held
    rate = {
        key: cdnow.came_back[held == at].mean() for at, key in enumerate(KEYS) if (held == at).any()
    }
    assert rate["D1"] < rate["D3"] < rate["R1"] < rate["R2"] < rate["M2"]
    assert rate["R4"] > rate["R2"] - 0.01
    assert rate["D1"] == pytest.approx(0.15, abs=0.02)
    assert rate["F2"] > 0.9


def test_shuffled_outcomes_cannot_be_told(cdnow: Cdnow) -> None:
    rng = np.random.default_rng(7)
    held = cdnow.verdicts.labels.held
    shuffled = [rng.permutation(cdnow.came_back) for _ in range(5)]
    mean = np.mean([auc(outcome, group_scores(outcome, held)) for outcome in shuffled])
    assert mean == pytest.approx(0.5, abs=0.01)


def test_ten_thousand_strangers_change_no_label(cdnow: Cdnow) -> None:
    rng = np.random.default_rng(1)
    some = np.sort(rng.choice(len(cdnow.evidence), 13_570, replace=False))
    part = cdnow.evidence.at(some)
    alone = classify(part, calibrate(cdnow.evidence), alive=np.ones(len(part)))
    for name in ("held", "type", "family", "group"):
        among = getattr(cdnow.verdicts.labels, name)[some]
        np.testing.assert_array_equal(getattr(alone.labels, name), among)


def test_the_mix_adds_up_to_everyone_and_most_are_too_early_to_tell(cdnow: Cdnow) -> None:
    """Half a year of purchases is little: at two thirds certainty hardly anyone is labelled."""
    assert cdnow.verdicts.families.sum() == pytest.approx(23_570)
    assert (cdnow.verdicts.labels.family == 5).mean() > 0.9
