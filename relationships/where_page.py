"""Where value lies, and who came again: from sums kept when everyone was scored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models.interaction import Channel
from relationships import veil
from relationships.models import Family, Persona, Portfolio
from relationships.naming import families_name
from relcrm.lib import charts

WAYS = {
    "type": gettext_lazy("Type"),
    "persona": gettext_lazy("Persona"),
    "cohort": gettext_lazy("First order"),
    "source": gettext_lazy("How they came"),
}
SHADES = 5


@dataclass(frozen=True, slots=True)
class Group:
    """People who share something, and what they are worth; `query` lists them."""

    name: str
    people: int
    value: float
    each: float
    share: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A row of the triangle: each cell has a share and a shade, None where it lies ahead."""

    name: str
    people: int
    cells: list[tuple[float, int] | None]


def groups(picture: Portfolio, by: str, *, frank: bool) -> list[Group]:
    """The most valuable first; cohorts in order of time, the newest first."""
    if by == "type":
        found = _types(picture, frank=frank)
    else:
        names = _names(picture, by)
        rows = picture.breakdown.get(by) or {}
        found = [
            (name, rows[key]["n"], rows[key]["value"], f"persona={key}" if by == "persona" else "")
            for key, name in names.items()
            if key in rows
        ]
    if by != "cohort":
        found.sort(key=lambda one: -one[2])
    if by == "type":
        found += _without_type(picture, frank=frank)
    top = max((value for _, _, value, _ in found), default=0.0) or 1.0
    return [
        Group(name, n, value, value / n, charts.percent(value / top), query)
        for name, n, value, query in found
        if n
    ]


def _names(picture: Portfolio, by: str) -> dict[str, str]:
    """Key of a stored group → what it is called; in order of time for cohorts."""
    keys = list(picture.breakdown.get(by) or {})
    if by == "persona":
        current = Persona.objects.filter(is_current=True).only("name")
        return {str(one.pk): one.name for one in current}
    if by == "cohort":
        keys.sort(key=lambda key: "" if key == "earlier" else key, reverse=True)
    return {key: _quarter(key) if by == "cohort" else _channel(key) for key in keys}


def _types(picture: Portfolio, *, frank: bool) -> list[tuple[str, int, float, str]]:
    return [
        (kind.name, int(row["shown"]), float(row["value"]), f"type={kind.key}")
        for kind in veil.types(frank=frank)
        if (row := picture.types.get(kind.key)) and row["shown"]
    ]


def _without_type(picture: Portfolio, *, frank: bool) -> list[tuple[str, int, float, str]]:
    """Who shows no type to this reader, so that all rows together are everybody."""
    typed = {kind.key: kind.family for kind in veil.types(frank=frank)}
    known: dict[str, tuple[int, float]] = {}
    for family, row in (picture.families or {}).items():
        own = [one for key, one in picture.types.items() if typed.get(key) == family]
        n = int(row.get("shown", 0)) - sum(int(one["shown"]) for one in own)
        value = float(row.get("value", 0.0)) - sum(float(one["value"]) for one in own)
        apart = family == Family.UNDETERMINED or veil.is_veiled(family, frank=frank)
        name = families_name(family, frank=frank) if apart else _("Only the family is known")
        before = known.get(name, (0, 0.0))
        known[name] = (before[0] + n, before[1] + value)
    rows = [(name, n, value, "") for name, (n, value) in known.items() if n > 0]
    return sorted(rows, key=lambda one: -one[2])


def _channel(key: str) -> str:
    return str(Channel(key).label) if key in Channel.values else _("Not recorded")


def _quarter(key: str) -> str:
    if key == "earlier":
        return _("Earlier")
    day = date.fromisoformat(key)
    return _("Quarter %(n)d of %(year)d") % {"n": (day.month + 2) // 3, "year": day.year}


def again(picture: Portfolio) -> tuple[list[Again], list[int], int]:
    """The triangle's rows, its columns counted from one, and how many months each column has."""
    kept = picture.breakdown.get("again") or {"cohorts": [], "months": 1}
    rows = [one for one in kept["cohorts"] if one["customers"]]
    wide = max((len(one["again"]) for one in rows), default=0)
    most = max((share for one in rows for share in one["again"]), default=0.0) or 1.0
    return (
        [_row(one, wide, most, kept["months"]) for one in rows],
        list(range(1, wide + 1)),
        kept["months"],
    )


def _row(one: dict[str, Any], wide: int, most: float, months: int) -> Again:
    cells: list[tuple[float, int] | None] = [
        (share, round(SHADES * share / most)) for share in one["again"]
    ]
    day = date.fromisoformat(one["begins_on"])
    name = f"{day:%Y-%m}" if months == 1 else _quarter(one["begins_on"])
    return Again(name, one["customers"], cells + [None] * (wide - len(cells)))
