"""The days on which customers bought and what they paid, for the models of buying."""

from datetime import date

import numpy as np
from django.db import connection

from customers.models import Kind
from relationships.engine.value import Money, PurchaseDays
from relcrm.base.models import Company
from relcrm.lib import columns


def purchase_days(as_of: date) -> PurchaseDays:
    """One row per customer and day with a purchase through `as_of`; days since 1970-01-01."""
    postgres = connection.vendor == "postgresql"
    day = (
        "(i.occurred_on - DATE '1970-01-01')::float8"
        if postgres
        else "CAST(julianday(i.occurred_on) - 2440587.5 AS INTEGER)"
    )
    cast = "::float8" if postgres else ""
    sql = (
        f"SELECT i.customer_id{cast} AS customer, {day} AS day, "  # noqa: S608
        f"SUM(COALESCE(i.amount, 0)){cast} AS spend FROM customers_interaction i "
        "WHERE i.kind = 'purchase' AND i.occurred_on <= %s "
        "GROUP BY i.customer_id, i.occurred_on ORDER BY i.customer_id, i.occurred_on"
    )
    read = columns.read(connection, sql, [as_of.isoformat()], ["customer", "day", "spend"])
    return PurchaseDays(
        customer=read["customer"].astype(np.int64),
        day=read["day"].astype(np.int64),
        spend=read["spend"],
    )


def costs_of(bought: PurchaseDays, company: Company, as_of: date) -> Money:
    """What each buyer paid, sent back and cost to serve, in the order of `bought.customers`."""
    number = "::float8" if connection.vendor == "postgresql" else ""
    count = "COUNT(*) FILTER (WHERE i.kind {})"
    contacts = count.format(f"IN ('{Kind.SUPPORT}', '{Kind.COMPLAINT}')")
    returned = f"COALESCE(SUM(i.amount) FILTER (WHERE i.kind = '{Kind.RETURN}'), 0)"
    parts = {
        "customer": "i.customer_id",
        "returned": returned,
        "returns": count.format(f"= '{Kind.RETURN}'"),
        "contacts": contacts,
        "messages": count.format(f"= '{Kind.MESSAGE_SENT}'"),
    }
    selected = ", ".join(f"({sql}){number} AS {name}" for name, sql in parts.items())
    sql = (
        f"SELECT {selected} FROM customers_interaction i "  # noqa: S608
        "WHERE i.kind IN ('return', 'support', 'complaint', 'message_sent') "
        "AND i.occurred_on <= %s GROUP BY i.customer_id"
    )
    read = columns.read(connection, sql, [as_of.isoformat()], list(parts))
    buyers = bought.customers
    at = np.searchsorted(buyers, read["customer"])
    kept = (at < len(buyers)) & np.isin(read["customer"], buyers)
    spread = {name: np.zeros(len(buyers)) for name in parts}
    for name, column in spread.items():
        column[at[kept]] = read[name][kept]
    service = spread["contacts"] * float(company.cost_per_contact)
    service += spread["messages"] * float(company.cost_per_message)
    return Money.of(bought.spent(), spread["returned"], spread["returns"], service)
