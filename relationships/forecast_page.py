"""How good is this forecast? The page put together from what is kept of a fitted model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.models import FittedModel
from relationships.queries.evidence import day_of
from relationships.queries.model_card import formula
from relationships.verdict_words import because
from relcrm.lib import charts

STATES = {
    "live": gettext_lazy("in use"),
    "candidate": gettext_lazy("waits"),
    "retired": gettext_lazy("was in use"),
    "past": gettext_lazy("made to look back"),
}
ROWS = 13  # of the table behind the tracking plot


@dataclass(frozen=True, slots=True)
class Version:
    """One row of the list, and why it is where it is."""

    row: FittedModel
    supposes: str
    state: str
    words: str
    can_be_used: bool


@dataclass(frozen=True, slots=True)
class Tracking:
    """Purchases added up, in a box of 100 by 100, with the table behind it."""

    on: Any
    band: str
    expected: str
    bought: str
    top: float
    rows: list[tuple[int, float, float, float, float]]  # week, expected, low, high, bought
    off: float  # of all, at the end
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A tenth of the customers: where its dot stands, and its numbers."""

    place: int
    x: str
    y: str
    group: dict[str, float]


@dataclass(frozen=True, slots=True)
class Round:
    """Old and new on one stretch of the past; `better` names the side that came nearer."""

    on: Any
    weeks: int
    old: str
    new: str
    old_off: float | None
    new_off: float | None
    as_it_stood: bool
    better: str


def versions(rows: Iterable[FittedModel], as_of: Any) -> list[Version]:
    return [
        Version(
            row=row,
            supposes=formula(row.name),
            state=str(STATES[row.state]),
            words=because(row.verdict),
            can_be_used=not row.is_current
            and row.data_through <= as_of
            and row.asked_because != FittedModel.Why.HISTORY,
        )
        for row in rows
    ]


def tracking(proof: dict[str, Any] | None) -> Tracking | None:
    """The plot of what was expected one window ago against what came."""
    if not proof or not proof["expected"]:
        return None
    lines = {name: [0.0, *proof[name]] for name in ("expected", "low", "high", "bought")}
    top = max(*lines["high"], *lines["bought"], 1.0) * 1.04
    low, high = charts.path(lines["low"], top=top), charts.path(lines["high"], top=top)
    back = charts.path(lines["low"], top=top, backwards=True).replace("M", "L", 1)
    step = max(1, -(-proof["weeks"] // ROWS))
    weeks = [*range(step, proof["weeks"], step), proof["weeks"]]
    names = ("expected", "low", "high", "bought")
    expected, bought = proof["expected"][-1], proof["bought"][-1]
    return Tracking(
        on=day_of(proof["day"]),
        band=f"{high}{back}Z" if low else "",
        expected=charts.path(lines["expected"], top=top),
        bought=charts.path(lines["bought"], top=top),
        top=top,
        rows=[(week, *(lines[name][week] for name in names)) for week in weeks],
        off=expected / bought - 1 if bought else 0.0,
        is_inside=proof["low"][-1] <= bought <= proof["high"][-1],
    )


def points(proof: dict[str, Any] | None) -> list[Point]:
    """Each tenth by what was expected (across) and what came (up); the diagonal is just right."""
    groups: Sequence[dict[str, float]] = (proof or {}).get("groups") or ()
    top = max((max(one["expected"], one["bought"]) for one in groups), default=0.0) * 1.06 or 1.0
    return [
        Point(
            place,
            charts.percent(one["expected"] / top),
            charts.percent(1 - one["bought"] / top),
            one,
        )
        for place, one in enumerate(groups, 1)
    ]


def rounds(verdict: dict[str, Any]) -> list[Round]:
    return [_round(one) for one in verdict.get("rounds", ())]


def _round(one: dict[str, Any]) -> Round:
    old, new = one["old"], one["new"]
    level = abs(old["deviance"] - new["deviance"]) <= 0.01 * old["deviance"]
    nearer = "old" if old["deviance"] < new["deviance"] else "new"
    return Round(
        on=day_of(one["day"]),
        weeks=round(one["weeks"]),
        old=formula(old["model"]),
        new=formula(new["model"]),
        old_off=old["purchases_bias"],
        new_off=new["purchases_bias"],
        as_it_stood=one["as_it_stood"],
        better="" if level else nearer,
    )


def watched(model: FittedModel) -> dict[str, Any] | None:
    """The last four weeks since the forecast was made, in numbers; None while it is too early."""
    stretches = model.watch.get("stretches") or []
    if not stretches:
        return None
    last = stretches[-1]
    return last | {"has_drifted": model.watch["has_drifted"], "weeks": last["end"]}


def finding(model: FittedModel) -> str:
    """In a sentence: how near the forecast of one window ago came."""
    seen = tracking(model.report.get("proof"))
    if seen is None:
        return ""
    words = {"off": abs(round(100 * seen.off)), "weeks": model.report["proof"]["weeks"]}
    if words["off"] == 0:
        return _("%(weeks)d weeks ago it would have been right to the per cent") % words
    if seen.off > 0:
        return _("%(weeks)d weeks ago it would have expected %(off)d %% too many purchases") % words
    return _("%(weeks)d weeks ago it would have expected %(off)d %% too few purchases") % words
