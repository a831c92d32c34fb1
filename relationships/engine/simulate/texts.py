"""Words people write: templates in plain English, filled with products, orders and places."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from relationships.engine.simulate.clock import Ints
from relationships.engine.simulate.lives import Lives
from relationships.engine.simulate.parameters import Floats, Parameters, vocabulary
from relationships.engine.simulate.people import People


def compose(
    rng: np.random.Generator,
    templates: Sequence[Sequence[str]],
    products: Sequence[str],
    *,
    orders: Sequence[str] | None = None,
    days: Sequence[int] | None = None,
) -> list[str]:
    """One text for each row, from that row's choice of templates."""
    words = vocabulary("texts")
    drawn = rng.random((len(templates), 4))
    written = []
    for i, (choice, (u, flaw, praise, place)) in enumerate(zip(templates, drawn, strict=True)):
        written.append(
            choice[int(u * len(choice))].format(
                product=products[i],
                order=orders[i] if orders else "my order",
                days=days[i] if days else 5 + int(7 * flaw),
                flaw=_one(words["flaw"], flaw),
                praise=_one(words["praise"], praise),
                place=_one(words["place"], place),
            )
        )
    return written


def _one(words: list[str], u: float) -> Any:
    return words[int(u * len(words))]


def moods(
    rng: np.random.Generator, stint: Ints, lives: Lives, people: People, p: Parameters
) -> Floats:
    """How each is feeling about the shop at some moment of a stint, −1 to 1."""
    kind = lives.kind[stint]
    swing = p.behaviour["swing"][kind] * rng.normal(size=len(stint))
    usual = p.behaviour["mood"][kind] + people.temper[lives.customer[stint]]
    return np.clip(usual + swing, -1, 1)


def tone(mood: Floats) -> list[str]:
    """Good, plain or bad: which of three word lists suits a mood."""
    return ["bad" if m < -0.15 else "good" if m > 0.3 else "plain" for m in mood]
