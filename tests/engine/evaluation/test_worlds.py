"""Worlds whose truth is known, and what is read from them: small ones, for speed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from relationships.engine.evaluation.checks import gated_types_assigned, labels_changed_by
from relationships.engine.evaluation.drawn import drawn
from relationships.engine.evaluation.figures import log_loss
from relationships.engine.evaluation.labels import with_labels
from relationships.engine.evaluation.relationships import bayes, evaluation, judged
from relationships.engine.evaluation.shop import complaint_rows, event_rows, profiles, seen
from relationships.engine.simulate import World, world
from relationships.engine.typology import typology


@pytest.fixture(scope="module")
def made() -> World:
    return world(4, 150, date(2023, 3, 6), date(2024, 9, 1))


def test_everyone_in_the_shop_is_seen_with_their_true_type(made: World) -> None:
    known = seen(made)
    assert len(known) == 150
    assert known.types.tolist() == made.customers["true_type"].tolist()
    bought = made.events[made.events["kind"] == "purchase"].groupby("customer").size()
    assert known.evidence["orders"].tolist() == bought.tolist()
    assert known.evidence["returns"].sum() == (made.events["kind"] == "return").sum()
    assert known.evidence["complaints_filed"].sum() == len(made.complaints)


def test_days_are_those_of_the_shop_and_never_after_the_last(made: World) -> None:
    rows = event_rows(made)
    last = (pd.Timestamp(made.end_day) - pd.Timestamp("1970-01-01")).days
    assert rows["day"].max() == last
    assert complaint_rows(made)["day"].max() <= last


def test_the_words_that_the_evidence_reads_are_there(made: World) -> None:
    rows = event_rows(made)
    told = rows[rows["kind"] == "return"]["reason"]
    assert {"defect"} < set(told)
    assert (rows[rows["kind"] != "return"]["reason"] == "").all()
    assert rows.loc[rows["kind"] == "purchase", "novel"].isin([0, 1]).all()
    assert rows.loc[rows["kind"] == "visit", "novel"].isna().all()
    assert (rows["kind"] == "promise_kept").sum() == made.promises["kept"].sum()
    assert (rows["kind"] == "promise_broken").sum() == (~made.promises["kept"]).sum()
    assert profiles(made)["profile_fields"].between(0, 10).all()
    under_contract = np.unique(made.subscriptions["customer"])
    assert np.flatnonzero(seen(made).evidence.seen("third")).tolist() == under_contract.tolist()


def test_who_knows_how_a_world_was_drawn_is_surprised_least() -> None:
    known = drawn(600, by=0.5, seed=3)
    _, verdicts = judged(known)
    assert log_loss(known.places, bayes(known)) < log_loss(known.places, verdicts.posterior)


def test_strangers_and_dropped_channels_change_nothing_in_a_small_world() -> None:
    known = drawn(300, by=0.5, seed=3)
    rule, _ = judged(known)
    assert labels_changed_by(known.evidence, drawn(500, seed=4).evidence, rule) == 0
    assert gated_types_assigned(known) == 0


def test_the_table_of_the_exact_world_has_every_check() -> None:
    found = evaluation("exact", seed=2, customers=400, shoppers=30, strangers=200).checks
    by_name = {one.check: one for one in found}
    assert len(by_name) == len(found)
    assert by_name["drawn: macro-F1 against the best possible"].figure > 0.9
    assert by_name["drawn: macro-F1 of 29 types"].target is None
    as_one = by_name["drawn: macro-F1 of types, hardest pairs as one"]
    assert as_one.figure > by_name["drawn: macro-F1 of 29 types"].figure
    for name, one in by_name.items():
        if one.target == "= 0":
            assert one.reached, name


def test_labels_are_learned_from_and_judged_on_the_others() -> None:
    known = drawn(500, by=0.5, seed=3)
    rule, verdicts = judged(known)
    found = with_labels("drawn", known, rule, verdicts, 200, world="s05", seed=3)
    names = [one.check for one in found]
    assert names[0] == "drawn, 200 labels: admitted"
    assert found[1].figure > 0.5
    assert found[2].figure > found[1].figure, "the hardest pairs as one"
    few = with_labels("drawn", known, rule, verdicts, 40, world="s05", seed=3)
    assert few[0].figure == 0, "too few to learn from"


def test_the_same_seed_gives_the_same_table() -> None:
    sizes = {"customers": 100, "shoppers": 20, "strangers": 20}
    assert evaluation("s05", seed=2, **sizes) == evaluation("s05", seed=2, **sizes)


def test_codes_of_both_worlds_are_the_typologys(made: World) -> None:
    assert set(made.customers["true_type"]) <= set(typology().keys)
    assert set(np.unique(drawn(500, seed=1).types)) <= set(typology().keys)
