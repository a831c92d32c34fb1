"""Charts are SVG drawn on the server: numbers in, coordinates out. Templates do the drawing.

Positions along a chart are per cent of its box, so that text never shrinks on a phone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


def percent(share: float, digits: int = 1) -> str:
    """0.62 → "62.0%", held between 0 and 1, as SVG wants it whatever the language."""
    return f"{100 * min(max(share, 0.0), 1.0):.{digits}f}%"


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    value: float
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Span:
    """An expected value with its likely range, as positions on an axis."""

    low: str
    mid: str
    high: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis from `start` to `stop` with round ticks."""

    start: float
    stop: float
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> str:
        return percent((value - self.start) / (self.stop - self.start))

    def span(self, low: float, mid: float, high: float) -> Span:
        return Span(self.at(low), self.at(mid), self.at(high))


def axis(
    values: Sequence[float], *, ticks: int = 4, room: float = 0.04, finest: float = 0.0
) -> Axis:
    """An axis that holds zero and all values, with a little room at both ends. Ticks are no closer
    than `finest`, below which they would read alike."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if high - low < 1e-9:  # all the same, or too close together to have ticks between
        high = low + 1.0
    margin = room * (high - low)
    start, stop = low - margin, high + margin
    step = max(_round_step((high - low) / ticks), finest)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    marks = (step * i for i in range(first, last + 1))
    made = tuple(Tick(percent((m - start) / (stop - start)), m, m == 0) for m in marks)
    return Axis(start, stop, made)


def _round_step(raw: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(raw))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= raw * 0.999)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a whole, as a bar above or below."""

    key: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of a whole then and now, with the ribbons between (paths in a 100-wide box)."""

    then: tuple[Part, ...]
    now: tuple[Part, ...]
    ribbons: tuple[tuple[str, str], ...]


def mix(now: Sequence[tuple[str, float]], then: Sequence[tuple[str, float]] = ()) -> Mix:
    """Both in the same order of keys; shares are scaled to add up to one."""
    edges_now = _edges([share for _, share in now])
    edges_then = _edges([share for _, share in then])
    ribbons = tuple(
        (key, _ribbon(edges_then[i], edges_then[i + 1], edges_now[i], edges_now[i + 1]))
        for i, (key, _) in enumerate(now[: len(edges_then) - 1])
    )
    return Mix(_parts(then, edges_then), _parts(now, edges_now), ribbons)


def flows(moves: Sequence[Sequence[float]], keys: Sequence[str]) -> Mix:
    """Who went from where (above) to where (below): `moves[i][j]` from key i to key j.

    A ribbon has the key that it comes from; those that go nowhere are left out.
    """
    total = sum(map(sum, moves)) or 1.0
    above = [sum(row) for row in moves]
    below = [sum(column) for column in zip(*moves, strict=True)]
    starts, ends = _edges(above)[:-1], _edges(below)[:-1]
    ribbons = []
    for i, row in enumerate(moves):
        for j, moved in enumerate(row):
            width = moved / total
            if width > LEAST_RIBBON:
                path = _ribbon(starts[i], starts[i] + width, ends[j], ends[j] + width)
                ribbons.append((keys[i], path))
            starts[i], ends[j] = starts[i] + width, ends[j] + width
    then, now = list(zip(keys, above, strict=True)), list(zip(keys, below, strict=True))
    return Mix(_parts(then, _edges(above)), _parts(now, _edges(below)), tuple(ribbons))


LEAST_RIBBON = 0.002  # of the whole; a thinner one is not seen


def _edges(shares: Sequence[float]) -> list[float]:
    total = sum(shares) or 1.0
    edges = [0.0]
    for share in shares:
        edges.append(edges[-1] + share / total)
    return edges


def _parts(items: Sequence[tuple[str, float]], edges: Sequence[float]) -> tuple[Part, ...]:
    return tuple(
        Part(key, percent(left), percent(right - left))
        for (key, _), (left, right) in zip(items, pairwise(edges), strict=True)
    )


def _ribbon(above_from: float, above_to: float, below_from: float, below_to: float) -> str:
    """From a bar's foot at y = 18 to the next bar's head at y = 66."""
    a, b, c, d = (f"{100 * edge:.2f}" for edge in (above_from, above_to, below_from, below_to))
    return f"M{a} 18H{b}C{b} 44 {d} 40 {d} 66H{c}C{c} 40 {a} 44 {a} 18"


@dataclass(frozen=True, slots=True)
class Sparkline:
    points: str  # "x,y x,y …", ready for <polyline points="…">
    width: int
    height: int
    x: str
    y: str


def sparkline(values: Sequence[float], *, width: int = 72, height: int = 22) -> Sparkline:
    """A small line without axis; the last point stands out at (x, y)."""
    if not values:
        raise ValueError("a sparkline needs at least one value")
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (width - 6) / max(len(values) - 1, 1)
    points = [
        (f"{3 + i * step:.1f}", f"{height - 4 - (v - low) / span * (height - 8):.1f}")
        for i, v in enumerate(values)
    ]
    joined = " ".join(",".join(point) for point in points)
    return Sparkline(joined, width, height, *points[-1])


@dataclass(frozen=True, slots=True)
class Column:
    x: str
    y: int
    width: str
    height: int
    value: float


def columns(values: Sequence[float], *, height: int = 60) -> tuple[Column, ...]:
    """Upright bars side by side, the highest filling the height, none quite vanishing."""
    top = max([*values, 0.0]) or 1.0
    pitch = 1 / max(len(values), 1)
    found = []
    for i, value in enumerate(values):
        tall = max(1, round(value / top * height))
        found.append(
            Column(percent((i + 0.06) * pitch), height - tall, percent(0.88 * pitch), tall, value)
        )
    return tuple(found)


def path(values: Sequence[float], *, top: float, backwards: bool = False) -> str:
    """A line through all values, from left to right of a box of 100 by 100 whose head is `top`."""
    last = max(len(values) - 1, 1)
    points = [
        f"{100 * i / last:.2f} {100 - 100 * value / top:.2f}" for i, value in enumerate(values)
    ]
    return "M" + "L".join(reversed(points) if backwards else points)
