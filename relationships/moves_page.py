"""The page of moves put together: who went where, what a usual month brings, what came before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Kind
from relationships import veil
from relationships.engine.history.preceded import FEWEST_MOVERS
from relationships.models import Family, Month
from relationships.naming import ORDER, called, families_name
from relationships.queries.history import movement
from relationships.queries.history.compared import Compared
from relationships.queries.history.flows import Flow
from relationships.queries.history.met import BETTER, WORSE
from relationships.queries.history.movement import AHEAD_MONTHS, Before, Usual
from relationships.queries.history.standings import FAMILIES
from relationships.went import ALONE, NOBODY, Went, label_of
from relcrm.base.templatetags.words import share
from relcrm.lib import charts

SHOWN = [*(family.value for family in ORDER), Family.UNDETERMINED.value]
# A promise falls due with an order, so that either end of it stands before moves both ways.
ODD = {(Kind.PROMISE_KEPT.value, WORSE), (Kind.PROMISE_BROKEN.value, BETTER)}
STEPS = 5  # shades of a cell
FEWEST_FOR_SHARES = 10  # of fewer people a count says all there is to say
Way = Callable[..., Went]
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
    share: str  # of the row; "" of so few that it would mislead
    shade: int  # 0 (none) to STEPS
    href: str  # the people


@dataclass(frozen=True, slots=True)
class Row:
    family: str  # its colour
    name: str
    total: int
    cells: list[Cell]
    href: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """A family's share now and ahead, each with its likely range; "" where that is one number."""

    family: str
    name: str
    now: str
    ahead: list[tuple[str, str]]


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
    new_href: str
    gone: int
    is_kept: bool  # counted when the month was closed, or at
    counted_at: datetime | None
    chart: charts.Mix
    types: list[tuple[str, str, int, str]]
    outlook: list[Outlook]
    ahead_from: date | None  # the day from which it looks ahead
    months: int
    has_memory: bool
    before: list[tuple[str, int, list[str]]]  # heading, moves of that kind, sentences
    fewest: int = FEWEST_MOVERS


def page(months: Sequence[Month], found: Compared | None, *, frank: bool) -> Page | None:
    """None while there is nothing to compare."""
    if found is None or found.moves is None:
        return None
    (start, end), moves = found.of, found.moves
    usual = movement.usual(months)
    order = [FAMILIES.index(family) for family in SHOWN]
    hard = moves.hard[order][:, order]
    names = [(family, families_name(family, frank=frank)) for family in SHOWN]
    way = partial(Went, on=start, until=end)
    return Page(
        then=start,
        now=end,
        finding=_finding(hard.tolist(), names),
        moved=moves.moved,
        stayed=int(hard.trace()),
        names=names,
        rows=_rows(hard.astype(int).tolist(), names, way, frank=frank),
        new=int(moves.new.sum()),
        new_href=way(was=NOBODY, became="").address(),
        is_kept=found.is_kept,
        counted_at=found.counted_at,
        gone=int(moves.gone.sum()),
        chart=charts.flows(hard.tolist(), [veil.key(family, frank=frank) for family in SHOWN]),
        types=_types(moves, way, frank=frank),
        outlook=_outlook(usual, frank=frank) if usual else [],
        ahead_from=months[-1].on if usual else None,
        months=usual.months if usual else 0,
        has_memory=bool(usual and usual.has_memory),
        before=_before(months),
    )


def _finding(hard: list[list[float]], names: list[tuple[str, str]]) -> str:
    """That most are not told apart, else the largest move between two families, when at least one
    in a hundred made it."""
    known = range(len(SHOWN) - 1)
    moves = [(hard[i][j], i, j) for i in known for j in known if i != j]
    n, i, j = max(moves)
    total = sum(map(sum, hard))
    untold = sum(row[-1] for row in hard)
    if total >= FEWEST_FOR_SHARES and untold > total / 2:
        return _("For %s it is too early to tell; what comes in says too little") % share(
            untold / total
        )
    if not total or n < 0.01 * total:
        return ""
    return _("Most moved from %(then)s to %(now)s: %(n)s") % {
        "then": names[i][1], "now": names[j][1], "n": f"{int(n):,}",
    }  # fmt: skip


