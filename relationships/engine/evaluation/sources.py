"""What each source of data adds: how well relationships are told apart with it and without it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from relationships.engine.evaluation.drawn import drawn
from relationships.engine.evaluation.figures import macro_f1
from relationships.engine.evaluation.known import Known
from relationships.engine.evaluation.relationships import DRAWN, SHOP, WORLDS, judged
from relationships.engine.evaluation.shop import shop
from relationships.engine.typology import CHANNELS, typology

ALONE = "purchases"
LADDER: tuple[tuple[str, ...], ...] = (
    (ALONE,),
    ("promo", "novelty", "season", "categories"),
    ("returns",),
    ("visits", "messages"),
    ("support", "complaints", "promises"),
    ("reviews", "nps"),
    ("suggestions", "advocacy", "hostile"),
    ("profile",),
    ("contract", "third"),
)
"""In the order in which companies usually have them, each step on top of those before."""


@dataclass(frozen=True)
class Told:
    """How well customers whose truth is known are told apart by some sources of data.

    `step`: "ladder" (all of `adds` on top of the steps before), "beside" (`adds` beside purchases
    alone). The shares are of customers whose likeliest family or type is the true one.
    """

    where: str  # drawn, shop
    step: str
    adds: tuple[str, ...]
    channels: tuple[str, ...]
    macro_f1_of_types: float
    macro_f1_of_families: float
    types_right: float
    families_right: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def by_sources(
    world: str, *, seed: int, customers: int = DRAWN, shoppers: int = SHOP
) -> Iterator[Told]:
    """The ladder, and each source by itself beside purchases: drawn customers, then the shop's."""
    by = WORLDS[world]
    yield from _of("drawn", drawn(customers, by=by, seed=seed))
    yield from _of("shop", shop(shoppers, by=by, seed=seed))


def _of(where: str, known: Known) -> Iterator[Told]:
    channels: tuple[str, ...] = ()
    for adds in LADDER:
        channels = (*channels, *adds)
        yield _told(where, "ladder", adds, channels, known)
    for channel in CHANNELS:
        if channel != ALONE:
            yield _told(where, "beside", (channel,), (ALONE, channel), known)


def _told(
    where: str, step: str, adds: tuple[str, ...], channels: tuple[str, ...], known: Known
) -> Told:
    """As a company without labels that records these and nothing else."""
    less = replace(known, evidence=replace(known.evidence, connected=dict.fromkeys(channels, inf)))
    verdicts = judged(less)[1]
    truth, family_of = known.places, typology().family_of
    said, family = verdicts.posterior.argmax(axis=1), verdicts.families.argmax(axis=1)
    figures = (
        macro_f1(truth, said), macro_f1(family_of[truth], family),
        _right(truth, said), _right(family_of[truth], family),
    )  # fmt: skip
    return Told(where, step, adds, channels, *(round(figure, 4) for figure in figures))


def _right(truth: npt.NDArray[np.intp], said: npt.NDArray[np.intp]) -> float:
    return float((truth == said).mean())
