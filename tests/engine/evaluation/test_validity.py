"""Predictive validity: measures by hand, groups by rule, and a tenth of CDNOW through it all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from relationships.engine.evaluation.validity import stability
from relationships.engine.evaluation.validity import unmoved as unmoving
from relationships.engine.evaluation.validity.aims import (
    FLIPS,
    REFERENCES,
    SOFT_AUC,
    SOFT_C_INDEX,
    set_for,
)
from relationships.engine.evaluation.validity.believed import believed
from relationships.engine.evaluation.validity.file import (
    BadFile,
    Columns,
    Transactions,
    read_transactions,
)
from relationships.engine.evaluation.validity.frozen import Frozen, freeze, outcome_of, standard
from relationships.engine.evaluation.validity.groups import (
    clusters,
    quantiles,
    rfm_quintiles,
    six_groups,
)
from relationships.engine.evaluation.validity.measures import (
    Outcome,
    concordance,
    gini,
    paired_gain,
    placebo,
)
from relationships.engine.evaluation.validity.table import columns_of
from relationships.engine.evaluation.validity.unmoved import unmoved
from relationships.engine.evaluation.validity.validity import Validity, compared, period, validity

SAMPLE = Path(__file__).parents[2] / "data" / "cdnow_sample.csv.gz"
FROZEN = 10_134  # 1997-09-30
CDNOW = REFERENCES["cdnow"]


@pytest.fixture(scope="module")
def cdnow() -> Transactions:
    return read_transactions(SAMPLE, Columns("sample_id", "date", amount="amount"))


@pytest.fixture(scope="module")
def frozen(cdnow: Transactions) -> Frozen:
    return freeze(cdnow, FROZEN, standard(cdnow, FROZEN))


def outcome(came: list[int], days: list[float], spend: list[float] | None = None) -> Outcome:
    return Outcome(np.array(came, dtype=bool), np.array(spend or came, float), np.array(days), 100)


def test_concordance_by_hand() -> None:
    """Bought on days 1 and 5, and not at all: three pairs, of which one is ranked wrongly."""
    found = outcome([1, 1, 0], [1.0, 5.0, 100.0])
    assert concordance(found, np.array([0.9, 0.2, 0.5])) == pytest.approx(2 / 3)
    assert concordance(found, np.array([0.9, 0.5, 0.2])) == 1.0
    assert concordance(found, np.zeros(3)) == 0.5


def test_gini_is_one_with_foresight_none_by_chance_and_less_the_other_way() -> None:
    spend = np.array([0.0, 1.0, 10.0, 4.0])
    assert gini(spend, spend) == 1.0
    assert gini(spend, np.zeros(4)) == 0.0
    assert gini(spend, -spend) == -1.0


def test_a_paired_gain_is_the_difference_of_log_losses() -> None:
    rng = np.random.default_rng(3)
    came, ours, theirs = rng.random(500) < 0.4, rng.random(500), rng.random(500)
    found = outcome(came.astype(int).tolist(), [1.0] * 500)
    gain, error = paired_gain(found, ours, theirs)
    assert gain == pytest.approx(log_loss(came, theirs) - log_loss(came, ours))
    assert 0 < error < 0.2


def test_equal_values_stay_in_one_quantile() -> None:
    values = np.array([1.0] * 6 + [2.0, 3.0, 4.0])
    assert quantiles(values, 3).tolist() == [1] * 6 + [2, 2, 2]
    assert quantiles(np.arange(9.0), 3).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_the_six_groups_follow_recency_frequency_and_money(frozen: Frozen) -> None:
    groups = six_groups(frozen)
    best = groups == 0
    assert frozen.recency[best].max() <= np.quantile(frozen.recency, 1 / 3)
    assert frozen.frequency[best].min() >= 2
    assert frozen.recency[groups == 5].min() >= np.quantile(frozen.recency, 2 / 3) - 1
    assert set(groups) == {0, 1, 2, 3, 4, 5}
    assert len(set(rfm_quintiles(frozen))) > 50
    assert len(set(clusters(frozen))) == 6


def test_a_tenth_of_cdnow_ranks_as_the_whole_does(cdnow: Transactions, frozen: Frozen) -> None:
    later = outcome_of(cdnow, frozen.customers, FROZEN, FROZEN + 39 * 7)
    assert later.came_back.mean() == pytest.approx(0.30, abs=0.01)
    by = {row.name: row for row in compared(frozen, later, seed=1)}
    assert by["RFM logit"].auc == pytest.approx(0.77, abs=0.02)
    assert by["types and dimensions"].auc > by["six-group product"].auc
    assert by["types and dimensions"].log_loss < by["RFM logit"].log_loss
    assert 0.5 < by["types"].c_index < by["types and dimensions"].c_index
    labels = frozen.verdicts.labels.held
    assert placebo(later, labels, 20, seed=1) == pytest.approx(0.5, abs=0.01)
    told = columns_of(Validity(len(labels), 0.3, list(by.values()), [], []))
    assert told.splitlines()[0] == "2,357 customers, 30.0% bought again"


def test_labels_hold_still_from_month_to_month(cdnow: Transactions) -> None:
    closes = stability.month_ends(FROZEN - 35, FROZEN + 70)
    found = stability.months(cdnow, closes)
    assert len(closes) == 4
    assert 0 < found.flips < found.raw_flips < 0.3
    assert found.reversed < 0.1
    assert found.auc == pytest.approx(found.raw_auc, abs=0.02)
    assert 0 < found.shown_flips < found.flips  # most are too early to tell from purchases
    assert found.shown_reversed < 0.1


def test_who_comes_back_is_told_reliably_by_country_too(
    cdnow: Transactions, frozen: Frozen
) -> None:
    later = outcome_of(cdnow, frozen.customers, FROZEN, FROZEN + 39 * 7)
    halves = pd.Series(np.where(frozen.customers % 2, "US", "CA"), index=frozen.customers)
    told = believed(frozen, later, np.full(len(frozen.customers), 0.25), halves)
    assert {one.by for one in told} == {"family", "time", "country"}
    for by in ("family", "time", "country"):
        assert sum(one.people for one in told if one.by == by) == 2_357
    canada = next(one for one in told if one.group == "CA")
    assert canada.was == pytest.approx(later.came_back[frozen.customers % 2 == 0].mean(), abs=1e-4)
    assert canada.told == 0.25


def test_a_public_file_is_held_to_its_own_aims_only_on_the_day_they_were_set_for() -> None:
    master = read_transactions(SAMPLE.with_name("cdnow_master.csv.gz"), CDNOW.columns)
    assert CDNOW.is_of(master, FROZEN, FROZEN + 39 * 7)
    assert not CDNOW.is_of(master, FROZEN + 1, FROZEN + 39 * 7)
    assert not CDNOW.is_of(master, FROZEN, FROZEN + 38 * 7)
    figures = {SOFT_AUC: 0.7711, SOFT_C_INDEX: 0.7401, FLIPS: float("nan")}
    told = {one.check: one.reached for one in set_for(CDNOW, figures)}
    assert told == {"soft AUC, aim for CDNOW": False, "soft C-index, aim for CDNOW": True}


def test_strangers_stand_between_ours_and_a_changed_constant_would_be_seen(
    cdnow: Transactions, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmoving, "STRANGERS", 300)
    rule = standard(cdnow, FROZEN)
    assert [one.figure for one in unmoved(cdnow, FROZEN, rule, frozen, seed=1)] == [0, 0, 0]
    longer = replace(rule, calibration=replace(rule.calibration, cycle_weeks=20.0))
    strangers, gates, _leak = unmoved(cdnow, FROZEN, longer, frozen, seed=1)
    assert strangers.figure > 100
    assert strangers.reached is False
    assert gates.figure == 0


def test_a_split_that_leaves_nothing_is_refused_with_the_remedy(cdnow: Transactions) -> None:
    with pytest.raises(BadFile, match="both sides of that --split"):
        period(cdnow, 1, None)
    with pytest.raises(BadFile, match="39 weeks after the split, before --weeks 60"):
        period(cdnow, FROZEN, 60)
    with pytest.raises(BadFile, match="Choose a later --split"):
        validity(cdnow, split=9_863)
