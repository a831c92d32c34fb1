"""The overview put together: from one picture of all relationships to what the page shows."""

from dataclasses import dataclass

from relationships.models import Portfolio
from relationships.naming import ORDER, families_name
from relcrm.lib import charts
from relcrm.pages import findings
from relcrm.pages.queries.portfolio import Comparison


@dataclass(frozen=True, slots=True)
class MixRow:
    """A family's share of everyone, in per cent, and its change in points."""

    family: str
    name: str
    share: float
    change: float | None
    customers: int
    before: float | None

    @property
    def tone(self) -> str:
        """More commitment is good, more trouble is bad; flings are neither."""
        if self.change is None or abs(self.change) < 0.05 or self.family == "fling":
            return ""
        up_is_good = self.family in ("marriage", "friend")
        return "good" if (self.change > 0) == up_is_good else "bad"


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A family's expected margin over the horizon: one customer's, and all of theirs."""

    family: str
    name: str
    each: float
    low: float
    high: float
    together: float
    span: charts.Span
    people: int  # who show the family; everyone in the last row


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the overview shows of the picture now (and of the one then)."""

    now: Portfolio
    then: Portfolio | None
    days: int | None
    periods: tuple[int, ...]
    direction: str
    mix_finding: str
    mix: charts.Mix
    mix_rows: list[MixRow]
    money_finding: str
    money_rows: list[MoneyRow]
    axis: charts.Axis
    everyone: MoneyRow | None
    undetermined: int

    @property
    def stayed(self) -> float | None:
        """Change in the share still with us, in points."""
        before, now = self.then.staying if self.then else None, self.now.staying
        return None if before is None or now is None else 100 * (now - before)


def overview(found: Comparison, *, frank: bool) -> Overview:
    """`frank`: whether negative families may be called so."""
    now, then = _expected(found.now), _expected(found.then)
    names = {family: families_name(family, frank=frank) for family in ORDER}
    shown = {**names, "undetermined": families_name("undetermined", frank=frank)}
    rows, axis = _money(found.now, shown)
    totals = {row.family: row.together for row in rows}
    people = {f: float(found.now.families[f]["shown"]) for f in totals}
    return Overview(
        now=found.now,
        then=found.then,
        days=found.days,
        periods=found.periods,
        direction=findings.direction(names, now, then),
        mix_finding=findings.mix(names, now, then),
        mix=charts.mix(list(now.items()), list(then.items())),
        mix_rows=_mix(names, now, then),
        money_finding=findings.money(names, totals, people),
        money_rows=rows,
        axis=axis,
        everyone=_everyone(found.now),
        undetermined=int(found.now.families.get("undetermined", {}).get("shown", 0)),
    )


def _expected(picture: Portfolio | None) -> dict[str, float]:
    """Customers by family: probabilities added up, so that everyone is described."""
    if picture is None:
        return {}
    return {f: float(picture.families.get(f, {}).get("members") or 0.0) for f in ORDER}


def _mix(names: dict[str, str], now: dict[str, float], then: dict[str, float]) -> list[MixRow]:
    total, before = sum(now.values()) or 1.0, sum(then.values())
    rows = []
    for family, count in now.items():
        share = 100 * count / total
        was = 100 * then[family] / before if before else None
        change = None if was is None else share - was
        rows.append(MixRow(str(family), names[family], share, change, round(count), was))
    return rows


def _money(picture: Portfolio, names: dict[str, str]) -> tuple[list[MoneyRow], charts.Axis]:
    """Each shown family's money divided by its number; families nobody shows are left out."""
    each = {
        family: tuple(it[bound] / it["shown"] for bound in ("low", "expected", "high"))
        for family in names
        if (it := picture.families.get(family)) and it.get("shown") and "expected" in it
    }
    axis = charts.axis([bound for money in each.values() for bound in money])
    whole = axis.stop - axis.start > 20  # cents beside hundreds are noise
    rows = [
        MoneyRow(
            str(family), names[family],
            *((round(bound) if whole else bound) for bound in (mid, low, high)),
            picture.families[family]["expected"], axis.span(low, mid, high),
            picture.families[family]["shown"],
        )
        for family, (low, mid, high) in each.items()
    ]  # fmt: skip
    return rows, axis


def _everyone(picture: Portfolio) -> MoneyRow | None:
    n, value = picture.customers, picture.value
    if not n or "expected" not in value:
        return None
    low, mid, high = (value[key] / n for key in ("low", "expected", "high"))
    return MoneyRow("", "", mid, low, high, value["expected"], charts.Span("", "", ""), n)
