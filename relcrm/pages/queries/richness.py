"""How much the company's data can say: what comes in, and what one more source would add."""

from dataclasses import dataclass

from django.db.models import Exists

from customers.models import Interaction, Kind, Product
from relationships.engine.typology import CHANNELS, typology
from relationships.engine.typology.gates import impossible_without
from relationships.queries.sources import CHANNEL_KINDS
from relationships.veil import is_veiled
from relcrm.base.models import Company

# Nobody can send these in yet: occasions and who chose us for them are worked out by ourselves.
OUR_OWN = {"season", "third"}
RECENT = 500  # newest purchases looked at for discounts and categories


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


def richness(*, frank: bool) -> Richness:
    """Three small queries; nothing is counted."""
    channels = connected()
    kinds = typology()
    impossible = set(impossible_without(channels, kinds))
    absent = [c for c in CHANNELS if c not in channels and c not in OUR_OWN]
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


def connected() -> frozenset[str]:
    """The channels of evidence of which at least one event has come in."""
    kinds = {kind for of in CHANNEL_KINDS.values() for kind in of} | {Kind.PURCHASE}
    exist = {kind.value: Exists(Interaction.objects.filter(kind=kind)) for kind in kinds}
    exist["nps"] = Exists(Interaction.objects.filter(kind=Kind.SURVEY_ANSWER, category="nps"))
    row = Company.objects.filter(pk=1).values(**exist).first() or {}
    seen = {channel for channel, of in CHANNEL_KINDS.items() if any(row.get(k) for k in of)}
    seen |= {"nps"} if row.get("nps") else set()
    if row.get(Kind.PURCHASE):
        seen.add("purchases")
        seen |= _of_purchases()
    if Product.objects.exclude(launched_on=None).exists():
        seen.add("novelty")
    return frozenset(seen)


def _of_purchases() -> set[str]:
    """What the newest purchases tell beside their amounts."""
    newest = Interaction.objects.filter(kind=Kind.PURCHASE).order_by("-occurred_on")
    rows = list(newest.values_list("discount", "category")[:RECENT])
    found = {"promo"} if any(discount is not None for discount, _ in rows) else set()
    return found | ({"categories"} if any(category for _, category in rows) else set())


def _missing(channel: str, channels: frozenset[str], impossible: set[str], frank: bool) -> Missing:
    kinds = typology()
    still = set(impossible_without(channels | {channel}, kinds))
    added = [kinds[key] for key in kinds.keys if key in impossible - still]
    named = [kind for kind in added if not is_veiled(kind.family, frank=frank)]
    return Missing(CHANNELS[channel], [kind.name for kind in named], len(added) - len(named))
