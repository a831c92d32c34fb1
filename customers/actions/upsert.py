"""The SQL below `ingest`: staged events become interactions, customers and order lines follow.

One transaction of the caller's holds all of it. The same statements run on both databases
except the upsert itself, which PostgreSQL does together with the customers in one statement,
and without the cost of ON CONFLICT when none of the events is known.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from customers.actions import before, corrected
from customers.actions.tallies import mark_stale
from customers.events import DEFAULTS, Events
from relcrm.lib import bulk

# Every name in these statements is our own; values go by COPY or as parameters.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
KEYS = ("source", "source_id")
SAME = "i.source = s.source AND i.source_id = s.source_id"


def stage(events: Events, now: datetime) -> None:
    """The events in a temporary table, ready for `take`."""
    columns = events.columns | {"recorded_at": now}
    bulk.stage(connection, "staged_event", "customers_interaction", columns, len(events))


def strangers() -> list[int]:
    """Up to five customers of staged events that are not there, or erased.

    The others are locked in the order of their numbers, so that two bulks never wait for each
    other in a circle.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT count(*) FROM (SELECT id FROM customers_customer WHERE id IN "
                "(SELECT customer_id FROM staged_event) ORDER BY id FOR NO KEY UPDATE) AS locked"
            )
        cursor.execute(
            "SELECT customer_id FROM (SELECT DISTINCT customer_id FROM staged_event) AS s "
            "WHERE NOT EXISTS (SELECT 1 FROM customers_customer c "
            "WHERE c.id = s.customer_id AND c.erased_at IS NULL) ORDER BY 1 LIMIT 5"
        )
        return [row[0] for row in cursor.fetchall()]


def take(
    columns: list[str], *, keep: bool, now: datetime, of: int | None = None
) -> tuple[int, int]:
    """Insert what is new, change what differs (unless `keep`); return how many of each.

    Of rows that import number `of` changes, it is kept what they were.
    """
    known = _count(f"staged_event s JOIN customers_interaction i ON {SAME}")
    if not known and connection.vendor == "postgresql":
        try:
            with transaction.atomic():
                return _take_on_postgresql(_insert(columns), now)
        except IntegrityError:
            pass  # somebody else has just brought the same events: look again, row by row
    if known and of is not None and not keep:
        before.keep_rows(of, columns)
    moved = []
    if known and not keep:
        corrected.note_these(_corrected(columns), now)
        moved = _changed_customers(columns)
    statement = _insert(columns) + _on_conflict(columns, keep)
    if connection.vendor == "postgresql":
        counts = _take_on_postgresql(statement, now)
    else:
        counts = _take_on_sqlite(statement, known, now)
    if moved:
        look_again(moved, now)
    return counts


