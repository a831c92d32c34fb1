"""The state of all relationships, added up in the database from the profiles."""

from typing import Any

from django.db import connection
from django.db.models import Avg, Count, F, IntegerField, Q, Sum, Value
from django.db.models.functions import Cast, Floor, Least

from relationships.engine.value.losing import LOSES_BELOW
from relationships.models import Family, Profile

RANKS = 100  # groups of equal size, from the most valuable customers down
GRID = 20  # cells along each side of the map
FAMILIES = [family.value for family in Family if family != Family.UNDETERMINED]


def totals() -> dict[str, Any]:
    """Expected members of each family, expected number still with us and of how many, value."""
    sums = {f"p_{family}": Sum(f"p_{family}") for family in FAMILIES}
    return Profile.objects.aggregate(
        acted=Count("alive"),  # first: `alive` below is a sum
        customers=Count("pk"),
        alive=Sum("alive"),
        value=Sum("value"),
        **sums,
    )


def by_family() -> dict[str, dict[str, float]]:
    """Shown label → how many customers show it, and what they are worth together."""
    rows = (
        Profile.objects.values("family")
        .annotate(shown=Count("pk"), worth=Sum("value"), alive=Sum("alive"))
        .order_by()
    )
    return {row["family"]: _numbers(row) for row in rows}


def by_type() -> dict[str, dict[str, float]]:
    """Shown type → how many, what they are worth together and the middle one of them, and how
    many of those valued cost more than they bring."""
    columns = ("shown", "value", "alive", "valued", "losing", "median")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, COUNT(*), COALESCE(SUM(value), 0), COALESCE(SUM(alive), 0), "
            "COUNT(value), COUNT(*) FILTER (WHERE value < %s), "
            "AVG(value) FILTER (WHERE place IN ((n + 1) / 2, (n + 2) / 2)) FROM ("
            "SELECT type, value, alive, COUNT(value) OVER (PARTITION BY type) AS n, ROW_NUMBER() "
            "OVER (PARTITION BY type ORDER BY CASE WHEN value IS NULL THEN 1 ELSE 0 END, value) "
            "AS place FROM relationships_profile WHERE type <> '') ranked GROUP BY type",
            [LOSES_BELOW],
        )
        return {kind: dict(zip(columns, row, strict=True)) for kind, *row in cursor.fetchall()}


def _numbers(row: dict[str, Any]) -> dict[str, float]:
    return {
        "shown": row["shown"],
        "value": float(row["worth"] or 0),
        "alive": float(row["alive"] or 0),
    }


def cells() -> list[dict[str, Any]]:
    """The map as a grid: closeness × intensity, how many are in a cell, their mean mood."""
    rows = (
        Profile.objects.exclude(Q(closeness=None) | Q(intensity=None))
        .annotate(x=_cell("closeness"), y=_cell("intensity"))
        .values("x", "y", "family")
        .annotate(n=Count("pk"), mood=Avg("valence"))
        .order_by("x", "y", "family")
    )
    return list(rows)


def _cell(dimension: str) -> Any:
    return Cast(Least(Floor(F(dimension) * GRID), Value(GRID - 1.0)), IntegerField())


def ranks() -> list[dict[str, float]]:
    """Who earns and who costs: everyone valued, in a hundred equal groups, best first."""
    columns = ("n", "value", "alive", "least", "most")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), SUM(value), SUM(alive), MIN(value), MAX(value) FROM ("
            "SELECT value, alive, NTILE(%s) OVER (ORDER BY value DESC) AS place "
            "FROM relationships_profile WHERE value IS NOT NULL) ranked "
            "GROUP BY place ORDER BY place",
            [RANKS],
        )
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
