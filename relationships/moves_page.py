"""The page of moves put together: who went where, what a usual month brings, what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Kind
from relationships import veil
from relationships.models import Family, Month
from relationships.naming import ORDER, called, families_name
from relationships.queries.history import movement
from relationships.queries.history.flows import Flow
from relationships.queries.history.met import BETTER
from relationships.queries.history.movement import AHEAD_MONTHS, Before, Usual
from relationships.queries.history.standings import FAMILIES
from relcrm.lib import charts

SHOWN = [*(family.value for family in ORDER), Family.UNDETERMINED.value]
STEPS = 5  # shades of a cell
MOST_TYPES, MOST_BEFORE = 12, 8
LOOKED_AHEAD = (3, 6, AHEAD_MONTHS)
MET = {
    Kind.PURCHASE: gettext_lazy("bought"),
    Kind.RETURN: gettext_lazy("returned something"),
    Kind.VISIT: gettext_lazy("visited us"),
    Kind.MESSAGE_SENT: gettext_lazy("got a message from us"),
    Kind.MESSAGE_OPENED: gettext_lazy("opened a message"),
    Kind.MESSAGE_CLICKED: gettext_lazy("followed a link in a message"),
    Kind.MESSAGE_REPLIED: gettext_lazy("answered a message"),
    Kind.UNSUBSCRIBED: gettext_lazy("asked us to stop writing"),
    Kind.SUPPORT: gettext_lazy("asked for help"),
    Kind.COMPLAINT: gettext_lazy("complained"),
    Kind.SUGGESTION: gettext_lazy("made a suggestion"),
    Kind.REVIEW: gettext_lazy("wrote a review"),
    Kind.MENTION: gettext_lazy("spoke of us in public"),
    Kind.REFERRAL: gettext_lazy("brought somebody along"),
    Kind.SURVEY_ANSWER: gettext_lazy("answered a survey"),
    Kind.SUBSCRIPTION_STARTED: gettext_lazy("began a subscription"),
    Kind.SUBSCRIPTION_RENEWED: gettext_lazy("renewed a subscription"),
    Kind.SUBSCRIPTION_CANCELLED: gettext_lazy("cancelled a subscription"),
    Kind.PROMISE_KEPT: gettext_lazy("saw us keep a promise"),
    Kind.PROMISE_BROKEN: gettext_lazy("saw us break a promise"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    share: float  # of the row, per cent
    shade: int  # 0 (none) to STEPS


@dataclass(frozen=True, slots=True)
class Row:
    family: str
    name: str
    total: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A family's share now and ahead, per cent, each with its likely range."""

    family: str
    name: str
    now: float
    ahead: list[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Page:
    then: date
    now: date
    finding: str
    moved: int
    stayed: int
    names: list[tuple[str, str]]
    rows: list[Row]
    new: int
    gone: int
    chart: charts.Mix
    types: list[tuple[str, str, int]]
    outlook: list[Outlook]
    months: int
    has_memory: bool
    better: list[str]
    worse: list[str]


def page(months: Sequence[Month], then: date, now: date, *, frank: bool) -> Page | None:
    """None while there is nothing to compare."""
    found = movement.between(then, now, months)
    if found is None:
        return None
    start, end, moves = found
    usual = movement.usual(months)
    before = movement.preceded(months)
    order = [FAMILIES.index(family) for family in SHOWN]
    hard = moves.hard[order][:, order]
    names = [(family, families_name(family, frank=frank)) for family in SHOWN]
    stayed = int(hard.trace())
    return Page(
        then=start,
        now=end,
        finding=_finding(hard.tolist(), names),
        moved=int(hard.sum()) - stayed,
        stayed=stayed,
        names=names,
        rows=_rows(hard.astype(int).tolist(), names),
        new=int(moves.new.sum()),
        gone=int(moves.gone.sum()),
        chart=charts.flows(hard.tolist(), [_colour(family, frank) for family in SHOWN]),
        types=_types(moves, frank=frank),
        outlook=_outlook(usual, frank=frank) if usual else [],
        months=usual.months if usual else 0,
        has_memory=bool(usual and usual.has_memory),
        better=[_met(one) for one in before if one.direction == BETTER][:MOST_BEFORE],
        worse=[_met(one) for one in before if one.direction != BETTER][:MOST_BEFORE],
    )


def _colour(family: str, frank: bool) -> str:
    return Family.UNDETERMINED if veil.is_veiled(family, frank=frank) else family


def _finding(hard: list[list[float]], names: list[tuple[str, str]]) -> str:
    """The largest move between two families, when at least one in a hundred made it."""
    known = range(len(SHOWN) - 1)
    moves = [(hard[i][j], i, j) for i in known for j in known if i != j]
    n, i, j = max(moves)
    total = sum(map(sum, hard))
    if not total or n < 0.01 * total:
        return ""
    return _("Most moved from %(then)s to %(now)s: %(n)s") % {
        "then": names[i][1], "now": names[j][1], "n": f"{int(n):,}",
    }  # fmt: skip


def _rows(hard: list[list[int]], names: list[tuple[str, str]]) -> list[Row]:
    rows = []
    for (family, name), counts in zip(names, hard, strict=True):
        total = sum(counts)
        cells = [
            Cell(n, 100 * n / total if total else 0.0, _shade(n / total) if total else 0)
            for n in counts
        ]
        rows.append(Row(family, name, total, cells))
    return rows


def _shade(share: float) -> int:
    return min(STEPS, 1 + int(share * STEPS)) if share > 0 else 0


def _types(moves: Flow, *, frank: bool) -> list[tuple[str, str, int]]:
    """The most frequent moves between what is shown; alike for this reader are added up."""
    summed: dict[tuple[str, str], int] = {}
    for old, new, n in moves.types:
        pair = (_label(old, frank=frank), _label(new, frank=frank))
        if pair[0] != pair[1]:
            summed[pair] = summed.get(pair, 0) + n
    largest = sorted(summed.items(), key=lambda item: -item[1])[:MOST_TYPES]
    return [(old, new, n) for (old, new), n in largest]


def _label(word: str, *, frank: bool) -> str:
    return called(word, "", frank=frank) if word in FAMILIES else called("", word, frank=frank)


def _outlook(usual: Usual, *, frank: bool) -> list[Outlook]:
    found = []
    for family in SHOWN[:-1]:
        at = FAMILIES.index(family)
        ahead = [
            tuple(100 * float(part[month - 1][at]) for part in
                  (usual.ahead.low, usual.ahead.mean, usual.ahead.high))
            for month in LOOKED_AHEAD
        ]  # fmt: skip
        name = families_name(family, frank=frank)
        found.append(Outlook(family, name, 100 * float(usual.shares[at]), ahead))
    return found


def _met(one: Before) -> str:
    """One sentence: how many of the movers had met it, and how many of the others."""
    r = one.ratio
    return _(
        "%(met)s: %(movers).0f %% of those who moved, %(others).0f %% of the others "
        "(%(times).1f times as often, likely %(low).1f to %(high).1f)"
    ) % {
        "met": str(MET.get(Kind(one.kind), one.kind)).capitalize(), "movers": 100 * r.movers,
        "others": 100 * r.others, "times": r.ratio, "low": r.low, "high": r.high,
    }  # fmt: skip
