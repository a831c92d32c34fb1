"""The whole specification as one document: types, behaviour, evidence weights, calibration."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from relationships.engine.typology.calibration import Calibration
from relationships.engine.typology.reading import BrokenSpecification, Field, document
from relationships.engine.typology.spec import (
    CONSTANTS,
    LATER,
    OTHERS,
    RATES,
    SHARES,
    Spec,
    default_spec,
    read_spec,
)
from relationships.engine.typology.typology import TypeSpec, Typology, read_typology, typology
from relationships.engine.typology.weights import (
    BOUNDS,
    Weights,
    default_weights,
    read_weights,
    shipped_weights,
)
from relationships.engine.typology.weights import LATER as LATER_OF_MOOD

NAME = "specification"
BEHAVIOUR = {"rhythm", *RATES, *SHARES, *OTHERS}
WORDS = {"families", "groups", "bridges"}
MEASURED = {  # a company may fix these; null: measured from its own data
    "cycle_weeks": (0.5, 156.0),
    "reference_order": (1e-6, 1e9),
    "repeats_per_week": (1e-6, 100.0),
    "click_share": (1e-4, 0.99),
}
LEARNING = {"fewest_customers": (50, 10**9), "rounds": (0, 50)}
Gate = tuple[tuple[str, ...], ...]
NOT_ADAPTABLE = "the same in every company: posteriors are stored and hidden by it"


@dataclass(frozen=True)
class Constants:
    """How a company's calibration is made: fixed constants, and how much is learned."""

    fixed: Mapping[str, float]
    fewest_customers: int
    rounds: int
    base_rates_learned: float
    learn_from_labels: bool

    def pinned(self, calibration: Calibration) -> Calibration:
        """The calibration with the constants that the company fixed itself."""
        return replace(calibration, **self.fixed)  # type: ignore[arg-type]  # names checked above


@dataclass(frozen=True)
class Specification:
    """All that judging rests on beside a customer's own evidence and what is fitted."""

    version: int
    types: Typology
    behaviour: Spec
    weights: Weights
    constants: Constants

    def fitting(self, calibration: Calibration) -> Calibration:
        """A stored calibration under this specification.

        What was learned against another version's behaviour is left aside until it is fitted anew.
        """
        if calibration.spec_version != self.version:
            bare: dict[str, Any] = {
                "multipliers": {},
                "shifts": {},
                "mean_shifts": {},
                "own_shifts": {},
            }
            calibration = replace(calibration, **bare, base_rates=())
        return self.constants.pinned(calibration)


def read_specification(source: Any, name: str = NAME) -> Specification:
    """Check a document; raises BrokenSpecification with the first fault found."""
    source = arranged(source)
    root = Field(source, name)
    root.only({"version", "types", "rhythm_windows_weeks", "flat_channels", *WORDS, *CONSTANTS,
               *BOUNDS, "calibration"})  # fmt: skip
    version = root["version"].whole(1, 10**6)
    types = read_typology(_words(root), name)
    _same_frame(types, root)
    return Specification(
        version,
        types,
        read_spec(_behaviour(root), types, name),
        read_weights(source, name),
        _constants(root["calibration"]),
    )


def arranged(source: Any) -> Any:
    """The document with its keys in the order of the one that comes with the product: databases
    keep them in an order of their own, and people read them."""
    ours = shipped_document()
    return _like(ours, _completed(ours, source))


def _completed(ours: Mapping[str, Any], given: Any) -> Any:
    """With the fields that came after the document was made, where it has none of them."""
    types = given.get("types") if isinstance(given, Mapping) else None
    if not isinstance(types, Mapping) or not all(isinstance(v, Mapping) for v in types.values()):
        return given
    absent = [name for name in LATER if not any(name in one for one in types.values())]
    added = {
        key: {name: ours["types"][key][name] for name in absent if key in ours["types"]}
        for key in types
    }
    whole = {**given, "types": {key: {**types[key], **added[key]} for key in types}}
    mood = given.get("valence")
    if isinstance(mood, Mapping) and not any(name in mood for name in LATER_OF_MOOD):
        whole["valence"] = {**mood, **{name: ours["valence"][name] for name in LATER_OF_MOOD}}
    return whole


def _like(ours: Any, given: Any) -> Any:
    if not (isinstance(ours, Mapping) and isinstance(given, Mapping)):
        return given
    names = [
        *(name for name in ours if name in given),
        *(name for name in given if name not in ours),
    ]
    return {name: _like(ours.get(name), given[name]) for name in names}


def faults(source: Any, name: str = NAME) -> list[str]:
    """What is wrong with a document, at most one sentence for each of its parts; none: it fits."""
    found: list[str] = []
    source = arranged(source)
    for check in (read_specification, *_parts(source)):
        try:
            check(source, name)
        except BrokenSpecification as error:
            if str(error) not in found:
                found.append(str(error))
    return found


