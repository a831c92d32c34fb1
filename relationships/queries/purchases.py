"""Who bought, on which days and for how much, for the models of buying."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from customers.models import Kind
from relationships.engine.value import Histories, Money, PurchaseDays
from relationships.engine.value.backtest import sampled
from relationships.queries.contracts import contracts
from relationships.queries.cost_sql import CostSql
from relationships.queries.evidence import day_number
from relationships.queries.pricing import priced
from relcrm.base.costs import prices
from relcrm.base.models import Company
from relcrm.lib import columns

DAYS_PER_WEEK = 7
COSTLY = (Kind.PURCHASE, Kind.RETURN, Kind.SUPPORT, Kind.COMPLAINT, Kind.MESSAGE_SENT)
# So many customers' days are enough to tell the forecasts apart on the past.
TESTED_ON = 100_000


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
    # Days counted within each customer's rows, as the timeline's index has them: summing up by
    # customer and day first takes PostgreSQL six times as long.
    sql = (
        f"SELECT {_number('i.customer_id')} AS customer, "
        f"{_number('COUNT(DISTINCT i.occurred_on)')} AS days, "
        f"{_age().format('MIN(i.occurred_on)')} AS first, "
        f"{_age().format('MAX(i.occurred_on)')} AS last, "
        f"{_number('SUM(COALESCE(i.amount, 0))')} AS spent "
        "FROM customers_interaction i WHERE i.kind = 'purchase' AND i.occurred_on <= %s "
        "GROUP BY i.customer_id ORDER BY 1"
    )
    read = columns.read(connection, sql, [day, day, day], names)
    customer, spells = read["customer"].astype(np.int64), contracts(as_of)
    weeks = (read["first"] - read["last"]) / DAYS_PER_WEEK
    return Buyers(
        customer=customer,
        histories=Histories.of(
            read["days"] - 1,
            weeks,
            read["first"] / DAYS_PER_WEEK,
            as_of_day=day_number(as_of),
            plans=spells.plans(customer, day_number(as_of)) if spells else None,
        ),
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


def sample(bought: Buyers, as_of: date, rng: np.random.Generator) -> PurchaseDays:
    """The days on which at most 100,000 of them bought, drawn at random."""
    one_in = max(1, len(bought) // TESTED_ON)
    remainder = int(rng.integers(one_in))
    days = purchase_days(as_of, one_in=one_in, remainder=remainder)
    return sampled(with_contracts(days, as_of), rng)


def with_contracts(days: PurchaseDays, as_of: date) -> PurchaseDays:
    """The same with everybody's contracts, where there are any."""
    spells = contracts(as_of)
    return days.under(spells) if spells else days


def costs_of(bought: Buyers, company: Company, as_of: date) -> Money:
    """What each buyer paid, sent back and cost to serve, in the order of `bought`."""
    known = prices(company)
    sql = CostSql(known, frozenset(COSTLY), connection.vendor)
    columns_of_one, params = sql.rows()
    kinds = ", ".join(f"(i.kind = '{kind}') AS k_{kind}" for kind in COSTLY)
    wanted = ", ".join(f"'{kind}'" for kind in COSTLY)
    inner = (
        f"SELECT i.customer_id, {_number('i.amount')} AS amount, {_number('i.discount')} AS "
        f"discount, {kinds}, {', '.join(columns_of_one)} FROM customers_interaction i "
        f"WHERE i.kind IN ({wanted}) AND i.occurred_on <= %s"
    )
    sums = sql.sums() | {"returned": f"SUM(amount) FILTER (WHERE k_{Kind.RETURN})"}
    selected = ", ".join(f"{_number(total)} AS {name}" for name, total in sums.items())
    statement = (
        f"SELECT {_number('customer_id')} AS customer, {selected} FROM ({inner}) AS e "
        "GROUP BY customer_id"
    )
    read = columns.read(connection, statement, [*params, as_of.isoformat()], ["customer", *sums])
    at = np.searchsorted(bought.customer, read["customer"])
    kept = np.isin(read["customer"], bought.customer)
    spread = {name: np.zeros(len(bought)) for name in sums}
    for name, column in spread.items():
        column[at[kept]] = np.nan_to_num(read[name][kept])
    return priced(bought.spent, spread["returned"], spread, known)
