"""The typology and the behaviour specification: complete, readable, refused when broken."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relationships.engine.typology import (
    BrokenSpecification,
    default_spec,
    read_spec,
    read_typology,
    typology,
)
from relationships.engine.typology.gates import impossible_without
from relationships.engine.typology.reading import document
from relationships.engine.typology.spec import refined

HERE = Path(read_typology.__code__.co_filename).parent


@pytest.fixture
def types() -> Any:
    return copy.deepcopy(document(HERE / "types.json"))


@pytest.fixture
def behaviour() -> Any:
    return copy.deepcopy(document(HERE / "spec.json"))


def test_there_are_29_types_in_5_families_and_8_groups() -> None:
    kinds = typology()
    sizes = [int((kinds.family_of == at).sum()) for at in range(5)]
    assert list(kinds.families) == ["fling", "friend", "marriage", "distant", "negative"]
    assert sizes == [5, 8, 6, 4, 6]
    assert len(kinds.groups) == 8
    assert set(kinds.group_of) == set(range(8))


def test_every_type_has_words_for_us_and_a_sentence_for_the_customer() -> None:
    for spec in typology().types:
        assert all((spec.expects, spec.do, spec.dont, spec.end))
        assert spec.customer_reads.endswith(".")
        words = spec.customer_reads.lower()
        assert not any(hard in words for hard in ("taker", "adversary", "captive", "divorced"))


def test_groups_lead_to_words_that_marketers_know() -> None:
    kinds = typology().types
    assert {spec.bridge for spec in kinds if spec.group == "welcome"} == {"new"}
    assert {spec.bridge for spec in kinds if spec.group == "repair"} == {"at risk"}
    assert {spec.bridge for spec in kinds} == {"new", "active", "at risk", "lapsed"}


def test_purchases_alone_allow_exactly_eleven_types() -> None:
    kinds = typology()
    closed = impossible_without(frozenset({"purchases"}), kinds)
    allowed = [key for key in kinds.keys if key not in closed]
    assert allowed == ["F1", "F2", "R1", "R2", "R4", "R6", "M1", "M2", "D1", "D3", "D4"]


def test_returns_add_the_taker_and_nothing_else() -> None:
    before = set(impossible_without(frozenset({"purchases"}), typology()))
    after = set(impossible_without(frozenset({"purchases", "returns"}), typology()))
    assert before - after == {"N4"}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("types", "F1", "valence"), 1.4, r"types\.F1\.valence must be a number from -1 to 1"),
        (("types", "R4", "family"), "pal", r"types\.R4\.family must be one of fling, friend"),
        (("types", "M2", "gate"), [["smell"]], r"types\.M2\.gate\[0\]\[0\] must be one of"),
        (("types", "D1", "do"), "", r"types\.D1\.do must be a text"),
        (("types", "N4", "expires", "days"), 0, r"types\.N4\.expires\.days must be"),
        (("types", "N4", "colour"), "red", r"types\.N4\.colour is not a known field"),
        (("version",), "one", r"types\.version must be a number"),
        (("families", "undetermined"), "?", r"undetermined is reserved"),
        (("families", "rival"), "Rival", r"types\.families\.rival has no type"),
    ],
)
def test_a_broken_typology_is_refused_by_field(
    types: Any, path: tuple[str, ...], value: object, message: str
) -> None:
    put(types, path, value)
    with pytest.raises(BrokenSpecification, match=message):
        read_typology(types)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("types", "F1", "click_share"), 1.2, r"spec\.types\.F1\.click_share must be a number"),
        (("types", "F1", "rhythm"), [1, 1], r"spec\.types\.F1\.rhythm must be 4 numbers"),
        (("types", "F1", "rhythm"), [0, 0, 0, 0], r"rhythm must be 4 numbers, not all zero"),
        (("types", "F1", "mean_stars"), True, r"mean_stars must be a number, not true"),
        (("types", "F1", "smell"), 1, r"spec\.types\.F1\.smell is not a known field"),
        (("types", "X9"), {}, r"spec\.types\.X9 is not a known field"),
        (("temperature",), 0.5, r"spec\.temperature must be a number from 1 to 20"),
        (("rhythm_windows_weeks",), [0, 9, 4], r"must be a growing list"),
        (("flat_channels",), ["gossip"], r"spec\.flat_channels\[0\] must be one of"),
    ],
)
def test_a_broken_specification_is_refused_by_field(
    behaviour: Any, path: tuple[str, ...], value: object, message: str
) -> None:
    put(behaviour, path, value)
    with pytest.raises(BrokenSpecification, match=message):
        read_spec(behaviour, typology())


@pytest.mark.parametrize("path", [("types", "M2"), ("types", "M2", "tenure_weeks"), ("version",)])
def test_a_missing_field_is_named(behaviour: Any, path: tuple[str, ...]) -> None:
    place = behaviour
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    with pytest.raises(BrokenSpecification, match=r"\.".join(path) + " is missing"):
        read_spec(behaviour, typology())


def test_a_file_that_is_no_json_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "types.json"
    path.write_text('{"version": 1,\n "types": }')
    with pytest.raises(BrokenSpecification, match="types.json, line 2, column 11"):
        document(path)


def test_our_own_documents_survive_a_round_trip(types: Any, behaviour: Any) -> None:
    assert read_typology(json.loads(json.dumps(types))) == typology()
    again = read_spec(json.loads(json.dumps(behaviour)), typology())
    np.testing.assert_array_equal(again.rhythm, default_spec().rhythm)


def test_multipliers_run_straight_in_log_time_between_the_tables_windows() -> None:
    # Middles of the table's windows: 2, 8.5, 32.5, 78 weeks; of ours: 1, 3, 6, 10.5, 19.5, 39, 78.
    row = refined(np.array([[1.4, 1.0, 0.3, 0.1]]), np.array([2, 8.5, 32.5, 78]))[0]
    assert row[0] == 1.4
    assert row[1] == pytest.approx(1.4 - 0.4 * np.log(3 / 2) / np.log(8.5 / 2))
    assert row[6] == pytest.approx(0.1)


def test_a_shift_moves_every_type_alike() -> None:
    spec = default_spec()
    moved = spec.shifted({"visits": 2.0}, {"messages": 0.5}, {"nps": -1.0})
    np.testing.assert_allclose(moved["visits_per_week"], 2 * spec["visits_per_week"])
    odds = [one["click_share"] / (1 - one["click_share"]) for one in (moved, spec)]
    np.testing.assert_allclose(odds[0] / odds[1], np.exp(0.5))
    np.testing.assert_allclose(moved["mean_nps"], spec["mean_nps"] - 1)


def put(document: Any, path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        document = document[name]
    document[path[-1]] = value
