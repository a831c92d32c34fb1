"""People and densities in an area of the relationship map."""

from typing import Any

from django.db.models import Avg, Count, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Floor, Least

from relationships.models import Profile
from relationships.veil import findable

Span = tuple[float, float]


def inside(closeness: Span, intensity: Span) -> QuerySet[Profile]:
    """Those whose closeness and intensity lie in these spans, both ends included; not who objected
    a moment ago, before the scorer has taken the judgement away."""
    return Profile.objects.filter(
        closeness__range=closeness, intensity__range=intensity,
        customer__objects_to_profiling=False, customer__restricted_at=None,
    )  # fmt: skip


def people(closeness: Span, intensity: Span, most: int, *, frank: bool) -> list[Profile] | None:
    """Whom this reader may find in the area, with their customer; None when more than `most`."""
    found = findable(inside(closeness, intensity), "family", frank=frank)
    rows = list(found.select_related("customer").defer("posterior", "anchor")[: most + 1])
    return rows if len(rows) <= most else None


def cells(closeness: Span, intensity: Span, grid: int) -> list[dict[str, Any]]:
    """The area cut into grid × grid cells: how many of each family are in one, their mean mood."""
    rows = (
        inside(closeness, intensity)
        .annotate(x=_place("closeness", closeness, grid), y=_place("intensity", intensity, grid))
        .values("x", "y", "family")
        .annotate(n=Count("pk"), mood=Avg("valence"))
        .order_by("x", "y", "family")
    )
    return list(rows)


def _place(dimension: str, span: Span, grid: int) -> Any:
    low, high = span
    share = (F(dimension) - Value(low)) / Value(high - low)
    return Cast(Least(Floor(share * grid), Value(grid - 1.0)), IntegerField())
