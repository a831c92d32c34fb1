"""What those who moved had met one to two months before, beside what the others had met."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from customers.models import Kind
from relationships.queries.evidence import places
from relationships.queries.history.standings import FAMILIES, Standing
from relcrm.lib import columns

# The move lies in the 30 days before the close, so this is all before it.
FROM, TO = timedelta(days=60), timedelta(days=30)
KINDS = [kind.value for kind in Kind if kind != Kind.NOTE]
BETTER, WORSE = "better", "worse"


def met(then: Standing, now: Standing, on: date) -> dict[str, Any]:
    """Counts for both directions: customers who moved or not, and of them who met what.

    A move is another family shown; whether for better or worse says what lies behind it.
    """
    here, there = now.among(then.customer), then.among(now.customer)
    undetermined = len(FAMILIES) - 1
    moved = (here.family != there.family) & (here.family < undetermined)
    moved &= there.family < undetermined
    better = moved & (here.depth >= there.depth)
    worse = moved & ~better
    who, what = _events(on)
    at, kept = places(here.customer, who)
    has = np.zeros((len(here), len(KINDS)), dtype=bool)
    has[at, what[kept].astype(np.int64)] = True
    groups = {BETTER: better, WORSE: worse, "others": ~moved}
    return {
        name: {"customers": int(rows.sum()), "met": has[rows].sum(axis=0).tolist()}
        for name, rows in groups.items()
    } | {"kinds": KINDS}


def _events(on: date) -> tuple[np.ndarray, np.ndarray]:
    """Customer and kind, once each, of what happened in those thirty days."""
    number = "float8" if connection.vendor == "postgresql" else "real"
    cases = " ".join(f"WHEN '{kind}' THEN {at}" for at, kind in enumerate(KINDS))
    marks = ", ".join(["%s"] * len(KINDS))
    sql = (
        f"SELECT DISTINCT CAST(customer_id AS {number}) AS customer, "
        f"CAST(CASE kind {cases} END AS {number}) AS what FROM customers_interaction "
        f"WHERE kind IN ({marks}) AND occurred_on > %s AND occurred_on <= %s"
    )
    read = columns.read(connection, sql, [*KINDS, on - FROM, on - TO], ["customer", "what"])
    return read["customer"], read["what"]
