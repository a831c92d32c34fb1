"""Types that behave in this company as types elsewhere do not: found without labels, and held."""

import json
from dataclasses import replace

import numpy as np
import pytest

from relationships.engine.evaluation.drawn import drawn
from relationships.engine.evaluation.figures import macro_f1
from relationships.engine.typology import (
    BrokenSpecification,
    Calibration,
    calibrate,
    calibrate_channels,
    default_spec,
    read_calibration,
    typology,
)
from relationships.engine.typology.calibration import adapted
from relationships.engine.typology.classify import posterior_of
from relationships.engine.typology.own import own_shifts

KEYS = typology().keys


def only(key: str, count: int) -> np.ndarray:
    """Everyone is surely of this type."""
    return np.tile(np.arange(29) == KEYS.index(key), (count, 1)).astype(float)


def test_a_type_that_visits_three_times_as_often_is_found_to() -> None:
    spec = default_spec()
    keen = spec["visits_per_week"] * np.where(np.array(KEYS) == "R2", 3.0, 1.0)
    world = drawn(2_500, seed=5, spec=replace(spec, fields=spec.fields | {"visits_per_week": keen}))
    truth = np.eye(29)[world.places]
    found = np.array(own_shifts(world.evidence, spec, truth)["visits_per_week"])
    assert found[KEYS.index("R2")] == pytest.approx(np.log(3), abs=0.35)
    assert abs(found[KEYS.index("R1")]) < 0.25


def test_a_type_that_nobody_has_keeps_the_specification() -> None:
    world = drawn(200, seed=5)
    found = own_shifts(world.evidence, default_spec(), only("R2", 200))
    assert {name: by[KEYS.index("N5")] for name, by in found.items()} == pytest.approx(
        dict.fromkeys(found, 0.0)
    )


def test_shifts_are_bounded_whatever_people_do() -> None:
    world = drawn(300, seed=5)
    found = own_shifts(world.evidence, default_spec(), only("D1", 300))
    assert max(abs(value) for by in found.values() for value in by) <= 1.5


def test_what_is_not_connected_is_not_shifted() -> None:
    world = drawn(200, seed=5)
    bare = replace(world.evidence, connected={"purchases": np.inf, "visits": np.inf})
    found = own_shifts(bare, default_spec(), only("R2", 200))
    assert set(found) == {"purchases_per_cycle", "visits_per_week"}


def test_in_a_world_where_types_differ_each_in_its_own_way_it_helps() -> None:
    world = drawn(2_000, by=0.5, seed=31)
    rule = calibrate_channels(world.evidence, calibrate(world.evidence, world.categories))
    assert set(rule.own_shifts) >= {"visits_per_week", "click_share", "mean_nps"}

    def reached(by: Calibration) -> float:
        chances = posterior_of(world.evidence, by, default_spec(), typology())
        return macro_f1(world.places, chances.argmax(axis=1))

    assert reached(rule) > reached(replace(rule, own_shifts={})) + 0.02


def test_it_is_kept_as_json_and_older_calibrations_are_read_without() -> None:
    known = Calibration(own_shifts={"mean_nps": tuple([0.5] * 29)}, base_rates=(0.5, 0.5))
    stored = json.loads(json.dumps(known.to_json()))
    assert read_calibration(stored) == known
    del stored["own_shifts"]
    assert read_calibration(stored) == replace(known, own_shifts={})
    with pytest.raises(BrokenSpecification, match=r"own_shifts\.smell is not a known field"):
        read_calibration(known.to_json() | {"own_shifts": {"smell": [1]}})


def test_shifts_of_another_number_of_types_say_nothing() -> None:
    spec = default_spec()
    odd = Calibration(own_shifts={"visits_per_week": (1.0, 2.0)})
    np.testing.assert_array_equal(adapted(spec, odd)["visits_per_week"], spec["visits_per_week"])
