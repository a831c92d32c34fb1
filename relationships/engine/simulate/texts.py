"""Words people write: templates in plain English, filled with products, orders and places."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from relationships.engine.simulate.parameters import Floats, vocabulary


def compose(
    rng: np.random.Generator,
    templates: Sequence[Sequence[str]],
    products: Sequence[str],
    *,
    orders: Sequence[str] | None = None,
    days: Sequence[int] | None = None,
) -> list[str]:
    """One text for each row, from that row's choice of templates."""
    words, group = vocabulary("texts"), _groups()
    drawn = rng.random((len(templates), 3))
    written = []
    for i, (choice, (u, v, w)) in enumerate(zip(templates, drawn, strict=True)):
        about = group[products[i]]
        filled = {
            "product": products[i],
            "order": orders[i] if orders else "my order",
            "days": days[i] if days else 5 + int(7 * v),
            "place": _one(words["place"], w),
        }
        text = _one(choice, u)
        for word in ("flaw", "praise", "idea", "question"):
            if "{" + word in text:
                text = text.replace("{" + word + "}", _one(words[word][about], v))
        written.append(text.format_map(filled))
    return written


@cache
def _groups() -> dict[str, str]:
    """What can be said about each product."""
    return {row[1]: row[4] for row in vocabulary("shop")["products"]}


def _one(words: Sequence[str], u: float) -> str:
    return words[int(u * len(words))]


def tone(mood: Floats) -> list[str]:
    """Good, plain or bad: which of three word lists suits a mood."""
    return ["bad" if m < -0.15 else "good" if m > 0.3 else "plain" for m in mood]
