"""Who bought, on which days and for how much, for the models of buying."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from customers.models import Kind
from relationships.engine.value import Histories, Money, PurchaseDays
from relcrm.base.models import Company
from relcrm.lib import columns

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Buyers:
    """Everyone who bought, in ascending order of ids: their histories and what they paid."""

    customer: NDArray[np.int64]
    histories: Histories
    spent: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.customer)


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _age() -> str:
    """Days from a purchase to the as-of day, whose parameter it takes."""
    if _is_postgres():
        return "(%s::date - {})::float8"
    return "CAST(julianday(%s) - julianday({}) AS INTEGER)"


def _number(expression: str) -> str:
    return f"({expression})::float8" if _is_postgres() else f"({expression})"


def buyers(as_of: date) -> Buyers:
    """One row per buyer through `as_of`, summed up in the database in one pass."""
    day = as_of.isoformat()
    names = ["customer", "days", "first", "last", "spent"]
    sql = (
        f"SELECT {_number('d.customer_id')} AS customer, {_number('COUNT(*)')} AS days, "
        f"{_age().format('MIN(d.occurred_on)')} AS first, "
        f"{_age().format('MAX(d.occurred_on)')} AS last, {_number('SUM(d.spent)')} AS spent "
        "FROM (SELECT i.customer_id, i.occurred_on, SUM(COALESCE(i.amount, 0)) AS spent "
        "FROM customers_interaction i WHERE i.kind = 'purchase' AND i.occurred_on <= %s "
        "GROUP BY i.customer_id, i.occurred_on) AS d GROUP BY d.customer_id ORDER BY 1"
    )
    read = columns.read(connection, sql, [day, day, day], names)
    weeks = (read["first"] - read["last"]) / DAYS_PER_WEEK
    return Buyers(
        customer=read["customer"].astype(np.int64),
        histories=Histories.of(read["days"] - 1, weeks, read["first"] / DAYS_PER_WEEK),
        spent=read["spent"],
    )


def purchase_days(as_of: date, *, one_in: int = 1, remainder: int = 0) -> PurchaseDays:
    """One row per customer and day with a purchase through `as_of`; days since 1970-01-01.

    Of every `one_in` customers one is read, those whose id leaves the `remainder`.
    """
    day = (
        "(i.occurred_on - DATE '1970-01-01')::float8"
        if _is_postgres()
        else "CAST(julianday(i.occurred_on) - 2440587.5 AS INTEGER)"
    )
    sql = (
        f"SELECT {_number('i.customer_id')} AS customer, {day} AS day, "
        f"{_number('SUM(COALESCE(i.amount, 0))')} AS spend FROM customers_interaction i "
        "WHERE i.kind = 'purchase' AND i.occurred_on <= %s "
        f"AND MOD(i.customer_id, {int(one_in)}) = {int(remainder)} "
        "GROUP BY i.customer_id, i.occurred_on ORDER BY i.customer_id, i.occurred_on"
    )
    read = columns.read(connection, sql, [as_of.isoformat()], ["customer", "day", "spend"])
    return PurchaseDays(
        customer=read["customer"].astype(np.int64),
        day=read["day"].astype(np.int64),
        spend=read["spend"],
    )


def costs_of(bought: Buyers, company: Company, as_of: date) -> Money:
    """What each buyer paid, sent back and cost to serve, in the order of `bought`."""
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
    selected = ", ".join(f"{_number(sql)} AS {name}" for name, sql in parts.items())
    sql = (
        f"SELECT {selected} FROM customers_interaction i "
        "WHERE i.kind IN ('return', 'support', 'complaint', 'message_sent') "
        "AND i.occurred_on <= %s GROUP BY i.customer_id"
    )
    read = columns.read(connection, sql, [as_of.isoformat()], list(parts))
    at = np.searchsorted(bought.customer, read["customer"])
    kept = np.isin(read["customer"], bought.customer)
    spread = {name: np.zeros(len(bought)) for name in parts}
    for name, column in spread.items():
        column[at[kept]] = read[name][kept]
    service = spread["contacts"] * float(company.cost_per_contact)
    service += spread["messages"] * float(company.cost_per_message)
    return Money.of(bought.spent, spread["returned"], spread["returns"], service)
