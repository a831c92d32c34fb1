"""Tallies are made anew by the worker, slice by slice, of customers whose interactions changed.

Why they exist and why they always hold: docs/decisions/segment-tallies.md.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from customers.models import Tally

SLICE = 20_000  # customers in one transaction: about two seconds
SLICES = 10  # in one sweep, so that the worker gets to other things
HEAVY = 50_000  # interactions of one kind; such a row would be rewritten whole at each change

BEGUN = "INSERT INTO customers_tallying (id, through) VALUES (1, 0) ON CONFLICT DO NOTHING"
HELD = "SELECT id, through FROM customers_tallying ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
NEXT = """SELECT MAX(id) FROM
(SELECT id FROM customers_customer WHERE id > %s ORDER BY id LIMIT %s) AS next"""
ANEW = "CREATE TEMPORARY TABLE tally_anew ON COMMIT DROP AS {}"
ADDED = "SELECT id AS customer FROM customers_customer WHERE id > %s AND id <= %s"
MARKED = """SELECT DISTINCT customer FROM customers_tallymark
WHERE customer <= %s AND NOT is_lasting ORDER BY customer LIMIT %s"""
GONE = (
    "DELETE FROM customers_tallymark WHERE customer IN (SELECT customer FROM tally_anew)",
    "DELETE FROM customers_tally WHERE customer_id IN (SELECT customer FROM tally_anew)",
)
# Rows come in this order, and stay in it within each group.
MADE = """INSERT INTO customers_tally (customer_id, kind, days, instants, cents)
SELECT customer_id, kind,
 CASE WHEN is_packed THEN days END, CASE WHEN is_packed THEN instants END,
 CASE WHEN is_packed AND has_amounts THEN cents END
FROM (SELECT customer_id, kind, NOT bool_or(is_behind) AND count(*) <= %s AS is_packed,
  bool_or(has_amount) AS has_amounts, array_agg(occurred_on) AS days,
  array_agg(occurred_at) AS instants, array_agg(cents) AS cents
 FROM (SELECT customer_id, kind, occurred_on, occurred_at, amount IS NOT NULL AS has_amount,
   COALESCE(lag(occurred_on) OVER story > occurred_on, false) AS is_behind,
   (100 * COALESCE(sum(amount) OVER story, 0))::bigint AS cents
  FROM customers_interaction WHERE customer_id IN (SELECT customer FROM tally_anew)
  WINDOW story AS (PARTITION BY customer_id, kind ORDER BY occurred_at, id
   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ORDER BY customer_id, kind, occurred_at, id) AS each
 GROUP BY customer_id, kind) AS told"""
LASTING = """INSERT INTO customers_tallymark (customer, is_lasting)
SELECT DISTINCT customer_id, true FROM customers_tally
WHERE days IS NULL AND customer_id IN (SELECT customer FROM tally_anew)"""
MARK = "INSERT INTO customers_tallymark (customer, is_lasting) SELECT unnest(%s::bigint[]), false"


def mark_stale(customers: Collection[int]) -> None:
    """Their interactions change in this transaction: until the worker comes by, they are counted
    from those. Whoever writes interactions calls this; bulks do the same in their own statement."""
    if customers and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(MARK, [sorted(set(customers))])


def forget_tallies(*customers: int) -> None:
    """Before everything of one moves to another, and back: tallies do not move, they are made."""
    Tally.objects.filter(customer__in=customers).delete()
    mark_stale(customers)


def refresh_due(slices: int = SLICES) -> int:
    """Tallies of customers who are new or marked; of how many they were made. SQLite has none."""
    if connection.vendor != "postgresql":
        return 0
    done = 0
    for _turn in range(slices):
        some = _refresh_some()
        done += some
        if not some:
            break
    return done


@transaction.atomic
def _refresh_some() -> int:
    """One sweep at a time, or an older look could overwrite a newer one. Marks go before the look:
    what is written meanwhile leaves a mark of its own."""
    with connection.cursor() as cursor:
        cursor.execute(BEGUN)
        cursor.execute(HELD)
        if not (held := cursor.fetchone()):
            return 0
        number, through = held
        some = _those_due(cursor, number, through)
        if some:
            for statement in GONE:
                cursor.execute(statement)
            cursor.execute(MADE, [HEAVY])
            cursor.execute(LASTING)
    return some


def _those_due(cursor: Any, number: int, through: int) -> int:
    """In `tally_anew`: those behind the last one, or else some of those marked."""
    cursor.execute("DROP TABLE IF EXISTS tally_anew")  # of the sweep before, in one transaction
    cursor.execute(NEXT, [through, SLICE])
    [last] = cursor.fetchone()
    if last is not None:
        cursor.execute("UPDATE customers_tallying SET through = %s WHERE id = %s", [last, number])
        cursor.execute(ANEW.format(ADDED), [through, last])
    else:
        cursor.execute(ANEW.format(MARKED), [through, SLICE])
    some = int(cursor.rowcount)
    cursor.execute("ANALYZE tally_anew")
    return some
