"""What customers' rows say when reading of them begins, to notice whatever happens meanwhile.

A judgement is written only over the one that was there when its evidence began to be read, and a
customer counts as looked at only if nothing touched them since. No two clocks are compared.
"""

# ruff: noqa: S608 (names in statements are our own)
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray

from relationships.queries.evidence import places
from relationships.queries.evidence_sql import among, is_dense
from relcrm.lib import columns

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Marks:
    """Of ascending ids, as numbers that differ when the instants do; NaN: never."""

    judged: Floats
    touched: Floats


def marks(ids: NDArray[np.int64]) -> Marks:
    """Read before the evidence: what happens after this is noticed, seen or not."""
    number = "float8" if connection.vendor == "postgresql" else "real"
    sql = (
        f"SELECT CAST(c.id AS {number}) AS customer, {instant('p.scored_at')} AS judged, "
        f"{instant('c.touched_at')} AS touched FROM customers_customer c "
        f"LEFT JOIN relationships_profile p ON p.customer_id = c.id WHERE {among('c.id', ids)}"
    )
    read = columns.read(connection, sql, [], ["customer", "judged", "touched"])
    at, wanted = places(ids, read["customer"])
    found = {name: np.full(len(ids), np.nan) for name in ("judged", "touched")}
    for name, column in found.items():
        column[at] = read[name][wanted]
    return Marks(**found)


def instant(column: str) -> str:
    """Microseconds since 1970, as SQL; SQLite's own functions know thousandths of a second only."""
    if connection.vendor == "postgresql":
        return f"CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS float8)"
    return (
        f"(CAST(strftime('%%s', {column}) AS real) * 1000000 "
        f"+ CAST(substr({column} || '000000', 21, 6) AS real))"
    )


def within(ids: NDArray[np.int64]) -> Q:
    """These customers; of a dense range also those between."""
    if is_dense(ids):
        return Q(pk__gte=int(ids[0]), pk__lte=int(ids[-1]))
    return Q(pk__among=ids.tolist())
