"""What the invented world is made of: the parameter files, read, checked and perturbed."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stretch of a story: a type, how many weeks it lasts, and what brought it about."""

    kind: int
    least_weeks: float
    most_weeks: float
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How people of each type behave: `behaviour[name][type number]`, plus the firm's habits."""

    types: tuple[str, ...]
    weights: Floats  # share of customers whose story ends in this type; sums to 1
    behaviour: dict[str, Floats]
    meaning: dict[str, str]  # of each behaviour: rate, chance or mood
    firm: dict[str, Any]
    stories: tuple[tuple[tuple[float, tuple[Step, ...]], ...], ...]

    def number(self, code: str) -> int:
        """The index of a type code such as "R4"."""
        return self.types.index(code)


class BadParameters(ValueError):
    """The parameter file cannot be used; the message says where and why."""


@cache
def vocabulary(name: str) -> Any:
    """One of the word lists that lie beside this module: shop, people, texts."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def parameters(path: Path = HERE / "parameters.json") -> Parameters:
    """Read and check a parameter file; raises BadParameters naming the first fault."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    types = tuple(raw["types"])
    weights = np.array([raw["types"][code]["weight"] for code in types], dtype=float)
    behaviour = {name: _column(raw, name, types) for name in raw["behaviours"]}
    for code in types:
        unknown = set(raw["types"][code]) - set(raw["behaviours"]) - {"weight"}
        if unknown:
            raise BadParameters(f"{code}: unknown behaviour {sorted(unknown)[0]!r}")
    return Parameters(
        types=types,
        weights=weights / weights.sum(),
        behaviour=behaviour,
        meaning={name: entry["is"] for name, entry in raw["behaviours"].items()},
        firm=raw["firm"],
        stories=tuple(_stories(raw, code, types) for code in types),
    )


def perturbed(p: Parameters, rng: np.random.Generator, strength: float) -> Parameters:
    """The same world with its habits shifted log-normally, firm-wide and for each type.

    Rates are multiplied by exp(s z_firm + s z_type); chances have their odds multiplied, so that
    they stay chances; moods and growth, which have a sign, keep their values. Shares of types get
    the type-wise factor alone.
    """
    shifted = {}
    for name, usual in p.behaviour.items():
        factor = np.exp(strength * (rng.normal() + rng.normal(size=len(p.types))))
        shifted[name] = _shift(usual, factor, p.meaning[name])
    weights = p.weights * np.exp(strength * rng.normal(size=len(p.types)))
    return replace(p, behaviour=shifted, weights=weights / weights.sum())


def _shift(usual: Floats, factor: Floats, meaning: str) -> Floats:
    if meaning == "rate":
        return usual * factor
    if meaning == "chance":
        # p·f / (1 − p + p·f): the odds are multiplied, 0 and 1 stay where they are
        return usual * factor / (1 - usual + usual * factor)
    return usual


def _column(raw: dict[str, Any], name: str, types: tuple[str, ...]) -> Floats:
    meaning, usual = raw["behaviours"][name]["is"], raw["behaviours"][name]["usual"]
    values = np.array([raw["types"][code].get(name, usual) for code in types], dtype=float)
    lowest, highest = {"rate": (0, np.inf), "chance": (0, 1), "mood": (-1, 1)}[meaning]
    for code, value in zip(types, values, strict=True):
        if not lowest <= value <= highest:
            raise BadParameters(f"{code}.{name} = {value}: a {meaning} lies in {lowest}–{highest}")
    return values


def _stories(
    raw: dict[str, Any], code: str, types: tuple[str, ...]
) -> tuple[tuple[float, tuple[Step, ...]], ...]:
    told = []
    for story in raw["stories"][code]:
        if story["path"][-1][0] != code:
            raise BadParameters(f"a story of {code} ends in {story['path'][-1][0]}")
        steps = tuple(
            Step(
                kind=types.index(kind),
                least_weeks=least,
                most_weeks=most,
                cause=cause[0] if cause else "meeting",
            )
            for kind, least, most, *cause in story["path"]
        )
        told.append((float(story["weight"]), steps))
    return tuple(told)
