"""What happened beside purchases that may bend a forecast: complaints, promises kept and broken."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from datetime import date

from django.db import connection

from relationships.engine.value.challenger import KINDS, Happened
from relationships.queries.dialect import Dialect
from relcrm.lib import columns


def happened(as_of: date) -> Happened:
    """Of everybody, through the end of `as_of`; days since 1970-01-01."""
    number = Dialect(connection.vendor).number
    day = (
        "(i.occurred_on - DATE '1970-01-01')"
        if connection.vendor == "postgresql"
        else "CAST(julianday(i.occurred_on) - 2440587.5 AS INTEGER)"
    )
    which = " ".join(f"WHEN '{kind}' THEN {at}" for at, kind in enumerate(KINDS))
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    sql = (
        f"SELECT {number('i.customer_id')} AS customer, {number(day)} AS day, "
        f"{number(f'CASE i.kind {which} END')} AS kind FROM customers_interaction i "
        f"WHERE i.kind IN ({kinds}) AND i.occurred_on <= %s"
    )
    read = columns.read(connection, sql, [as_of.isoformat()], ["customer", "day", "kind"])
    return Happened.of(*read.values())
