"""The life line of one relationship: month by month, with its turning points, as it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from customers.models import Customer
from relationships import veil
from relationships.engine.history.quantised import chances
from relationships.engine.history.turning import depth
from relationships.live import typology
from relationships.models import Family, Snapshot
from relationships.naming import called
from relationships.turn_words import way_of
from relcrm.lib.charts import percent

MONTHS = 36
HEIGHT, ROOM = 64, 8  # of the chart and above and below its line
FEWEST = 3
DEEPEST, COLDEST = 1.75, -0.75  # of mood and closeness together, over all types


@dataclass(frozen=True, slots=True)
class Point:
    """One month: where it stands on the chart, in which colour, and what to say of it."""

    on: date
    x: str
    y: float
    family: str
    words: str
    way: str  # of a turning point, in words


@dataclass(frozen=True, slots=True)
class Life:
    points: list[Point]
    line: str  # "x,y x,y …" in a box of 100 × HEIGHT
    since: date
    through: date

    @property
    def turns(self) -> list[Point]:
        """The newest first."""
        return [point for point in reversed(self.points) if point.way]


def life_of(customer: Customer, through: date, *, frank: bool) -> Life | None:
    """None also for those who may not be judged, and who are left to service now."""
    profile = getattr(customer, "profile", None)
    if not customer.is_judgeable or profile is None or veil.is_veiled(profile.family, frank=frank):
        return None
    return life(snapshots(customer, through), frank=frank)


def snapshots(customer: Customer, through: date) -> list[Snapshot]:
    """Closed months, oldest first."""
    rows = Snapshot.objects.filter(customer=customer, is_close=True, on__lte=through)
    return list(rows.order_by("-on")[:MONTHS])[::-1]


def life(rows: Sequence[Snapshot], *, frank: bool) -> Life | None:
    """None for too short a life, and for months that are left to service."""
    told = _told_turns(rows, frank=frank)
    rows = [row for row in rows if not veil.is_veiled(row.family, frank=frank)]
    if len(rows) < FEWEST:
        return None
    heights = _heights(rows, frank=frank)
    span = max((rows[-1].on - rows[0].on).days, 1)
    places = [(row.on - rows[0].on).days / span for row in rows]
    points = [
        Point(
            on=row.on,
            x=percent(0.02 + 0.96 * place),
            y=height,
            family=row.family,
            words=called(row.family, row.type, frank=frank),
            way=way_of(row.turn) if row.on in told else "",
        )
        for row, place, height in zip(rows, places, heights, strict=True)
    ]
    line = " ".join(
        f"{2 + 96 * place:.1f},{height:.1f}" for place, height in zip(places, heights, strict=True)
    )
    return Life(points, line, rows[0].on, rows[-1].on)


def _told_turns(rows: Sequence[Snapshot], *, frank: bool) -> set[date]:
    """Months whose turn says nothing of a type that may not be known, then or a month before."""
    open_ = [not veil.is_doubtful(row.family, frank=frank) for row in rows]
    before = [frank, *open_][: len(rows)]  # what came before the first is not known here
    return {row.on for row, now, then in zip(rows, open_, before, strict=True) if now and then}


def _heights(rows: Sequence[Snapshot], *, frank: bool) -> list[float]:
    """From the top; what may not be seen does not weigh in."""
    kinds = typology()
    stored = np.array([np.frombuffer(bytes(row.chances), dtype=np.uint8) for row in rows])
    likely = np.nan_to_num(chances(stored))
    if not frank:
        hidden = [kind.family == Family.NEGATIVE for kind in kinds.types]
        likely[:, hidden] = 0.0
        likely /= np.maximum(likely.sum(axis=1, keepdims=True), 1e-9)
    good = (depth(likely, kinds) - COLDEST) / (DEEPEST - COLDEST)
    return (ROOM + (HEIGHT - 2 * ROOM) * (1 - np.clip(good, 0, 1))).round(1).tolist()
