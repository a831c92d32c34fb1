"""The specification as one document: whole, checked on load, the same frame in every company."""

import copy
from typing import Any

import numpy as np
import pytest

from relationships.engine.evaluation.drawn import draw
from relationships.engine.typology import (
    BrokenSpecification,
    Calibration,
    calibrate,
    calibrate_channels,
    classify,
    dimensions,
    faults,
    read_specification,
    shipped,
    shipped_document,
)
from tests.engine.typology.cast import event, known, purchase


def adapted(*path: str, to: Any) -> dict[str, Any]:
    """The shipped document with one place changed; `...` takes the place away."""
    found = copy.deepcopy(shipped_document())
    place = found
    for name in path[:-1]:
        place = place[name]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return found


def test_the_shipped_document_is_the_specification_that_comes_with_the_product() -> None:
    read, ours = read_specification(shipped_document()), shipped()
    assert (read.version, read.types.types, read.weights) == (1, ours.types.types, ours.weights)
    assert all(
        np.array_equal(read.behaviour[one], ours.behaviour[one]) for one in read.behaviour.fields
    )
    assert faults(shipped_document()) == []


def test_a_document_from_before_a_field_came_takes_what_comes_with_the_product() -> None:
    older = copy.deepcopy(shipped_document())
    for one in older["types"].values():
        del one["unsettled_failure"]
    assert faults(older) == []
    ours, theirs = shipped().behaviour, read_specification(older).behaviour
    assert np.array_equal(theirs["unsettled_failure"], ours["unsettled_failure"])
    half = adapted("types", "R4", "unsettled_failure", to=...)
    assert faults(half) == ["specification.types.R4.unsettled_failure is missing"]


def test_a_document_from_before_a_voice_of_mood_came_takes_its_weight_from_the_product() -> None:
    older = copy.deepcopy(shipped_document())
    for name in ("feeling_weight", "promise_mood", "promise_weight"):
        del older["valence"][name]
    older["types"]["N1"]["gate"] = [["hurt"]]
    assert faults(older) == []
    assert read_specification(older).weights == shipped().weights
    half = adapted("valence", "promise_mood", to=...)
    assert faults(half) == ["specification.valence.promise_mood is missing"]


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("types", "R4", "name"), "", r"specification\.types\.R4\.name must be a text"),
        (("types", "R4", "click_share"), 2, r"R4\.click_share must be a number from 0.0001 to"),
        (("types", "R4", "click_shre"), 0.2, r"R4\.click_shre is not a known field"),
        (("types", "R4", "mean_nps"), ..., r"specification\.types\.R4\.mean_nps is missing"),
        (("types", "N4", "family"), "friend", r"types\.N4\.family must stay negative"),
        (("types", "N5", "expires"), ..., r"types\.N5\.expires is missing: such a name must not"),
        (("types", "R4"), ..., r"specification\.types must have exactly F1, F2"),
        (("valence", "order_moood"), 1, r"order_moood .*write order_mood, or take it away"),
        (("valence", "order_mood"), 3, r"specification\.valence\.order_mood must be a number from"),
        (("complaints", "credit_later"), 1, r"complaints\.credit_later must be a number from 0 to"),
        (("calibration", "cycle_weeks"), "long", r"calibration\.cycle_weeks must be a number"),
        (("intensity", "rate_alone_weight"), 0.9, r"must add up to at most 1, not 1.2"),
        (("temperature",), 0, r"specification\.temperature must be a number from 1 to 20"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_what_it_must_be(path, to, said) -> None:
    with pytest.raises(BrokenSpecification, match=said):
        read_specification(adapted(*path, to=to))


@pytest.mark.parametrize("document", [None, [], "spec", {}, {"version": 1, "types": {}}, 7])
def test_what_is_no_specification_is_refused_and_never_crashes(document) -> None:
    assert faults(document)


def test_the_faults_of_all_parts_are_told_at_once() -> None:
    broken = adapted("types", "R4", "click_share", to=2)
    broken["valence"]["start"] = "good"
    broken["calibration"]["rounds"] = 0.5
    assert len(faults(broken)) == 3


def test_a_weight_changes_the_mood_it_weighs() -> None:
    evidence = known([purchase(9), event("mention", days=3, sentiment=-1.0)])
    heavier = read_specification(adapted("valence", "hostile_weight", to=6.0))
    moods = [
        dimensions(evidence, Calibration(), np.ones(1), one.weights).valence.value[0]
        for one in (shipped(), heavier)
    ]
    assert moods[1] < moods[0] - 0.1


def test_a_rate_changes_who_is_called_what() -> None:
    _, evidence = draw(300, seed=3)
    fewer = read_specification(adapted("types", "M2", "base_rate", to=0.0001))
    places = [
        classify(evidence, Calibration(), one.behaviour, alive=np.ones(300), types=one.types)
        for one in (shipped(), fewer)
    ]
    devoted = shipped().types.keys.index("M2")
    assert (places[0].labels.held == devoted).sum() > 2 * (places[1].labels.held == devoted).sum()


def test_a_calibration_of_another_version_keeps_what_was_measured_and_leaves_what_was_learned() -> (
    None
):
    _, evidence = draw(400, seed=3)
    learned = calibrate_channels(evidence, calibrate(evidence))
    assert learned.is_channel_calibrated
    assert shipped().fitting(learned) == learned
    newer = read_specification(shipped_document() | {"version": 2})
    left = newer.fitting(learned)
    assert not left.is_channel_calibrated
    assert (left.base_rates, left.reference_order) == ((), learned.reference_order)


def test_a_constant_that_the_company_fixes_is_not_measured() -> None:
    fixed = read_specification(adapted("calibration", "cycle_weeks", to=26))
    assert fixed.fitting(Calibration(cycle_weeks=5)).cycle_weeks == 26
