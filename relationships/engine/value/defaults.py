"""The stored default models, for companies too young to speak for themselves."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from relationships.engine.value.alive import AliveModel
from relationships.engine.value.bgnbd import BetaGeometric
from relationships.engine.value.discrete.contracted import UNDER_CONTRACT, Contracted
from relationships.engine.value.discrete.occasional import FIXED_DATES, Occasional
from relationships.engine.value.gammagamma import GammaGamma
from relationships.engine.value.models import STORED_DEFAULT, PurchaseModel, UnknownModel
from relationships.engine.value.nbd import Nbd
from relationships.engine.value.paretonbd import ParetoNbd

READERS: dict[str, Callable[[Mapping[str, Any]], PurchaseModel]] = {
    "NBD": Nbd.from_json,
    "BG/NBD": BetaGeometric.from_json,
    "MBG/NBD": BetaGeometric.from_json,
    "Pareto/NBD": ParetoNbd.from_json,
    FIXED_DATES: Occasional.from_json,
    UNDER_CONTRACT: Contracted.from_json,
}


def model_from_json(stored: dict[str, Any]) -> PurchaseModel:
    """Any model of repeat buying that `to_json` stored."""
    if stored.get("name") not in READERS:
        raise UnknownModel(f"no model of repeat buying is called {stored.get('name')!r}")
    return READERS[stored["name"]](stored)


@cache
def _stored() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("defaults.json").read_text())
    return content


def purchase_model(name: str) -> PurchaseModel:
    """The stored default of this name."""
    parameters = _stored()["models"][name]
    return model_from_json(_as_stored(name, parameters))


def alive_model() -> AliveModel:
    """The stored default for who is alive."""
    leaving = BetaGeometric.from_json(_as_stored("MBG/NBD", _stored()["models"]["MBG/NBD"]))
    return AliveModel(leaving=leaving, mean_gap_weeks=float(_stored()["mean_gap_weeks"]))


def spend_model(mean_spend: float) -> GammaGamma:
    """The stored shape of spending, around this mean of a purchase (1 where there is none)."""
    unit = GammaGamma.from_json(_as_stored("Gamma-Gamma", _stored()["spend"]))
    mean_of_unit = float(unit.expected_spend(0.0, 0.0))
    return replace(unit, gamma=unit.gamma * (mean_spend or 1.0) / mean_of_unit)


def _as_stored(name: str, parameters: dict[str, float]) -> dict[str, Any]:
    return {"name": name, "parameters": parameters, "facts": {"method": STORED_DEFAULT}}
