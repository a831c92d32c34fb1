"""The smallest change: what can happen, what it does to the evidence, and which one is told."""

from functools import partial

import numpy as np
import pytest

from relationships.engine.evaluation.drawn import drawn
from relationships.engine.typology import (
    Calibration,
    Evidence,
    Previous,
    Verdicts,
    calibrate,
    classify,
    typology,
)
from relationships.engine.typology.changes import CHANGES
from relationships.engine.typology.counterfactual import Turn, turns
from tests.engine.typology.cast import TODAY, complaint, event, known, purchase

BY_CODE = {one.code: one for one in CHANGES}
KEYS = typology().keys
PLAIN = Calibration()


def no_past(count: int) -> Previous:
    return Previous(np.full((count, 29), np.nan), np.full(count, -1), np.full(count, TODAY))


def judged(evidence: Evidence, previous: Previous, calibration: Calibration = PLAIN) -> Verdicts:
    return classify(evidence, calibration, alive=np.ones(len(evidence)), previous=previous)


def turned(evidence: Evidence, calibration: Calibration = PLAIN) -> tuple[Turn, ...]:
    judge = partial(judged, calibration=calibration)
    return turns(evidence, calibration, no_past(1), judge(evidence, no_past(1)), judge)


def possible(evidence: Evidence) -> set[str]:
    return {one.code for one in CHANGES if one.can_happen(evidence)[0]}


def test_only_what_can_happen_to_this_customer_is_tried() -> None:
    assert possible(known([purchase(9)], connected={"purchases": np.inf})) == {"order"}
    assert possible(known([purchase(9)])) == {"order", "preference"}
    assert "reply" in possible(known([purchase(9), event("message_sent")]))
    assert "reply" not in possible(known([event("message_sent", 30), event("message_clicked", 29)]))
    assert "reply" not in possible(known([event("message_sent"), event("unsubscribed", 5)]))
    assert "category" in possible(known([purchase(9, category="tea")]))
    assert "repair" in possible(known([purchase(9)], complaints=[complaint(3)]))
    settled = complaint(3, resolved_day=TODAY, satisfied=1)
    assert "repair" not in possible(known([purchase(9)], complaints=[settled]))


def test_an_order_more_is_the_evidence_of_an_order_more() -> None:
    story = [purchase(70, 40.0, category="tea"), purchase(30, 40.0, category="tea")]
    before, after = known(story), known([*story, purchase(0, 40.0, category="tea")])
    changed = BY_CODE["order"].happen(before, PLAIN)
    np.testing.assert_allclose(changed.values, after.values)
    assert before["orders"][0] == 2, "the evidence itself is left as it is"


def test_an_answer_to_a_message_is_the_evidence_of_an_answer() -> None:
    story = [purchase(70), event("message_sent", 20)]
    before, after = known(story), known([*story, event("message_replied", 0)])
    np.testing.assert_allclose(BY_CODE["reply"].happen(before, PLAIN).values, after.values)


def test_a_repair_closes_every_open_complaint_with_credit() -> None:
    before = known([purchase(70)], complaints=[complaint(5, severity=3), complaint(2)])
    after = BY_CODE["repair"].happen(before, PLAIN)
    assert (after["complaints_open"][0], after["complaints_open_severe"][0]) == (0, 0)
    assert after["complaints_satisfied"][0] == 2
    weight = before["complaint_weight_365"][0]
    assert after["complaint_credit_365"][0] == pytest.approx(weight / 2)


def test_an_order_elsewhere_is_in_a_category_they_never_bought_from() -> None:
    story = [purchase(9, category="tea")]
    before = known(story, categories=["tea", "pots", "cups"])
    after = BY_CODE["category"].happen(before, Calibration(categories=("tea", "pots", "cups")))
    assert after.block("category", 3)[0].tolist() == [1, 1, 0]


def test_what_is_told_makes_another_type_likelier_and_nothing_cheaper_does() -> None:
    world = drawn(300, seed=9)
    rule = calibrate(world.evidence, world.categories)
    told = 0
    for row in range(40):
        some = world.evidence.at(slice(row, row + 1))
        found = turned(some, rule)
        now = judged(some, no_past(1), rule)
        told += len(found)
        assert [one.effort for one in found] == sorted(one.effort for one in found)
        for turn in found:
            assert 1 <= len(turn.changes) <= 2
            changed = some
            for code in turn.changes:
                changed = BY_CODE[code].happen(changed, rule)
            then = judged(changed, no_past(1), rule)
            held = now.labels.held[0]
            assert then.labels.held[0] == turn.type != held
            assert then.posterior[0, turn.type] > then.posterior[0, held]
    assert told > 10


def test_a_new_customer_who_buys_again_would_be_something_else() -> None:
    """A first spark; twice more within days is a whirlwind."""
    found = turned(known([purchase(9)], connected={"purchases": np.inf}))
    assert [(one.changes, KEYS[one.type]) for one in found] == [(("order", "order"), "F2")]


def test_where_nothing_can_happen_nothing_is_told() -> None:
    nobody = known([purchase(9), event("unsubscribed", 3)], connected={"reviews": np.inf})
    assert turned(nobody) == ()