def _rows(
    hard: list[list[int]], names: list[tuple[str, str]], way: Way, *, frank: bool
) -> list[Row]:
    rows = []
    for (family, name), counts in zip(names, hard, strict=True):
        total = sum(counts)
        cells = [
            Cell(
                n,
                _part(n, total) if total >= FEWEST_FOR_SHARES else "",
                _shade(n / total) if total else 0,
                way(was=family, became=other).address(),
            )
            for (other, _name), n in zip(names, counts, strict=True)
        ]
        href = way(was=family, became="").address()
        rows.append(Row(veil.key(family, frank=frank), name, total, cells, href))
    return rows


def _part(n: int, total: int) -> str:
    """A share; of some, never nothing."""
    return "< 1 %" if 0 < n < 0.005 * total else share(n / total)


def _shade(share: float) -> int:
    return min(STEPS, 1 + int(share * STEPS)) if share > 0 else 0


def _types(moves: Flow, way: Way, *, frank: bool) -> list[tuple[str, str, int, str]]:
    """The most frequent moves between what is shown; alike for this reader are added up."""
    summed: dict[tuple[str, str], int] = {}
    for old, new, n in moves.types:
        pair = (label_of(old, frank=frank), label_of(new, frank=frank))
        if veil.is_veiled(pair[1], frank=frank):  # of those left to service no type is told
            pair = (veil.family_of(old), pair[1])
        if pair[0] != pair[1]:
            summed[pair] = summed.get(pair, 0) + n
    largest = sorted(summed.items(), key=lambda item: -item[1])[:MOST_TYPES]
    return [
        (_label(old, frank=frank), _label(new, frank=frank), n,
         way(was=old, became=new).address())
        for (old, new), n in largest
    ]  # fmt: skip


def _label(word: str, *, frank: bool) -> str:
    family = word.removesuffix(ALONE)
    return called(family, "", frank=frank) if family in FAMILIES else called("", word, frank=frank)


def _outlook(usual: Usual, *, frank: bool) -> list[Outlook]:
    found = []
    for family in SHOWN[:-1]:
        at, ahead = FAMILIES.index(family), usual.ahead
        shares = [
            (share(ahead.mean[month - 1][at]), _range(ahead.low[month - 1][at],
                                                      ahead.high[month - 1][at]))
            for month in LOOKED_AHEAD
        ]  # fmt: skip
        name = families_name(family, frank=frank)
        found.append(Outlook(veil.key(family, frank=frank), name, share(usual.shares[at]), shares))
    return found


def _range(low: float, high: float) -> str:
    least, most = f"{100 * low:.0f}", f"{100 * high:.0f}"
    return "" if least == most else f"{least}–{most} %"


def _before(months: Sequence[Month]) -> list[tuple[str, int, list[str]]]:
    """For the better and the worse: how many moves, and what was met before them; [] for none."""
    counts = movement.moves_counted(months)
    found = movement.preceded(months)
    titles = {BETTER: _("Moves for the better"), WORSE: _("Moves for the worse")}
    return [
        (title, counts[way], [_met(one) for one in found if one.direction == way][:MOST_BEFORE])
        for way, title in titles.items()
    ] if sum(counts.values()) else []  # fmt: skip


def _met(one: Before) -> str:
    """One sentence: before how many of the moves it was seen, and how much more often than else."""
    r = one.ratio
    times = r.ratio if r.ratio >= 1 else 1 / r.ratio
    often = _("%.1f times as often as") if r.ratio >= 1 else _("%.1f times less often than")
    low, high = sorted((r.low, r.high) if r.ratio >= 1 else (1 / r.high, 1 / r.low))
    said = _(
        "%(met)s: seen before %(n)s of %(moves)s such moves, %(often)s in a month without one "
        "(likely %(low).1f to %(high).1f times)"
    )
    if (one.kind, one.direction) in ODD and r.ratio >= 1:
        said += _(". Whoever orders more has more promises that fall due, so this is no cause")
    return said % {
        "met": str(MET.get(Kind(one.kind), one.kind)).capitalize(), "n": f"{r.met:,}",
        "moves": f"{r.moves:,}", "often": often % times, "low": low, "high": high,
    }  # fmt: skip
