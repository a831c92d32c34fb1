"""The grammar of evidence columns: which rows a column reads, how it weighs them, in what unit.

One grammar, two readers: `reference.py` evaluates it with pandas (the definition), and the
database side compiles the same tuples to SQL. A column is always one aggregate over one
customer's rows, so that the whole table is ONE `GROUP BY customer`:

    rows           COUNT(*)                                          FILTER (WHERE rules)
    rows, halved   SUM(POWER(2, -age_days / half_life_days))         FILTER (WHERE rules)
    value          SUM(value [* POWER(2, -age_days/half_life_days)]) FILTER (WHERE rules)
    newest         MIN(age_days)                                     FILTER (WHERE rules)
    oldest         MAX(age_days)                                     FILTER (WHERE rules)

`age_days` is as-of day minus the row's day, so 0 on the as-of day; rows after the as-of day are
left out beforehand. A column with `to_weeks` counts rows of
`edge_days(from_weeks) <= age_days < edge_days(to_weeks)`, one with `within_days` those of the last
so many days, whatever the company's cycle. An empty count or sum is 0; an empty
newest or oldest is NULL (NaN). A NULL field fulfils no
condition; `reason` and `category` are '' when there is none, never NULL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Condition = tuple[str, Literal["==", "!=", "<", "<=", ">", ">=", "known"], str | float]
Total = Literal["rows", "value", "newest", "oldest"]

SCALE_WEEKS = 8.0
"""Window edges are written for a purchase cycle of 8 weeks and stretch with the company's."""


WINDOW_EDGES_WEEKS = (0.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0, 104.0)
HORIZON_WEEKS = WINDOW_EDGES_WEEKS[-1]
HABIT_WINDOWS = 6
HABIT_WEEKS = WINDOW_EDGES_WEEKS[HABIT_WINDOWS]
"""Habits (visits) are read over the last year: a type is what the
relationship is now, and who fell silent did look in before."""

WINDOWS = len(WINDOW_EDGES_WEEKS) - 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of row (`""`: any) and the conditions that must all hold."""

    kind: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One number per customer; `rules` are alternatives (OR)."""

    name: str
    unit: str
    meaning: str
    rules: tuple[Rule, ...]
    total: Total = "rows"
    value: str = ""
    half_life_days: float = 0.0
    half_life_cycles: float = 0.0
    from_weeks: float = 0.0
    to_weeks: float = 0.0
    within_days: float = 0.0

    def half_life(self, cycle_weeks: float) -> float:
        """Half-life in days, 0 when rows are not halved with age."""
        return self.half_life_days or self.half_life_cycles * cycle_weeks * 7.0

    def is_windowed(self) -> bool:
        return self.to_weeks > 0 or self.within_days > 0

    def age_range_days(self, cycle_weeks: float) -> tuple[float, float]:
        """Inclusive lower and exclusive upper bound of `age_days`."""
        if self.within_days:
            return 0.0, self.within_days
        return edge_days(self.from_weeks, cycle_weeks), edge_days(self.to_weeks, cycle_weeks)


def edge_days(edge_weeks: float, cycle_weeks: float) -> float:
    """A window edge in days: written at τ = 8 weeks, scaled by the company's τ."""
    return edge_weeks * 7.0 * cycle_weeks / SCALE_WEEKS


def rule(kinds: str, *where: Condition) -> tuple[Rule, ...]:
    return tuple(Rule(kind, where) for kind in kinds.split())


def age(name: str, meaning: str, rules: tuple[Rule, ...], total: Total = "newest") -> Column:
    return Column(name, "days before the as-of day, NaN: never", meaning, rules, total)


def ever(name: str, meaning: str, rules: tuple[Rule, ...], value: str = "") -> Column:
    unit = "company currency" if value == "amount" else "events"
    return Column(name, unit, meaning, rules, "value" if value else "rows", value)


def lately(name: str, meaning: str, rules: tuple[Rule, ...], value: str = "") -> Column:
    """Within the horizon of the windows (104 weeks at a cycle of 8)."""
    total: Total = "value" if value else "rows"
    return Column(name, "events in horizon", meaning, rules, total, value, to_weeks=HORIZON_WEEKS)


def recent(name: str, weeks: float, meaning: str, rules: tuple[Rule, ...]) -> Column:
    """In the last so many weeks at a cycle of 8."""
    unit = f"events in {weeks:g} weeks (at a cycle of 8)"
    return Column(name, unit, meaning, rules, to_weeks=weeks)


def within(
    name: str, days: float, meaning: str, rules: tuple[Rule, ...], value: str = ""
) -> Column:
    """In the last so many days, the as-of day included."""
    total: Total = "value" if value else "rows"
    unit = f"events in {days:g} days"
    return Column(name, unit, meaning, rules, total, value, within_days=days)


def faded(name: str, rules: tuple[Rule, ...], days: float, value: str = "") -> Column:
    unit = "company currency, halved" if value == "amount" else "events, halved"
    total: Total = "value" if value else "rows"
    text = f"each halved every {days:g} days"
    return Column(name, unit, text, rules, total, value, half_life_days=days)


def cycled(name: str, rules: tuple[Rule, ...], cycles: float) -> Column:
    text = f"each halved every {cycles:g} purchase cycles"
    return Column(name, "events, halved", text, rules, half_life_cycles=cycles)


def by_star(name: str, kinds: str, extra: tuple[Condition, ...], days: float) -> Iterator[Column]:
    """Five columns, ratings rounded half up to 1 … 5; `days` 0: counted in the horizon."""
    for star in range(1, 6):
        low: tuple[Condition, ...] = (("rating", ">=", star - 0.5),) if star > 1 else ()
        high: tuple[Condition, ...] = (("rating", "<", star + 0.5),) if star < 5 else ()
        known: tuple[Condition, ...] = (("rating", "known", ""),)
        rules = rule(kinds, *extra, *known, *low, *high)
        full = f"{name}_{star}"
        yield faded(full, rules, days) if days else lately(full, f"{star} stars", rules)
