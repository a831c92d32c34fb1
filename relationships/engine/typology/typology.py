"""The typology: 5 families, 8 next-step groups and 29 types, as readable, versioned data."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.typology.columns import NAN_WHEN_EMPTY
from relationships.engine.typology.evidence import CHANNELS
from relationships.engine.typology.reading import BrokenSpecification, Field, document

UNDETERMINED = "undetermined"
MARKS = (*CHANNELS, "hurt", "let down", "glad", "opted out")
"""What a gate may ask for: a channel seen for this customer, or a kind of event in it."""

TEXTS = ("summary", "customer_reads", "expects", "do", "dont", "message", "channel",
         "deeper", "end", "kin")  # fmt: skip


NAME = 60  # characters that lists and charts have room for


@dataclass(frozen=True)
class Expiry:
    """A hard label holds only while the newest such event is at most so many days old."""

    column: str
    days: float


@dataclass(frozen=True)
class TypeSpec:
    """One type: what it means, how it may be treated, and what must be seen to call it so.

    `gate` is a list of alternatives; in each, all marks must be seen. Empty: always possible.
    """

    key: str
    name: str
    family: str
    group: str
    bridge: str
    valence: float
    closeness: float
    intensity: float
    signature: dict[str, float]
    gate: tuple[tuple[str, ...], ...]
    expiry: Expiry | None
    contacts_30d_max: int
    promo_share_max: float
    reply_hours_max: float
    summary: str
    customer_reads: str
    expects: str
    do: str
    dont: str
    message: str
    channel: str
    danger: str
    deeper: str
    end: str
    kin: str


@dataclass(frozen=True)
class Typology:
    """Families, groups and types in their fixed order; positions index every array."""

    version: int
    families: dict[str, str]
    groups: dict[str, str]
    types: tuple[TypeSpec, ...]

    def __getitem__(self, key: str) -> TypeSpec:
        return self.types[self.keys.index(key)]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(spec.key for spec in self.types)

    @property
    def family_of(self) -> npt.NDArray[np.intp]:
        """Place of each type's family."""
        names = tuple(self.families)
        return np.array([names.index(spec.family) for spec in self.types])

    @property
    def group_of(self) -> npt.NDArray[np.intp]:
        names = tuple(self.groups)
        return np.array([names.index(spec.group) for spec in self.types])


def read_typology(source: Any, name: str = "types") -> Typology:
    """Check a document and make a typology of it; raises BrokenSpecification naming the field."""
    root = Field(source, name)
    families = {key: root["families"][key].text(most=NAME) for key in root["families"].names()}
    groups = {key: root["groups"][key].text(most=NAME) for key in root["groups"].names()}
    bridges = tuple(item.text(most=NAME) for item in root["bridges"].items())
    if UNDETERMINED in families:
        raise BrokenSpecification(f"{name}.families.{UNDETERMINED} is reserved")
    every = root["types"]
    types = tuple(_type(every[key], key, families, groups, bridges) for key in every.names())
    for family in families:
        if all(spec.family != family for spec in types):
            raise BrokenSpecification(f"{name}.families.{family} has no type")
    return Typology(root["version"].whole(1, 10**6), families, groups, types)


def _type(
    field: Field,
    key: str,
    families: dict[str, str],
    groups: dict[str, str],
    bridges: tuple[str, ...],
) -> TypeSpec:
    if not (1 <= len(key) <= 2 and key.isalnum()):
        raise BrokenSpecification(f"{field.path}: a type's key has one or two letters or digits")
    field.only({one.name for one in fields(TypeSpec)} - {"key", "expiry"} | {"expires"})
    signs = field["signature"]
    return TypeSpec(
        key=key,
        family=field["family"].choice(tuple(families)),
        group=field["group"].choice(tuple(groups)),
        bridge=field["bridge"].choice(bridges),
        valence=field["valence"].number(-1, 1),
        closeness=field["closeness"].number(0, 1),
        intensity=field["intensity"].number(0, 1),
        signature={mark: signs[mark].number(0, 1) for mark in signs.names()},
        gate=_gate(field["gate"]),
        expiry=_expiry(field["expires"]) if "expires" in field.names() else None,
        contacts_30d_max=field["contacts_30d_max"].whole(0, 100),
        promo_share_max=field["promo_share_max"].number(0, 1),
        reply_hours_max=field["reply_hours_max"].number(0, 10_000),
        danger=field["danger"].text(empty=True),
        name=field["name"].text(most=NAME),
        **{name: field[name].text() for name in TEXTS},
    )


def _gate(field: Field) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(mark.choice(MARKS) for mark in one.items()) for one in field.items())


def _expiry(field: Field) -> Expiry:
    ages = tuple(sorted(name for name in NAN_WHEN_EMPTY if name.endswith("_age_days")))
    return Expiry(field["column"].choice(ages), field["days"].number(1, 100_000))


@cache
def typology() -> Typology:
    """The typology that comes with the product."""
    path = Path(__file__).with_name("types.json")
    return read_typology(document(path), path.name)
