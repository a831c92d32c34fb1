"""Compiles the evidence columns of the typology into one GROUP BY per customer."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from relationships.engine.typology.column import Column, Condition, Rule
from relationships.engine.typology.columns import (
    AROUND_DAYS,
    CONTRACT,
    EVENT_COLUMNS,
    SEASON_DAYS,
    THEMSELVES,
)
from relationships.engine.typology.complaints import LEAST_HOURS, MOST_DIGITS
from relationships.queries.cost_sql import SUMS, CostSql
from relationships.queries.dialect import Dialect
from relationships.queries.sources import EVERYTHING, Clause

# What the value models need beside the evidence; purchase days, not orders, count as repeats.
BUYING = ("purchase_days", "first_bought_age", "last_bought_age")

MOST_HALVINGS = -1000.0  # PostgreSQL refuses smaller numbers instead of taking them for nothing
FIELDS = {
    "amount": "i.amount",
    "discount": "i.discount",
    "rating": "i.rating",
    "sentiment": "i.sentiment",
    "reason": "i.reason",
    "category": "i.category",
}


@dataclass(frozen=True)
class EvidenceSql:
    """The statement for one as-of day, purchase cycle and set of kinds; rows come per customer."""

    vendor: str
    as_of: date
    cycle_weeks: float
    kinds: frozenset[str]
    categories: Sequence[str] = ()
    with_season: bool = False
    with_third: bool = False
    with_novelty: bool = False
    costs: CostSql | None = None
    also: Clause = EVERYTHING

    @cached_property
    def dialect(self) -> Dialect:
        return Dialect(self.vendor)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Only those that rows of the kinds present can fill; all others stay empty."""
        return tuple(c for c in EVENT_COLUMNS if self._is_filled(c) and not _is_seasonal(c))

    @cached_property
    def seasonal(self) -> tuple[Column, ...]:
        """Those that compare purchases with others of the same customer."""
        return tuple(c for c in EVENT_COLUMNS if self.with_season and _is_seasonal(c))

    @cached_property
    def names(self) -> list[str]:
        return ["customer", *BUYING, *self.cost_names, *(column.name for column in self.columns)]

    @property
    def cost_names(self) -> tuple[str, ...]:
        return SUMS if self.costs else ()

    @cached_property
    def _half_lives(self) -> dict[float, str]:
        columns = self.columns + self.seasonal
        lives = sorted({c.half_life(self.cycle_weeks) for c in columns} - {0.0})
        return {life: f"h{at}" for at, life in enumerate(lives)}

    def statement(self, ids: Sequence[int]) -> tuple[str, list[object]]:
        """SQL and parameters for these ascending ids; a dense range is asked for as a range."""
        number = self.dialect.number
        bought = "FILTER (WHERE k_purchase)"
        selected = [
            f"{number('e.customer_id')} AS customer",
            f"{number(f'COUNT(DISTINCT e.age) {bought}')} AS purchase_days",
            f"{number(f'MAX(e.age) {bought}')} AS first_bought_age",
            f"{number(f'MIN(e.age) {bought}')} AS last_bought_age",
            *(f"{number(total)} AS {name}" for name, total in self._cost_sums().items()),
            *(f"{number(self.aggregate(c))} AS {c.name}" for c in self.columns),
        ]
        inner, params = self._rows()
        sql = (
            f"SELECT {', '.join(selected)} FROM ({inner} AND {among('i.customer_id', ids)} "
            f"{self.dialect.barrier}) AS e GROUP BY e.customer_id"
        )
        return sql, params

    def season_statement(self, ids: Sequence[int]) -> tuple[str, list[object]]:
        """Of purchases alone: windows sort every row that they look at, and purchases are few."""
        day, age, number = self.as_of.isoformat(), self.dialect.age, self.dialect.number
        params: list[object] = [day]
        parts = ["i.customer_id", f"{age} AS age", "(1 = 1) AS k_purchase"]
        parts += [*self._halved(params), self._season_share()]
        # As an expression, or SQLite goes through the purchases of all customers by their kind.
        bought = f"i.kind || '' = 'purchase' AND i.occurred_on <= %s{self.also[0]}"
        params += [day, *self.also[1]]
        selected = [
            f"{number('e.customer_id')} AS customer",
            *(f"{number(self.aggregate(c))} AS {c.name}" for c in self.seasonal),
        ]
        sql = (
            f"SELECT {', '.join(selected)} FROM (SELECT {', '.join(parts)} "
            f"FROM customers_interaction i WHERE {bought} AND {among('i.customer_id', ids)}) AS e "
            "GROUP BY e.customer_id"
        )
        return sql, params

    def _cost_sums(self) -> Mapping[str, str]:
        return self.costs.sums() if self.costs else {}

    def _rows(self) -> tuple[str, list[object]]:
        """Each interaction once, with its age, its kinds as booleans and its halved weights."""
        day = self.as_of.isoformat()
        age = self.dialect.age
        params: list[object] = [day]
        parts = ["i.customer_id", f"{age} AS age"]
        parts += [f"(i.kind = '{kind}') AS k_{kind}" for kind in sorted(self.kinds | {"purchase"})]
        parts += self._halved(params)
        for name, expression in FIELDS.items():
            text = name in ("reason", "category")
            parts.append(f"{expression if text else self.dialect.number(expression)} AS {name}")
        parts.append(f"{self._log_amount()} AS log_amount")
        sentiment = self.dialect.number("i.sentiment")
        parts.append(f"{sentiment} * {sentiment} AS sentiment_squared")
        parts.append(f"{self._log_reply_hours()} AS log_reply_hours")
        online = "CASE WHEN i.is_online THEN 1.0 WHEN NOT i.is_online THEN 0.0 END"
        parts.append(f"{self.dialect.number(online)} AS online")
        parts.append(f"{self.dialect.number(self.category_rank(params))} AS category_rank")
        parts.append(f"{self._novel()} AS novel")
        parts.append(f"{self._chosen_by_other()} AS chosen_by_other")
        parts.append(f"{self.dialect.number(self._made_good(params))} AS made_good")
        if self.costs:
            columns, values = self.costs.rows()
            parts += columns
            params += values
        params += [day, *self.also[1]]
        source = "customers_interaction i"
        told = f"i.occurred_on <= %s{self.also[0]}"
        return f"SELECT {', '.join(parts)} FROM {source} WHERE {told}", params

    def _halved(self, params: list[object]) -> Iterator[str]:
        """For each half-life in use, how much is left of an event's weight."""
        age = self.dialect.age
        # Numeric powers take PostgreSQL a hundred times as long as those of floats.
        larger = "GREATEST" if self.vendor == "postgresql" else "MAX"
        for life, name in self._half_lives.items():
            halvings = self.dialect.number(f"-({age}) / {life!r}")
            exponent = f"{larger}({halvings}, {MOST_HALVINGS})"
            params.append(self.as_of.isoformat())
            yield f"POWER({self.dialect.number('2.0')}, {exponent}) AS {name}"

    def _log_amount(self) -> str:
        return f"CASE WHEN i.amount > 0 THEN LN({self.dialect.number('i.amount')}) END"

    def _log_reply_hours(self) -> str:
        """Only of calls for help; texts that are no numbers, or longer than any wait, count as not
        told."""
        number = self.dialect.number
        if "support" not in self.kinds:
            return number("NULL")
        is_told, hours = self.dialect.number_told("first_reply_hours", MOST_DIGITS)
        waited = f"LN(CASE WHEN {hours} > {LEAST_HOURS} THEN {hours} ELSE {LEAST_HOURS} END)"
        return f"CASE WHEN i.kind = 'support' AND {is_told} THEN {number(waited)} END"

    def category_rank(self, params: list[object], name: str = "i.category") -> str:
        if not self.categories:
            return f"CASE WHEN {name} <> '' THEN -1.0 END"
        params.extend(self.categories)
        places = " ".join(f"WHEN %s THEN {float(at)}" for at in range(len(self.categories)))
        return f"CASE WHEN {name} = '' THEN NULL ELSE CASE {name} {places} ELSE -1.0 END END"

    def _made_good(self, params: list[object]) -> str:
        """Of broken promises alone: whether it was kept to them on a later day, or a complaint of
        theirs ended well on one; days are the company's, as those of interactions."""
        if "promise_broken" not in self.kinds:
            return "NULL"
        resolved = self.dialect.day_of("c.resolved_at")
        params += [self.as_of.isoformat()] * 2
        return (
            "CASE WHEN i.kind = 'promise_broken' THEN CASE WHEN EXISTS ("
            "SELECT 1 FROM customers_interaction k WHERE k.customer_id = i.customer_id "
            "AND k.occurred_on > i.occurred_on AND k.kind = 'promise_kept' AND i.category <> '' "
            "AND k.category = i.category AND k.occurred_on <= %s) OR EXISTS ("
            "SELECT 1 FROM feedback_complaint c WHERE c.customer_id = i.customer_id "
            f"AND c.is_satisfied AND {resolved} > i.occurred_on AND {resolved} <= %s) "
            "THEN 1.0 ELSE 0.0 END END"
        )

    def _novel(self) -> str:
        """Whether an order holds an item launched at most 30 days before; NULL when unknown."""
        if not self.with_novelty:
            return self.dialect.number("NULL")
        since = (
            "(i.occurred_on - p.launched_on)"
            if self.vendor == "postgresql"
            else "(julianday(i.occurred_on) - julianday(p.launched_on))"
        )
        return (
            "CASE WHEN i.kind = 'purchase' THEN "
            f"(SELECT MAX(CASE WHEN {since} <= 30 THEN 1.0 ELSE 0.0 END) "
            "FROM customers_orderline l JOIN customers_product p ON p.id = l.product_id "
            "WHERE l.interaction_id = i.id AND p.launched_on IS NOT NULL) END"
        )

    def _chosen_by_other(self) -> str:
        """Of contracts that say who chose them: 1 when it was not the customer."""
        if not self.with_third:
            return self.dialect.number("NULL")
        told = self.dialect.property_text("chosen_by")
        kinds, ours = _listed(CONTRACT.split()), _listed(THEMSELVES)
        bit = f"CASE WHEN {told} IN ({ours}) THEN 0.0 WHEN {told} <> '' THEN 1.0 END"
        return self.dialect.number(f"CASE WHEN i.kind IN ({kinds}) THEN {bit} END")

    def _season_share(self) -> str:
        """How far each purchase repeats the customer's own of a year before."""
        each = "PARTITION BY i.customer_id"
        since = self.dialect.days_between("i.occurred_on", f"MIN(i.occurred_on) OVER ({each})")

        def between(near: int, far: int) -> str:
            return f"COUNT(*) OVER ({each} {self.dialect.days_before(far, near)})"

        share = self.dialect.number(f"1.0 * {between(*SEASON_DAYS)}")
        return (
            f"CASE WHEN {since} >= {SEASON_DAYS[0]} "
            f"THEN {share} / NULLIF({between(*AROUND_DAYS)}, 0) END AS season_share"
        )

    def _is_filled(self, column: Column) -> bool:
        return any(rule.kind in self.kinds for rule in column.rules)

    def aggregate(self, column: Column) -> str:
        weight = self._half_lives.get(column.half_life(self.cycle_weeks), "")
        if column.total == "rows":
            total = f"SUM(e.{weight})" if weight else "COUNT(*)"
        elif column.total == "value":
            total = f"SUM(e.{column.value}{f' * e.{weight}' if weight else ''})"
        else:
            total = "MIN(e.age)" if column.total == "newest" else "MAX(e.age)"
        return f"{total} FILTER (WHERE {self._filter(column)})"

    def _filter(self, column: Column) -> str:
        rules = [_rule(rule) for rule in column.rules if rule.kind in self.kinds]
        chosen = rules[0] if len(rules) == 1 else f"({' OR '.join(rules)})"
        if not column.is_windowed():
            return chosen
        low, high = column.age_range_days(self.cycle_weeks)
        lower = f" AND e.age >= {low!r}" if low > 0 else ""
        return f"{chosen}{lower} AND e.age < {high!r}"


def _is_seasonal(column: Column) -> bool:
    return any(name == "season_share" for rule in column.rules for name, _, _ in rule.where)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def among(column: str, ids: Sequence[int]) -> str:
    """A dense range of ascending ids as a range, a sparse one as a list.

    Whole numbers of our own, so they are written into the statement.
    """
    if is_dense(ids):
        return f"{column} BETWEEN {int(ids[0])} AND {int(ids[-1])}"
    return f"{column} IN ({', '.join(str(int(one)) for one in ids)})"


def is_dense(ids: Sequence[int]) -> bool:
    """Whether reading the whole range from the first to the last costs about the same."""
    return int(ids[-1]) - int(ids[0]) < 4 * len(ids) + 100


def _rule(rule: Rule) -> str:
    return " AND ".join([f"e.k_{rule.kind}", *(_condition(c) for c in rule.where)])


def _condition(condition: Condition) -> str:
    name, operator, value = condition
    if operator == "known":
        return f"e.{name} IS NOT NULL"
    sign = {"==": "=", "!=": "<>"}.get(operator, operator)
    literal = f"'{value}'" if isinstance(value, str) else repr(float(value))
    return f"e.{name} {sign} {literal}"
