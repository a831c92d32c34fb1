"""How much the company's data can say: what comes in, and what one more source would add."""

from dataclasses import dataclass

from relationships.engine.typology import CHANNELS
from relationships.engine.typology.gates import impossible_without
from relationships.live import typology
from relationships.veil import is_veiled


@dataclass(frozen=True, slots=True)
class Missing:
    """A source that does not come in yet, and the kinds of relationship it would let us tell."""

    label: str
    adds: list[str]
    veiled: int  # how many more that this reader may not see by name


@dataclass(frozen=True, slots=True)
class Richness:
    """How many of all types can be told apart, from what, and what would add to them."""

    possible: int
    types: int
    connected: list[str]
    missing: list[Missing]


def richness(channels: frozenset[str], *, frank: bool) -> Richness:
    """What these channels of evidence can tell, and each other one beside them."""
    kinds = typology()
    impossible = set(impossible_without(channels, kinds))
    absent = [c for c in CHANNELS if c not in channels]
    missing = [_missing(channel, channels, impossible, frank) for channel in absent]
    return Richness(
        possible=len(kinds.types) - len(impossible),
        types=len(kinds.types),
        connected=[CHANNELS[channel] for channel in CHANNELS if channel in channels],
        missing=sorted(
            (one for one in missing if one.adds or one.veiled),
            key=lambda one: -(len(one.adds) + one.veiled),
        ),
    )


def _missing(channel: str, channels: frozenset[str], impossible: set[str], frank: bool) -> Missing:
    kinds = typology()
    still = set(impossible_without(channels | {channel}, kinds))
    added = [kinds[key] for key in kinds.keys if key in impossible - still]
    named = [kind for kind in added if not is_veiled(kind.family, frank=frank)]
    return Missing(CHANNELS[channel], [kind.name for kind in named], len(added) - len(named))