def _parts(source: Any) -> Iterator[Callable[[Any, str], Any]]:
    """Checks of the single parts, as far as they stand by themselves."""
    if isinstance(source, Mapping) and isinstance(source.get("types"), Mapping):
        yield lambda whole, name: _same_frame(
            read_typology(_words(Field(whole, name)), name), Field(whole, name)
        )
        yield lambda whole, name: read_spec(_behaviour(Field(whole, name)), typology(), name)
        yield read_weights
        yield lambda whole, name: _constants(Field(whole, name)["calibration"])


def _words(root: Field) -> dict[str, Any]:
    """The document as `read_typology` reads it."""
    types = {key: _without(root["types"][key], BEHAVIOUR) for key in root["types"].names()}
    return {"version": 1, "types": types} | {one: root[one].value for one in sorted(WORDS)}


def _behaviour(root: Field) -> dict[str, Any]:
    """The document as `read_spec` reads it; its version is that of the whole."""
    texts = {one.name for one in fields(TypeSpec)} - {"key", "expiry"} | {"expires"}
    types = {key: _without(root["types"][key], texts) for key in root["types"].names()}
    kept = ("version", "rhythm_windows_weeks", "flat_channels", *CONSTANTS)
    return {"types": types} | {name: root[name].value for name in kept}


def _without(field: Field, names: set[str]) -> dict[str, Any]:
    return {name: field.value[name] for name in field.names() if name not in names}


def _same_frame(types: Typology, root: Field) -> None:
    """Families, groups and types stand where they stood: stored numbers and the veil rest on it."""
    ours = typology()
    for part, given, wanted in (
        ("families", tuple(types.families), tuple(ours.families)),
        ("groups", tuple(types.groups), tuple(ours.groups)),
        ("types", types.keys, ours.keys),
    ):
        if given != wanted:
            raise BrokenSpecification(
                f"{root.path}.{part} must have exactly {', '.join(wanted)}"
                f" ({NOT_ADAPTABLE}); names and rules may change"
            )
    for mine, theirs in zip(ours.types, types.types, strict=True):
        _same_guards(mine, theirs, f"{root.path}.types.{mine.key}")


def _same_guards(ours: TypeSpec, theirs: TypeSpec, path: str) -> None:
    """A company may be more careful with hard names than we are, never less."""
    if ours.family != theirs.family:
        raise BrokenSpecification(f"{path}.family must stay {ours.family} ({NOT_ADAPTABLE})")
    if ours.family == "negative" and not _is_as_narrow(theirs.gate, ours.gate):
        wanted = " or ".join(" and ".join(one) for one in ours.gate)
        raise BrokenSpecification(
            f"{path}.gate must ask for {wanted} at least: silence is no quarrel"
        )
    if ours.expiry is None:
        return
    if theirs.expiry is None:
        raise BrokenSpecification(f"{path}.expires is missing: such a name must not stick")
    if theirs.expiry.column != ours.expiry.column or theirs.expiry.days > ours.expiry.days:
        raise BrokenSpecification(
            f"{path}.expires must count {ours.expiry.column} and at most"
            f" {ours.expiry.days:g} days: such a name must not stick"
        )


def _is_as_narrow(theirs: Gate, ours: Gate) -> bool:
    """Whether whoever passes this gate would have passed ours."""
    return bool(theirs) and all(any({*mine} <= {*one} for mine in ours) for one in theirs)


def _constants(field: Field) -> Constants:
    field.only({*MEASURED, *LEARNING, "base_rates_learned", "learn_from_labels"})
    fixed = {
        name: field[name].number(*bounds)
        for name, bounds in MEASURED.items()
        if field[name].value is not None
    }
    return Constants(
        fixed,
        **{name: field[name].whole(*bounds) for name, bounds in LEARNING.items()},
        base_rates_learned=field["base_rates_learned"].number(0, 1),
        learn_from_labels=field["learn_from_labels"].yes_or_no(),
    )


def shipped_document() -> dict[str, Any]:
    """The specification that comes with the product, as one document that can be adapted."""
    here = Path(__file__)
    words = document(here.with_name("types.json"))
    behaviour = document(here.with_name("spec.json"))
    types = {key: words["types"][key] | behaviour["types"][key] for key in words["types"]}
    whole: dict[str, Any] = words | behaviour | shipped_weights()
    return whole | {"version": 1, "types": types}


@cache
def shipped() -> Specification:
    """Version 1: what holds until a company adapts it."""
    constants = _constants(Field(shipped_document()["calibration"], f"{NAME}.calibration"))
    return Specification(1, typology(), default_spec(), default_weights(), constants)
