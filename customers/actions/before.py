"""What interactions were before an import changed them, kept row by row for its undoing.

Only rows that are known already come here; a file of nothing but new rows costs nothing more.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

# Every name in these statements is our own; values go as parameters.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
SAME = "i.source = s.source AND i.source_id = s.source_id"
LINE = ("product_id", "category", "quantity", "unit_price", "discount")
KEPT = "INSERT INTO customers_importbefore (of_id, customer_id, interaction_id, before, after) "


def keep_rows(of: int, columns: Sequence[str]) -> None:
    """The staged events that will change a known row: these columns of it, and as they will be."""
    data = [name for name in columns if name not in ("source", "source_id")]
    mine = ", ".join(f"i.{name}" for name in data)
    theirs = ", ".join(f"s.{name}" for name in data)
    _run(
        f"{KEPT} SELECT %s, i.customer_id, i.id, {_object('i', data)}, {_object('s', data)} "
        f"FROM staged_event s JOIN customers_interaction i ON {SAME} "
        f"WHERE ({mine}) IS DISTINCT FROM ({theirs}) ORDER BY i.id",
        [of],
    )


def keep_lines(of: int, now: datetime) -> None:
    """The lines, if any, of stale orders that were there before this batch."""
    _run(
        f"{KEPT} SELECT %s, max(i.customer_id), i.id, {_listed('l')}, {_nothing()} "
        "FROM customers_interaction i LEFT JOIN customers_orderline l ON l.interaction_id = i.id "
        "WHERE i.id IN (SELECT id FROM stale_order) AND i.recorded_at <> %s "
        "GROUP BY i.id ORDER BY i.id",
        [of, connection.ops.adapt_datetimefield_value(now)],
    )


def _listed(table: str) -> str:
    """{"lines": [{…}, …]} of a group."""
    each, there = _object(table, LINE), f"FILTER (WHERE {table}.id IS NOT NULL)"
    if connection.vendor == "postgresql":
        found = f"jsonb_agg({each} ORDER BY {table}.id) {there}"
        return f"jsonb_build_object('lines', coalesce({found}, '[]'::jsonb))"
    return f"json_object('lines', json_group_array(json({each})) {there})"


def _nothing() -> str:
    return "'{}'::jsonb" if connection.vendor == "postgresql" else "'{}'"


def _object(table: str, names: Sequence[str]) -> str:
    pairs = ", ".join(f"'{name}', {table}.{name}" for name in names)
    return (
        f"{'jsonb_build_object' if connection.vendor == 'postgresql' else 'json_object'}({pairs})"
    )


def _run(statement: str, values: list[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
