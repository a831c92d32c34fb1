"""The terms of the gap: weights, trust in answers, paces and wishes, as readable, checked data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.typology import typology
from relationships.engine.typology.reading import BrokenSpecification, Field, document

Floats = npt.NDArray[np.float64]
PARTS = ("close", "contact", "promo", "service", "tone")


@dataclass(frozen=True)
class Wish:
    """One answer to "which would you like us to be?", the types it means, and the family it
    belongs to: that of the first of them."""

    key: str
    asked: str
    types: tuple[str, ...]
    family: str


@dataclass(frozen=True)
class Pace:
    """One answer to "how often may we write?": messages in 30 days, and the intensity meant."""

    key: str
    contacts: float
    intensity: float


@dataclass(frozen=True)
class Terms:
    """All numbers of the arithmetic; arrays stand in the typology's order of types."""

    version: int
    weights: dict[str, float]
    half_life_days: float
    stated_least: float  # an answer faded below this counts as inferred
    undated: float  # trust in a wish of which we do not know the day
    inferred: float  # trust in a wish that nobody stated
    contradictory: float  # what is left of the trust in answers that contradict each other
    words: float  # share of the belief that the words chosen get
    closeness_spread: float
    intensity_spread: float
    label_from: float
    wide_from: float
    half_messages: float  # messages after which the shares among them are half trusted
    half_replies: float
    wishes: tuple[Wish, ...]
    paces: tuple[Pace, ...]
    usual: Floats  # types × types: what those who have one type usually want
    tone: Floats  # per type: 0 businesslike … 1 as among friends

    @property
    def wish_keys(self) -> tuple[str, ...]:
        return tuple(wish.key for wish in self.wishes)

    def wishes_of(self, family: str) -> tuple[Wish, ...]:
        return tuple(wish for wish in self.wishes if wish.family == family)


def read_terms(source: Any, name: str = "terms") -> Terms:
    """Check a document; raises BrokenSpecification naming the field that is wrong."""
    root = Field(source, name)
    trust, desired, shown = root["trust"], root["desired"], root["shown"]
    half = root["half_measured"]
    return Terms(
        version=root["version"].whole(1, 10**6),
        weights=_weights(root["weights"]),
        half_life_days=root["half_life_days"].number(1, 10_000),
        **{one: trust[one].number(0, 1)
           for one in ("stated_least", "undated", "inferred", "contradictory")},
        words=desired["words"].number(0.01, 0.99),
        closeness_spread=desired["closeness_spread"].number(0.01, 2),
        intensity_spread=desired["intensity_spread"].number(0.01, 2),
        label_from=shown["label_from"].number(0, 1),
        wide_from=shown["wide_from"].number(0, 2),
        half_messages=half["messages"].number(0.1, 1000),
        half_replies=half["replies"].number(0.1, 1000),
        wishes=tuple(_wish(each) for each in root["wishes"].items()),
        paces=tuple(
            Pace(each["key"].text(), each["contacts"].number(0, 100),
                 each["intensity"].number(0, 1))
            for each in root["paces"].items()
        ),
        usual=_usual(root["usually_want"]),
        tone=_tone(root["tone"]),
    )  # fmt: skip


def _weights(field: Field) -> dict[str, float]:
    field.only(set(PARTS))
    weights = {part: field[part].number(0, 1) for part in PARTS}
    if abs(sum(weights.values()) - 1) > 1e-9:
        raise BrokenSpecification(f"{field.path} must add up to 1")
    return weights


def _wish(field: Field) -> Wish:
    kinds = typology()
    types = tuple(each.choice(kinds.keys) for each in field["types"].items())
    if not types:
        raise BrokenSpecification(f"{field.path}.types must name a type")
    if any(kinds[key].family == "negative" for key in types):
        raise BrokenSpecification(f"{field.path}.types: nobody wishes for a negative one")
    return Wish(field["key"].text(), field["asked"].text(), types, kinds[types[0]].family)


def _usual(field: Field) -> Floats:
    keys = typology().keys
    usual = np.eye(len(keys))
    field.only(set(keys))
    for key in field.names():
        wanted = [keys.index(each.choice(keys)) for each in field[key].items()]
        usual[keys.index(key)] = np.bincount(wanted, minlength=len(keys)) / len(wanted)
    kept = typology()
    for place, kind in enumerate(kept.types):
        if kind.family == "negative" and usual[:, place].any():
            raise BrokenSpecification(f"{field.path}: nobody wants {kind.key}")
    return usual


def _tone(field: Field) -> Floats:
    kinds = typology()
    by_family = {name: field["families"][name].number(0, 1) for name in kinds.families}
    own = field["types"]
    own.only(set(kinds.keys))
    return np.array(
        [own[kind.key].number(0, 1) if kind.key in own.names() else by_family[kind.family]
         for kind in kinds.types]
    )  # fmt: skip


@cache
def terms() -> Terms:
    """The terms that come with the product."""
    path = Path(__file__).with_name("terms.json")
    return read_terms(document(path), path.name)
