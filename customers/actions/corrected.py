"""Notes of whom something recorded earlier was corrected, and from which day on.

What is added or taken away shows in how much there is; a text, a star or a sum that is another one
shows nowhere, so whoever corrects it says so here. Who tells the past takes the note away.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection

# Every name in these statements is our own; values go as parameters.
# ruff: noqa: S608 (names in statements are our own; values go as parameters)
EARLIER = (
    "touched_at = %s, corrected_from_on = "
    "CASE WHEN c.corrected_from_on < n.day THEN c.corrected_from_on ELSE n.day END"
)


def note_corrections(days: Mapping[int, date], now: datetime) -> None:
    """Of a few customers: from the earliest day that a correction of theirs is about."""
    one = EARLIER.replace("n.day", "%s").replace("c.corrected", "corrected")
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE customers_customer SET {one} WHERE id = %s",
            [(at, day, day, customer) for customer, day in sorted(days.items())],
        )


def note_these(rows: str, now: datetime, *parameters: object) -> None:
    """Of any number: `rows` is a SELECT of `customer` and `day`, a line each."""
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_customer AS c SET {EARLIER} FROM ({rows}) AS n "
            "WHERE c.id = n.customer",
            [at, *parameters],
        )
