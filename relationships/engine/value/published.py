"""Published figures that our formulas reproduce, as the model card names them.

Each row is a test (`tests/engine/value/test_published.py`, `test_discrete.py`), which fails where
our code gives another number than `ours`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

CDNOW = "CDNOW, 2,357 customers, 39 weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was printed, where, and what our code gives by maximum likelihood."""

    formula: str
    on: str
    source: str
    published: Mapping[str, float]
    ours: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Plain numbers and words."""
        return asdict(self)


def _of(
    formula: str, on: str, source: str, names: str, published: list[float], ours: list[float]
) -> Figure:
    keys = names.split()
    return Figure(
        formula=formula, on=on, source=source,
        published=dict(zip(keys, published, strict=True)), ours=dict(zip(keys, ours, strict=True)),
    )  # fmt: skip


PUBLISHED = (
    _of(
        "BG/NBD", CDNOW, "CLVTools", "r alpha a b log_likelihood",
        [0.2425945, 4.4136019, 0.7929199, 2.4258881, -9582.429],
        [0.2426, 4.4136, 0.7929, 2.4259, -9582.429],
    ),
    _of(
        "Pareto/NBD", CDNOW, "CLVTools", "r alpha s beta log_likelihood",
        [0.55315, 10.57633, 0.60625, 11.6715, -9594.976],
        [0.5533, 10.5777, 0.6062, 11.6687, -9594.976],
    ),
    _of(
        "MBG/NBD", CDNOW, "lifetimes 0.11.3", "r alpha a b log_likelihood",
        [0.52484, 6.18308, 0.89136, 1.614, -9582.136],
        [0.5248, 6.1831, 0.8914, 1.614, -9582.136],
    ),
    _of(
        "Gamma-Gamma", "CDNOW, 946 who came back", "CLVTools", "p q gamma log_likelihood",
        [6.25, 3.74, 15.44, -4055.918], [6.2496, 3.7442, 15.4435, -4055.918],
    ),
    _of(
        "BG/BB", "11,104 donors, six occasions", "BTYD", "alpha beta gamma delta",
        [1.2, 0.75, 0.66, 2.78], [1.2035, 0.7497, 0.6567, 2.7834],
    ),
    _of(
        "sBG", "Contracts, high end, seven years", "Fader & Hardie 2007", "a b",
        [0.668, 3.806], [0.6681, 3.8061],
    ),
    _of(
        "Value over 12 months", "CDNOW, customers 1 to 3, 1 % a month", "lifetimes, weekly data",
        "first second third", [36.2785, 4.6375, 8.3441], [36.2785, 4.6375, 8.3441],
    ),
)  # fmt: skip