def _count(rows: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {rows}")
        return int(cursor.fetchone()[0])


def _insert(columns: list[str]) -> str:
    """All staged events; columns not brought get their defaults."""
    defaults = {name: text for name, text in DEFAULTS.items() if name not in columns}
    brought = [*columns, "recorded_at"]
    values = [*(f"s.{name}" for name in brought), *map(_quoted, defaults.values())]
    return (
        f"INSERT INTO customers_interaction AS i ({', '.join([*brought, *defaults])}) "
        f"SELECT {', '.join(values)} FROM staged_event s WHERE true "
    )


def _on_conflict(columns: list[str], keep: bool) -> str:
    """What becomes of known events: nothing, or a change where a column brought differs."""
    if keep:
        return "ON CONFLICT (source, source_id) DO NOTHING"
    sets = ", ".join(f"{name} = excluded.{name}" for name in _told(columns))
    differs = _differs(columns, "excluded")
    return f"ON CONFLICT (source, source_id) DO UPDATE SET {sets} WHERE {differs}"


def _told(columns: list[str]) -> list[str]:
    return [name for name in columns if name not in KEYS]


def _differs(columns: list[str], theirs: str) -> str:
    """Whether anything that was brought is another than what is known."""
    both = ((f"i.{name}", f"{theirs}.{name}") for name in _told(columns))
    mine, others = (", ".join(side) for side in zip(*both, strict=True))
    return f"({mine}) IS DISTINCT FROM ({others})"


def _corrected(columns: list[str]) -> str:
    """Whose known events this batch changes, and the earliest day that is about."""
    day = "CASE WHEN s.occurred_on < i.occurred_on THEN s.occurred_on ELSE i.occurred_on END"
    return (
        f"SELECT i.customer_id AS customer, min({day}) AS day FROM staged_event s "
        f"JOIN customers_interaction i ON {SAME} WHERE {_differs(columns, 's')} "
        "GROUP BY i.customer_id"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SEEN = """UPDATE customers_customer AS c SET touched_at = %s,
first_seen_on = CASE WHEN c.first_seen_on < n.first_on THEN c.first_seen_on ELSE n.first_on END,
last_seen_on = CASE WHEN c.last_seen_on > n.last_on THEN c.last_seen_on ELSE n.last_on END
FROM (SELECT customer_id, min(occurred_on) AS first_on, max(occurred_on) AS last_on
FROM {new} GROUP BY customer_id) AS n WHERE c.id = n.customer_id"""
# Their tallies hold no more (customers/actions/tallies.py).
MARKED = "INSERT INTO customers_tallymark (customer, is_lasting) SELECT id, false FROM seen"


def _instant(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _take_on_postgresql(insert: str, now: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        # xmax is 0 on a row that this statement inserted, not on one that it changed.
        cursor.execute(
            f"WITH changed AS ({insert} "
            "RETURNING customer_id, occurred_on, xmax = 0 AS is_new), "
            f"seen AS ({SEEN.format(new='changed')} RETURNING c.id), marked AS ({MARKED}) "
            "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) "
            "FROM changed",
            [_instant(now)],
        )
        inserted, updated = cursor.fetchone()
        return inserted, updated


def _take_on_sqlite(insert: str, known: int, now: datetime) -> tuple[int, int]:
    """One writer at a time, so what was counted before is still so now."""
    inserted = _count("staged_event") - known
    with connection.cursor() as cursor:
        cursor.execute(insert)
        written = cursor.rowcount
        if written:
            cursor.execute(SEEN.format(new="staged_event"), [_instant(now)])
    return inserted, written - inserted


def _changed_customers(columns: list[str]) -> list[int]:
    """Customers whose known events change their day or their customer in this batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT i.customer_id FROM staged_event s JOIN customers_interaction i "
            f"ON {SAME} WHERE i.customer_id <> s.customer_id OR i.occurred_on <> s.occurred_on"
        )
        return [row[0] for row in cursor.fetchall()]


def look_again(customer_ids: list[int], now: datetime) -> None:
    """First and last day from all that is left, for customers who may have lost their edge."""
    edge = "(SELECT {}(occurred_on) FROM customers_interaction i WHERE i.customer_id = c.id)"
    statement = (
        f"UPDATE customers_customer AS c SET first_seen_on = {edge.format('min')}, "
        f"last_seen_on = {edge.format('max')}, touched_at = %s WHERE c.id = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(_instant(now), each) for each in customer_ids])
    mark_stale(customer_ids)


STALE = f"""SELECT i.id FROM
(SELECT source, source_id, count(*) AS n, sum(quantity) AS q, sum(quantity * unit_price) AS v,
 sum(discount) AS d, sum(product_id) AS p FROM staged_line GROUP BY source, source_id) AS s
JOIN customers_interaction i ON {SAME}
LEFT JOIN (SELECT interaction_id, count(*) AS n, sum(quantity) AS q,
 sum(quantity * unit_price) AS v, sum(discount) AS d, sum(product_id) AS p
 FROM customers_orderline WHERE interaction_id IN (SELECT i.id FROM staged_event s
 JOIN customers_interaction i ON {SAME}) GROUP BY interaction_id) AS o ON o.interaction_id = i.id
WHERE o.n IS NULL OR o.n <> s.n OR o.p IS DISTINCT FROM s.p OR abs(o.q - s.q) > 0.0005
OR abs(o.v - s.v) > 0.005 OR abs(o.d - s.d) > 0.005"""

# An order that was known has other lines now.
OTHER_LINES = """SELECT customer_id AS customer, min(occurred_on) AS day
FROM customers_interaction WHERE id IN (SELECT id FROM stale_order) AND recorded_at < %s
GROUP BY customer_id"""


def take_lines(events: Events, *, now: datetime, of: int | None = None) -> None:
    """Give staged events their order lines; events whose lines are the same keep their rows."""
    _stage_lines(events)
    names = ["product_id", "category", "quantity", "unit_price", "discount"]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS stale_order")
        cursor.execute(f"CREATE TEMPORARY TABLE stale_order AS {STALE}")
        corrected.note_these(OTHER_LINES, now, _instant(now))
        if of is not None:
            before.keep_lines(of, now)
        cursor.execute(
            "DELETE FROM customers_orderline WHERE interaction_id IN (SELECT id FROM stale_order)"
        )
        cursor.execute(
            f"INSERT INTO customers_orderline (interaction_id, {', '.join(names)}) "
            f"SELECT i.id, {', '.join(f's.{name}' for name in names)} "
            f"FROM staged_line s JOIN customers_interaction i ON {SAME} "
            # The plus keeps SQLite from searching all staged lines for each stale order.
            "WHERE +i.id IN (SELECT id FROM stale_order) ORDER BY i.id, s.position"
        )


def _stage_lines(events: Events) -> None:
    sources, ids = events.values("source"), events.values("source_id")
    lines = [line for _, line in events.lines]
    columns: dict[str, bulk.Column] = {
        "source": [sources[at] for at, _ in events.lines],
        "source_id": [ids[at] for at, _ in events.lines],
        "position": list(range(len(lines))),
        "product_id": [line.product_id for line in lines],
        "category": [line.category for line in lines],
        "quantity": [line.quantity for line in lines],
        "unit_price": [line.unit_price for line in lines],
        "discount": [line.discount for line in lines],
    }
    like = (
        "(SELECT source, source_id, i.id AS position, product_id, l.category, quantity, "
        "unit_price, l.discount FROM customers_interaction i "
        "JOIN customers_orderline l ON l.interaction_id = i.id) AS shape"
    )
    bulk.stage(connection, "staged_line", like, columns, len(lines))
