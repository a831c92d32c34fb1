"""Whether the gap matters, in words and columns: what followed by how wide it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.engine.gap.proof import OUTCOMES
from relationships.gap_words import FOLLOWED
from relationships.gap_words import OUTCOMES as NAMES
from relcrm.lib.charts import Span, percent

BOUGHT = "bought_again"  # the one thing that we wish for
# Below which width a group is called so; wide is what the page calls wide.
WIDTHS = (
    (0.05, gettext_lazy("hardly any")), (0.2, gettext_lazy("small")),
    (0.4, gettext_lazy("middling")), (inf, gettext_lazy("wide")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A share with its likely range, as words and as places on a bar."""

    share: float
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """Some people of like width of gap."""

    n: int
    name: str
    width: str  # from the narrowest to the widest among them
    cells: list[Cell | None]
    mood: Mapping[str, float] | None  # mean change with its range; None: not known


@dataclass(frozen=True, slots=True)
class Proof:
    """What the card shows; `why_not` says in words why there is nothing to show."""

    why_not: str
    says: list[str]
    heads: list[str]
    groups: list[Group]
    then: date | None
    weeks: int
    n: int


def proof(found: Mapping[str, Any]) -> Proof:
    then = date.fromisoformat(found["then"]) if "then" in found else None
    groups = found.get("groups", [])
    most = {name: max((g[name]["high"] for g in groups if g[name]), default=1) for name in OUTCOMES}
    return Proof(
        why_not=_why_not(found, then),
        says=_says(found) if groups else [],
        heads=[str(NAMES[name]) for name in OUTCOMES],
        groups=[_group(row, most) for row in groups],
        then=then,
        weeks=found.get("weeks", 0),
        n=found.get("n", 0),
    )


def _why_not(found: Mapping[str, Any], then: date | None) -> str:
    state = found.get("state")
    if state == "short" and then is not None:
        words = {"day": date_format(then, "j F Y"), "weeks": found["weeks"]}
        return (
            _(
                "Your records do not go back far enough: half a year is needed before %(day)s to "
                "know how wide the gaps were then, and the %(weeks)d weeks since to see what "
                "followed."
            )
            % words
        )
    if state == "few":
        return _(
            "Of %d people the gap was known then; it takes a hundred to see whether it matters."
        ) % found.get("n", 0)
    return "" if state == "found" else _("It is looked at when everyone is scored next.")


def _says(found: Mapping[str, Any]) -> list[str]:
    """A sentence for every outcome that is clearly different, else one that nothing is."""
    said = []
    for name in OUTCOMES:
        apart = found["thirds"][name]
        if apart and apart["is_clear"]:
            words = {
                "wide": _percent(apart["wide"]), "narrow": _percent(apart["narrow"]),
                "did": FOLLOWED[name], "weeks": found["weeks"],
            }  # fmt: skip
            line = _(
                "In the %(weeks)d weeks after, %(wide)s %% of the third with the widest gap "
                "%(did)s; of the third with the narrowest, %(narrow)s %%."
            )
            line %= words
            said.append(line if _is_harm(name, apart) else f"{line} {_not_so()}")
    return said or [_("What followed differs no more between wide and narrow gaps than by chance.")]


def _is_harm(name: str, apart: Mapping[str, float]) -> bool:
    """Whether it went worse where the gap was wide: they bought less, or did more of the rest."""
    return (apart["wide"] > apart["narrow"]) != (name == BOUGHT)


def _not_so() -> str:
    return _("Were a wide gap to do harm, it would be the other way round: this speaks against it.")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"


def _group(row: Mapping[str, Any], most: Mapping[str, float]) -> Group:
    cells = [_cell(row[name], most[name] or 1.0) for name in OUTCOMES]
    least, most = row["least"], row["most"]
    name = next(name for edge, name in WIDTHS if (least + most) / 2 < edge)
    low, high = f"{100 * least:.0f}", f"{100 * most:.0f}"
    width = (
        _("%s points") % low
        if low == high
        else _("%(low)s to %(high)s points") % {"low": low, "high": high}
    )
    return Group(row["n"], str(name), width, cells, _mood(row.get("mood")))


def _mood(found: Mapping[str, float] | None) -> dict[str, float] | None:
    """As it is written, so that nothing is less than nothing."""
    if found is None:
        return None
    return {name: round(found[name], 2) + 0.0 for name in ("mean", "low", "high")}


def _cell(found: Mapping[str, float] | None, most: float) -> Cell | None:
    if found is None:
        return None
    low, high = found["low"], found["high"]
    words = _("likely %(low)s to %(high)s %%") % {"low": _percent(low), "high": _percent(high)}
    span = Span(*(percent(place / most) for place in (low, found["share"], high)))
    return Cell(found["share"], words, span)
