"""Worlds can be made to deviate from the parameter file, by a chosen strength and no more."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relationships.engine.simulate import BadParameters, parameters, vocabulary, world
from relationships.engine.simulate.parameters import HERE, perturbed
from tests.engine.simulate.conftest import FIRST, LAST


def test_no_perturbation_leaves_every_parameter_as_it_is() -> None:
    usual, same = parameters(), perturbed(parameters(), np.random.default_rng(1), 0.0)
    assert np.allclose(usual.weights, same.weights)
    for name, values in usual.behaviour.items():
        assert np.allclose(values, same.behaviour[name]), name


def test_rates_move_log_normally_by_the_strength_firm_wide_and_by_type() -> None:
    usual = parameters()
    draws = [perturbed(usual, np.random.default_rng(seed), 0.5) for seed in range(300)]
    buys = usual.behaviour["buys_per_month"]
    logs = np.array([np.log(p.behaviour["buys_per_month"] / buys) for p in draws])
    assert abs(logs.mean()) < 0.08
    assert np.isclose(logs.mean(axis=1).std(), 0.5, atol=0.07)  # what all types share
    assert np.isclose((logs - logs.mean(axis=1, keepdims=True)).std(), 0.5, atol=0.05)


def test_chances_stay_chances_and_moods_stay_moods() -> None:
    usual = parameters()
    for seed in range(30):
        moved = perturbed(usual, np.random.default_rng(seed), 0.7)
        assert np.isclose(moved.weights.sum(), 1)
        for name, meaning in usual.meaning.items():
            if meaning == "chance":
                assert ((moved.behaviour[name] >= 0) & (moved.behaviour[name] <= 1)).all()
            if meaning == "mood":
                assert (moved.behaviour[name] == usual.behaviour[name]).all()


def test_a_perturbed_world_behaves_as_its_own_parameters_say() -> None:
    plain = world(8, 300, FIRST, LAST)
    other = world(8, 300, FIRST, LAST, perturbation=0.7)
    opened = {}
    for name, w in (("plain", plain), ("other", other)):
        counts = w.events["kind"].value_counts()
        opened[name] = counts["message_opened"] / counts["message_sent"]
    means = [w.parameters.behaviour["opens"].mean() for w in (plain, other)]
    assert not np.allclose(plain.parameters.behaviour["opens"], other.parameters.behaviour["opens"])
    assert (opened["other"] > opened["plain"]) == (means[1] > means[0])
    assert not plain.events["at"].equals(other.events["at"])


def test_every_type_has_a_weight_a_story_and_every_behaviour() -> None:
    p = parameters()
    assert len(p.types) == 29
    assert len(p.stories) == 29
    assert (p.weights > 0).all()
    assert all(len(values) == 29 for values in p.behaviour.values())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda raw: raw["types"]["R4"].update(opens=1.2), "R4.opens = 1.2"),
        (lambda raw: raw["types"]["R4"].update(basket=-1), "R4.basket = -1"),
        (lambda raw: raw["types"]["F1"].update(sings=1), "F1: unknown behaviour 'sings'"),
        (lambda raw: raw["stories"]["D4"][0]["path"].pop(), "a story of D4 ends in D3"),
    ],
)
def test_a_broken_parameter_file_is_refused_with_the_place(
    tmp_path: Path, spoil: Any, message: str
) -> None:
    raw = json.loads((HERE / "parameters.json").read_text())
    spoil(raw)
    broken = tmp_path / "parameters.json"
    broken.write_text(json.dumps(raw))
    with pytest.raises(BadParameters, match=message):
        parameters(broken)


def test_the_catalogue_is_one_coherent_shop() -> None:
    words = vocabulary("shop")
    assert len(words["products"]) == 60
    assert len(words["categories"]) == 8
    for number in range(8):
        there = [row for row in words["products"] if row[0] == number and row[3] == 0]
        assert len(there) >= 3, "every category can be bought from the first day"
