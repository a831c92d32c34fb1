"""How good is this forecast? The page put together from what is kept of a fitted model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.engine.value.published import PUBLISHED
from relationships.models import FittedModel
from relationships.queries.evidence import day_of
from relationships.queries.model_card import formula
from relationships.verdict_words import because
from relcrm.base.templatetags.words import short_money
from relcrm.lib import charts

STATES = {
    "live": gettext_lazy("in use"),
    "candidate": gettext_lazy("waits"),
    "retired": gettext_lazy("was in use"),
    "past": gettext_lazy("made to look back"),
}
ROWS = 13  # of the table behind the tracking plot
NUMBERS = ("expected", "low", "high", "bought")
MONEY = ("expected_spend", "low_spend", "high_spend", "spent")


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
    """Purchases or money added up, in a box of 100 by 100, with the table behind it."""

    on: Any
    supposes: str  # the formula that was chosen then; nothing of older versions
    band: str
    expected: str
    bought: str
    top: float
    rows: list[tuple[int | str, ...]]  # week; expected, low, high and what came, in words
    off: float  # of all, at the end
    is_inside: bool
    of_ten: int  # how often what comes should lie within the band
    in_money: bool
    has_money: bool  # whether it was kept


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


def tracking(
    proof: dict[str, Any] | None, currency: str = "", *, in_money: bool = False
) -> Tracking | None:
    """The plot of what was expected one window ago against what came."""
    if not proof or not proof["expected"]:
        return None
    has_money = bool(proof.get("spent")) and proof["spent"][-1] > 0
    in_money = in_money and has_money
    names = MONEY if in_money else NUMBERS
    expected, low, high, came = lines = [[0.0, *proof[name]] for name in names]
    top = max(*high, *came, 1.0) * 1.04
    back = charts.path(low, top=top, backwards=True).replace("M", "L", 1)
    step = max(1, -(-proof["weeks"] // ROWS))
    weeks = [*range(step, proof["weeks"], step), proof["weeks"]]
    return Tracking(
        on=day_of(proof["day"]),
        supposes=formula(proof["model"]) if "model" in proof else "",
        band=f"{charts.path(high, top=top)}{back}Z",
        expected=charts.path(expected, top=top),
        bought=charts.path(came, top=top),
        top=top,
        rows=[
            (week, *(_said(line[week], currency if in_money else "") for line in lines))
            for week in weeks
        ],
        off=expected[-1] / came[-1] - 1 if came[-1] else 0.0,
        is_inside=low[-1] <= came[-1] <= high[-1],
        # Proofs that do not say which formula they suppose were kept with a wider band.
        of_ten=8 if "model" in proof else 9,
        in_money=in_money,
        has_money=has_money,
    )


def _said(amount: float, currency: str) -> str:
    return short_money(amount, currency) if currency else floatformat(amount, "0g")


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


def joined(model: FittedModel) -> str:
    """Why the figures of this page differ, though all are of the same past."""
    proof = model.report.get("proof")
    if not proof or not proof["expected"]:
        return ""
    return _(
        "That is the whole forecast as it would have been used on %(day)s: the formula that had "
        "done best until then, with its correction. “Every formula on your own past” takes all "
        "moments together and each formula before its correction, and “Version … against …” tries "
        "the formulas of two versions one moment after the other; so their figures are others, "
        "for the same day too"
    ) % {"day": date_format(day_of(proof["day"]), "j F Y")}


def published() -> list[dict[str, str]]:
    """What others printed beside what we give, the parameters of each formula in one line."""
    return [
        {
            "formula": one.formula, "on": one.on, "source": one.source,
            "printed": _numbers(one.published), "ours": _numbers(one.ours),
        }
        for one in PUBLISHED
    ]  # fmt: skip


def _numbers(figures: Mapping[str, float]) -> str:
    return "  ".join(f"{x:g}" for name, x in figures.items() if name != "log_likelihood")
