"""The relationship map put together: where people are by closeness and intensity, as SVG."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.models import Profile
from relationships.naming import families_name
from relationships.veil import is_veiled
from relcrm.lib.charts import percent

GRID = 20
LARGEST = 2.3  # radius of the fullest cell, per cent of the chart
LEAST_PEOPLE = 5  # fewer say nothing of all relationships
MOODS = (-0.4, -0.1, 0.1, 0.4)  # from cold to warm, five steps
MOOD_WORDS = (
    gettext_lazy("cold"), gettext_lazy("cool"), gettext_lazy("neither warm nor cold"),
    gettext_lazy("warm"), gettext_lazy("very warm"),
)  # fmt: skip
QUADRANTS = {
    (False, False): gettext_lazy("%d %% keep their distance: they know us little and come rarely"),
    (False, True): gettext_lazy("%d %% come often without being close to us"),
    (True, False): gettext_lazy("%d %% feel close to us but come rarely"),
    (True, True): gettext_lazy("%d %% are close to us and come often"),
}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the map; the whole of it by default. Shares of closeness and intensity."""

    x0: float = 0.0
    x1: float = 1.0
    y0: float = 0.0
    y1: float = 1.0

    @property
    def is_whole(self) -> bool:
        return self == Area()

    @property
    def query(self) -> str:
        """The area as addresses carry it."""
        sides = {"x0": self.x0, "x1": self.x1, "y0": self.y0, "y1": self.y1}
        return urlencode({name: f"{side:.4g}" for name, side in sides.items()})

    def x(self, closeness: float) -> str:
        return percent((closeness - self.x0) / (self.x1 - self.x0))

    def y(self, intensity: float) -> str:
        return percent(1 - (intensity - self.y0) / (self.y1 - self.y0))

    def cell(self, x: int, y: int) -> "Area":
        wide, high = (self.x1 - self.x0) / GRID, (self.y1 - self.y0) / GRID
        return Area(self.x0 + x * wide, self.x0 + (x + 1) * wide,
                    self.y0 + y * high, self.y0 + (y + 1) * high)  # fmt: skip


def area(given: Mapping[str, str]) -> Area:
    """The area an address asks for; what makes no sense is the whole map."""
    try:
        x0, x1, y0, y1 = (float(given[name]) for name in ("x0", "x1", "y0", "y1"))
    except (KeyError, ValueError):
        return Area()
    is_sound = 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1 and min(x1 - x0, y1 - y0) >= 0.001
    return Area(x0, x1, y0, y1) if is_sound else Area()


@dataclass(frozen=True, slots=True)
class Ring:
    """People of one family or mood in a cell; rings lie in one another, the largest below."""

    key: str
    radius: str


@dataclass(slots=True)
class Cell:
    """One place of the map: how many are there, of which families, in which mood."""

    area: Area
    families: dict[str, int] = field(default_factory=dict)
    people: int = 0
    mood_sum: float = 0.0
    x: str = ""
    y: str = ""
    words: str = ""
    rings: list[Ring] = field(default_factory=list)

    @property
    def mood(self) -> float:
        return self.mood_sum / self.people


@dataclass(frozen=True, slots=True)
class Dot:
    """One person on the zoomed map."""

    href: str
    name: str
    key: str
    x: str
    y: str


def mood_step(mood: float | None) -> int:
    """0 (cold) to 4 (very warm); 2 where nothing is known."""
    return 2 if mood is None else sum(mood > edge for edge in MOODS)


def told(rows: Iterable[Mapping[str, Any]], *, frank: bool) -> list[Mapping[str, Any]]:
    """Where one stands and in which mood is not told of those left to service."""
    return [row for row in rows if not is_veiled(row["family"], frank=frank)]


def cells(rows: Iterable[Mapping[str, Any]], within: Area, *, by: str, frank: bool) -> list[Cell]:
    """Rows of (x, y, family, n, mood) as cells to draw, coloured by "family" or "mood"."""
    found: dict[tuple[int, int], Cell] = {}
    for row in rows:
        place = row["x"], row["y"]
        cell = found.setdefault(place, Cell(within.cell(*place)))
        cell.families[row["family"]] = cell.families.get(row["family"], 0) + row["n"]
        cell.people += row["n"]
        cell.mood_sum += row["n"] * (row["mood"] or 0.0)
    fullest = max((cell.people for cell in found.values()), default=1)
    for cell in found.values():
        _draw(cell, within, fullest, by=by, frank=frank)
    return sorted(found.values(), key=lambda cell: -cell.people)


def _draw(cell: Cell, within: Area, fullest: int, *, by: str, frank: bool) -> None:
    middle_x, middle_y = (cell.area.x0 + cell.area.x1) / 2, (cell.area.y0 + cell.area.y1) / 2
    cell.x, cell.y = within.x(middle_x), within.y(middle_y)
    parts = cell.families if by == "family" else {f"m{mood_step(cell.mood)}": cell.people}
    inside = cell.people
    for key, count in sorted(parts.items(), key=lambda part: part[1]):
        radius = max(LARGEST * math.cbrt(inside / fullest), 0.7)
        cell.rings.append(Ring(key, f"{radius:.2f}%"))
        inside -= count
    mostly = max(cell.families, key=lambda family: cell.families[family])
    cell.words = _("%(where)s: %(n)d, mostly %(family)s, %(mood)s") % {
        "where": where(cell.area),
        "n": cell.people,
        "family": families_name(mostly, frank=frank).lower(),
        "mood": MOOD_WORDS[mood_step(cell.mood)],
    }


def where(area: Area) -> str:
    return _("closeness %(x0)s to %(x1)s, intensity %(y0)s to %(y1)s") % {
        name: f"{100 * getattr(area, name):.3g} %" for name in ("x0", "x1", "y0", "y1")
    }


def dot(profile: Profile, name: str, href: str, within: Area, *, by: str) -> Dot:
    key = profile.family if by == "family" else f"m{mood_step(profile.valence)}"
    x, y = within.x(profile.closeness or 0.0), within.y(profile.intensity or 0.0)
    return Dot(href, name, key, x, y)


def finding(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which quarter of the map holds at least half of the people; nothing for a handful."""
    counts = dict.fromkeys(QUADRANTS, 0)
    for row in rows:
        counts[row["x"] >= GRID // 2, row["y"] >= GRID // 2] += row["n"]
    everyone = sum(counts.values())
    if everyone < LEAST_PEOPLE:
        return ""
    fullest = max(counts, key=lambda quarter: counts[quarter])
    share = counts[fullest] / everyone
    if share < 0.5:
        return _("Relationships are spread over the whole map")
    return str(QUADRANTS[fullest]) % round(100 * share)
