"""The view held at the last month's end, from its snapshots."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from relationships.engine.history.quantised import chances
from relationships.engine.typology import typology
from relationships.models import Month
from relationships.queries.evidence import places
from relationships.queries.evidence_sql import among
from relcrm.lib import columns

Floats = NDArray[np.float64]
PRIME, WHOLE = 1_000_003, 9_007_199_254_740_881  # the latter below 2^53: whole as a float


def last_close(as_of: date) -> date | None:
    """The newest month's end on record before the month of `as_of`."""
    months = Month.objects.filter(on__lt=as_of.replace(day=1)).order_by("-on")
    return months.values_list("on", flat=True).first()


def closes(ids: NDArray[np.int64], on: date) -> dict[str, NDArray]:
    """Of these customers (ascending) at that close: chances n × K, held, seen, told; else NaN."""
    kinds = len(typology().keys)
    found = {
        "chances": np.full((len(ids), kinds), np.nan),
        **{name: np.full(len(ids), np.nan) for name in ("held", "seen", "told")},
    }
    if not len(ids):
        return found
    number = "float8" if connection.vendor == "postgresql" else "real"
    sql = (
        f"SELECT CAST(customer_id AS {number}) AS customer, CAST(held AS {number}) AS held, "
        f"seen, CAST(told AS {number}) AS told, chances FROM relationships_snapshot "
        f'WHERE "on" = %s AND is_close AND {among("customer_id", ids)}'
    )
    names = ["customer", "held", "seen", "told", "chances"]
    read = columns.read(connection, sql, [on], names, {"chances": kinds})
    at, wanted = places(ids, read["customer"])
    stored = np.frombuffer(read["chances"][wanted].tobytes(), dtype=np.uint8).reshape(-1, kinds)
    found["chances"][at] = chances(stored)
    for name in ("held", "seen", "told"):
        found[name][at] = read[name][wanted]
    return found


def seen(ids: NDArray[np.int64], through: date) -> Floats:
    """A checksum of everything that happened to each customer through that day; 0 for nothing.

    It differs when something is added or taken away later, or has another day, kind or amount:
    then the past is told again. The database finds it in the index of the timeline alone; for all
    else that is corrected there is a note (customers/actions/corrected.py).
    """
    result = np.zeros(len(ids))
    if not len(ids):
        return result
    postgres = connection.vendor == "postgresql"
    number = "float8" if postgres else "real"
    day = (
        "(i.occurred_on - DATE '1970-01-01')::bigint"
        if postgres
        else "CAST(julianday(i.occurred_on) - 2440587.5 AS INTEGER)"
    )
    # Whole numbers only: sums of fractions depend on the order in which rows come. Squares of the
    # rest of a division: what two events exchange, a day or an amount, shows as well.
    cents = "CAST(COALESCE(i.amount, 0) * 100 AS bigint)"
    letter = "ASCII(i.kind)" if postgres else "UNICODE(i.kind)"
    rest = f"(({day} * 7919 + LENGTH(i.kind) * 31 + {letter} * 104729 + {cents} * 613) % {PRIME})"
    total = f"SUM(1 + {rest} * {rest}) % {WHOLE}"
    sql = (
        f"SELECT CAST(i.customer_id AS {number}) AS customer, "
        f"CAST({total} AS {number}) AS seen "
        f"FROM customers_interaction i WHERE i.occurred_on <= %s AND {among('i.customer_id', ids)} "
        "GROUP BY i.customer_id"
    )
    read = columns.read(connection, sql, [through], ["customer", "seen"])
    at, wanted = places(ids, read["customer"])
    result[at] = read["seen"][wanted]
    return result


def is_late(ids: NDArray[np.int64], on: date) -> NDArray[np.bool_]:
    """Whose past looks otherwise now than when that month was closed."""
    kept = closes(ids, on)["seen"]
    return np.asarray(np.nan_to_num(kept) != seen(ids, on))
