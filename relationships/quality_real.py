"""How the judgement does on real purchases whose later part was held back, for a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.engine.evaluation import measured
from relationships.engine.evaluation.reliability import OTHERS
from relationships.naming import families_name

# Check → what it says to a marketer, and in what the figure is.
CHECKS = {
    "soft AUC over RFM logit": gettext_lazy(
        "Who comes back, ranked better than by last order, number and sum alone"
    ),
    "the same in standard errors": gettext_lazy(
        "The chance of it told better, in multiples of what luck would do"
    ),
    "soft AUC over RFM quintiles": gettext_lazy("Ranked better than by the usual 125 cells"),
    "soft AUC over the six-group product": gettext_lazy("Ranked better than by six usual groups"),
    "soft AUC over k-means": gettext_lazy("Ranked better than by six groups a computer finds"),
    "bits of types over the six-group product": gettext_lazy(
        "What kinds alone tell of coming back, more than six usual groups do"
    ),
    "soft C-index over RFM logit": gettext_lazy(
        "Who comes back sooner, ranked better than by last order, number and sum alone"
    ),
    "shuffled outcomes: AUC": gettext_lazy("Ranked rightly when what came after is shuffled"),
    "labels after calibrating on 63 %: adjusted Rand index": gettext_lazy(
        "Same kinds when set up from two thirds of the customers"
    ),
    "labels that change in a month": gettext_lazy("Kinds that change in a month"),
    "changes undone a month later": gettext_lazy("Of these, taken back a month later"),
    "shown labels that change in a month": gettext_lazy("What pages show that changes in a month"),
    "shown changes undone a month later": gettext_lazy("Of that, taken back a month later"),
    "AUC lost by holding still": gettext_lazy("Ranking lost because kinds are held still"),
    "labels changed by 10,000 strangers": gettext_lazy(
        "People judged otherwise beside 10,000 strangers"
    ),
    "types assigned that purchases cannot show": gettext_lazy(
        "People with a kind that purchases cannot show"
    ),
    "judged otherwise when later rows are taken away": gettext_lazy(
        "People judged otherwise when what came after is taken away"
    ),
}
OWN = {
    "soft AUC": gettext_lazy("Ranked rightly, of pairs of whom one came back"),
    "soft C-index": gettext_lazy("Ranked rightly by who came back sooner"),
    "bits of types over the six-group product": CHECKS["bits of types over the six-group product"],
    "labels that change in a month": CHECKS["labels that change in a month"],
}
"""What is aimed at in one shop by itself."""
NUMBERS = {"the same in standard errors"}
POINTS = ("soft AUC over", "soft C-index over", "AUC lost")
"""Differences of shares; all others are shares."""
SIGNED = ("over RFM", "over the six-group", "over k-means")
BANDS = {
    "under a quarter": gettext_lazy("with us for less than a quarter"),
    "a quarter to half a year": gettext_lazy("for a quarter to half a year"),
    "half a year to a year": gettext_lazy("for half a year to a year"),
    "a year to two": gettext_lazy("for a year or two"),
    "two years and more": gettext_lazy("for two years and more"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """`aim` where it is this shop's own."""

    shop: str
    words: str
    is_reached: bool | None
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    words: str
    aim: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Shop:
    """Where, on which day judged, of how many customers which share came back."""

    name: str
    split: date
    customers: int
    came_back: float
    is_current: bool
    command: str
    reliable: list[tuple[str, int, float, float]]


@dataclass(frozen=True, slots=True)
class Real:
    shops: list[Shop]
    lines: list[Line]
    own: list[Line]


def real(*, frank: bool) -> Real:
    """From the figures kept beside those of invented worlds; `frank`: may read negative names."""
    files = measured.kept().get("files", [])
    by = {file["name"]: {one["check"]: one for one in file["checks"]} for file in files}
    lines = [_line(name, words, by, "") for name, words in CHECKS.items()]
    own = [_line(name, words, by, ", aim for {}") for name, words in OWN.items()]
    return Real(
        [_shop(file, frank=frank) for file in files],
        [line for line in lines if line.cells],
        [line for line in own if line.cells],
    )


def _line(name: str, words: Any, by: Mapping[str, Mapping[str, Any]], suffix: str) -> Line:
    found = [
        (shop, checks[name + suffix.format(shop)])
        for shop, checks in by.items()
        if name + suffix.format(shop) in checks
    ]
    cells = [
        Cell(shop, _said(name, one["figure"]), one["reached"], aim_of(name, one["target"]))
        for shop, one in found
    ]
    shared = next((one["target"] for _shop, one in found if one["target"]), None)
    return Line(str(words), "" if suffix else aim_of(name, shared), cells)


def aim_of(name: str, target: str | None) -> str:
    """ ">= 0.15" → "at least 15.0 %", ">= 0" → "no less", "0.5 ± 0.005" → "50.0 % ± 0.5 %"."""
    if target is None:
        return ""
    if "±" in target:
        return " ± ".join(f"{100 * float(part):.1f} %" for part in target.split("±"))
    sign, bound = target.split()
    if sign == ">=" and not float(bound):
        return _("no less")
    words = {">=": _("at least %s"), ">": _("more than %s"), "<=": _("at most %s"), "=": "%s"}[sign]
    return words % _said(name, float(bound), signed=False)


def _said(name: str, figure: float, *, signed: bool = True) -> str:
    if name in NUMBERS:
        return f"{figure:.1f}"
    if name.startswith(("labels changed", "types assigned", "judged otherwise")):
        return f"{figure:.0f}"
    plus = "+" if signed and any(part in name for part in SIGNED) else ""
    number = f"{100 * figure:{plus}.1f}".replace("-", "−")
    return _("%s points") % number if name.startswith(POINTS) else f"{number} %"


def _shop(file: Mapping[str, Any], *, frank: bool) -> Shop:
    return Shop(
        name=file["name"],
        split=date.fromisoformat(file["split"]),
        customers=file["customers"],
        came_back=file["came_back"],
        is_current=file["specification"] == measured.fingerprint(),
        command=file["command"],
        reliable=_reliable(file["reliability"], frank=frank),
    )


def _reliable(
    told: Sequence[Mapping[str, Any]], *, frank: bool
) -> list[tuple[str, int, float, float]]:
    """Group, people, share told, share that came."""
    return [(_group(one, frank=frank), one["people"], one["told"], one["was"]) for one in told]


def _group(one: Mapping[str, Any], *, frank: bool) -> str:
    if one["by"] == "family":
        return families_name(one["group"], frank=frank)
    if one["by"] == "time":
        return str(BANDS[one["group"]])
    return _("other countries") if one["group"] == OTHERS else str(one["group"])
