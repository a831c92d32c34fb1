"""Compiles what purchases of several categories add to evidence: their lines say what they were."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Sequence
from dataclasses import replace

from relationships.engine.typology.more_columns import LINE
from relationships.queries.evidence_sql import EvidenceSql, among


def of_lines(sql: EvidenceSql) -> EvidenceSql:
    """The same as if nothing but such lines were recorded."""
    return replace(sql, kinds=frozenset({LINE}), with_season=False, costs=None)


def line_statement(sql: EvidenceSql, ids: Sequence[int]) -> tuple[str, list[object]]:
    """Each category of a purchase once, of these ascending ids; `sql` as `of_lines` makes it.

    CROSS JOIN, or SQLite begins with everybody's lines.
    """
    day, number = sql.as_of.isoformat(), sql.dialect.number
    params: list[object] = [day]
    rank = sql.category_rank(params, "l.category")
    params += [day, *sql.also[1]]
    selected = [
        f"{number('e.customer_id')} AS customer",
        *(f"{number(sql.aggregate(column))} AS {column.name}" for column in sql.columns),
    ]
    statement = (
        f"SELECT {', '.join(selected)} FROM (SELECT DISTINCT i.customer_id, i.id, l.category, "
        f"{sql.dialect.age} AS age, (1 = 1) AS k_{LINE}, {number(rank)} AS category_rank "
        "FROM customers_interaction i CROSS JOIN customers_orderline l "
        "WHERE l.interaction_id = i.id AND l.category <> '' AND i.category = '' "
        f"AND i.kind || '' = 'purchase' AND i.occurred_on <= %s{sql.also[0]} "
        f"AND {among('i.customer_id', ids)}) AS e GROUP BY e.customer_id"
    )
    return statement, params
