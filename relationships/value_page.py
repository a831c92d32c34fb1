"""The value page put together: the sum, who earns and who costs, and how good the forecast is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.translation import gettext as _

from relationships.engine.value import Chosen
from relationships.engine.value.backtest import Line
from relationships.engine.value.losing import LOSES_BELOW
from relationships.models import FittedModel, Portfolio
from relationships.naming import ORDER, families_name
from relationships.queries.model_card import chosen_because, corrected, formula, in_words
from relationships.queries.versions import models_of
from relcrm.base.templatetags.words import CENT
from relcrm.lib import charts

TENTHS = 10


@dataclass(frozen=True, slots=True)
class Tenth:
    """Customers of one tenth by value: what they bring, alone and with all better ones."""

    place: int
    people: int
    value: float
    each: float
    share: float | None  # of the whole
    together: float | None  # of the whole, with everybody before
    alive: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class FamilyWorth:
    """What those who show a family are worth together, with the likely range."""

    family: str
    name: str
    people: int
    low: float
    value: float
    high: float
    span: charts.Span


@dataclass(frozen=True, slots=True)
class Curve:
    """Margin added up from the best customer on: points in a box of 100 by 100."""

    line: str
    area: str
    whole: float  # height of "all of the margin"
    top: int  # per cent at the upper edge


@dataclass(frozen=True, slots=True)
class Forecast:
    """How good the forecast is: what was chosen, and every formula's record on our own past."""

    fitted: FittedModel
    words: str
    because: str  # why this formula, though another may stand before it
    is_special: bool  # not simply the winner: the words say why
    is_mostly_prior: bool
    customers: int
    repeaters: int
    moments: int
    lines: list[tuple[str, Line]]  # what the formula supposes, and its record
    chosen: str
    corrected: str  # by what it is multiplied, and why


@dataclass(frozen=True, slots=True)
class Page:
    picture: Portfolio
    finding: str
    tenths: list[Tenth]
    curve: Curve | None
    families: list[FamilyWorth]
    axis: charts.Axis
    losing: int  # people who are expected to cost more than they bring


def page(picture: Portfolio, *, frank: bool) -> Page:
    tenths = tenths_of(picture.ranks)
    families, axis = _families(picture, frank=frank)
    return Page(
        picture=picture,
        finding=finding(tenths),
        tenths=tenths,
        curve=curve(picture.ranks),
        families=families,
        axis=axis,
        losing=picture.breakdown.get("losing", losing(picture.ranks)),
    )


def tenths_of(ranks: Sequence[dict[str, float]]) -> list[Tenth]:
    """Ten groups of the stored hundred; fewer where fewer customers are valued."""
    if not ranks:
        return []
    edges = [round(len(ranks) * n / TENTHS) for n in range(TENTHS + 1)]
    groups = [ranks[a:b] for a, b in zip(edges, edges[1:], strict=False) if b > a]
    total = sum(rank["value"] for rank in ranks)
    sums = [sum(rank["value"] for rank in group) for group in groups]
    shares = [value / total if total > 0 else None for value in sums]
    together = [part / total if total > 0 else None for part in accumulate(sums)]
    return [
        _tenth(place, group, *rest)
        for place, (group, *rest) in enumerate(zip(groups, sums, shares, together, strict=True), 1)
    ]


def _tenth(
    place: int, group: Sequence[dict[str, float]], value: float, share: float | None,
    together: float | None,
) -> Tenth:  # fmt: skip
    people = int(sum(rank["n"] for rank in group))
    alive = sum(rank["alive"] or 0 for rank in group)
    return Tenth(
        place, people, value, value / people, share, together, alive,
        min(rank["least"] for rank in group), max(rank["most"] for rank in group),
    )  # fmt: skip


def finding(tenths: Sequence[Tenth]) -> str:
    """What the best tenth earns; nothing where too few are valued or nothing is earned."""
    if len(tenths) < TENTHS or tenths[0].share is None:
        return ""
    best = tenths[0].share
    if tenths[-1].value < 0:
        return _("The best tenth earns %(best)d %% of all margin; the last tenth costs money") % {
            "best": round(100 * best)
        }
    for place, tenth in enumerate(tenths, 1):
        if tenth.together is not None and round(tenth.together, 2) >= 0.8:
            words = {"people": 10 * place, "best": round(100 * best)}
            return _("%(people)d %% of customers earn four fifths of the margin") % words
    return ""


def losing(ranks: Sequence[dict[str, float]]) -> int:
    """Of pictures that did not count them: whole groups that lose, and of the group in which the
    bound falls the straight-line share."""
    count = 0.0
    for rank in ranks:
        if rank["most"] < LOSES_BELOW:
            count += rank["n"]
        elif rank["least"] < LOSES_BELOW:
            count += rank["n"] * (LOSES_BELOW - rank["least"]) / (rank["most"] - rank["least"])
    return round(count)


def curve(ranks: Sequence[dict[str, float]]) -> Curve | None:
    """The whale curve: above 100 % where some customers cost what others earned."""
    total = sum(rank["value"] for rank in ranks)
    people = sum(rank["n"] for rank in ranks)
    if total <= 0 or not people:
        return None
    across = accumulate((rank["n"] / people for rank in ranks), initial=0.0)
    up = list(accumulate((rank["value"] / total for rank in ranks), initial=0.0))
    top = max(1.0, *up) * 1.04
    points = [f"{100 * x:.2f} {100 - 100 * y / top:.2f}" for x, y in zip(across, up, strict=True)]
    line = "M" + "L".join(points)
    return Curve(line, f"{line}L100 100Z", round(100 - 100 / top, 2), round(100 * top))


def _families(picture: Portfolio, *, frank: bool) -> tuple[list[FamilyWorth], charts.Axis]:
    found = [
        (family, row)
        for family in (*ORDER, "undetermined")
        if (row := picture.families.get(family)) and row.get("shown")
    ]
    axis = charts.axis(
        [row[bound] for _, row in found for bound in ("low", "high")], ticks=3, finest=CENT
    )
    rows = [
        FamilyWorth(
            str(family), families_name(family, frank=frank), row["shown"], row["low"],
            row["expected"], row["high"], axis.span(row["low"], row["expected"], row["high"]),
        )
        for family, row in found
    ]  # fmt: skip
    return rows, axis


def forecast(fitted: FittedModel) -> Forecast | None:
    """The record of the stored models, read from their numbers; None where another version of
    relcrm stored them."""
    models = models_of(fitted)
    if models is None:
        return None
    return Forecast(
        fitted=fitted,
        words=in_words(models),
        because=chosen_because(models) if models.origins else "",
        is_special=not isinstance(models.outcome, Chosen),
        is_mostly_prior=models.is_mostly_prior,
        customers=models.customers,
        repeaters=models.repeaters,
        moments=len(models.origins),
        lines=[(formula(line.model), line) for line in models.table] if models.origins else [],
        chosen=models.outcome.model,
        corrected=corrected(models.correction),
    )
