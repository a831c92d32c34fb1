"""Who bought, on which days and for how much, for the models of buying."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Mapping
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
from relationships.queries.sources import EVERYTHING, Clause
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


def _age(day: str) -> str:
    """Days from a purchase to the as-of day, whose parameter it takes."""
    if _is_postgres():
        return f"(%s::date - {day})::float8"
    return f"CAST(julianday(%s) - julianday({day}) AS INTEGER)"


def _number(expression: str) -> str:
    return f"({expression})::float8" if _is_postgres() else f"({expression})"


def _bought(where: str = "") -> dict[str, str]:
    """What the models of buying need, by name. Days are counted within each customer's rows, as the
    timeline's index has them: summing up by customer and day first takes PostgreSQL six times as
    long. Takes the as-of day twice."""
    own = f" FILTER (WHERE {where})" if where else ""
    return {
        "customer": _number("customer_id"),
        "days": _number(f"COUNT(DISTINCT occurred_on){own}"),
        "first": _age(f"MIN(occurred_on){own}"),
        "last": _age(f"MAX(occurred_on){own}"),
        "spent": _number(f"SUM(COALESCE(amount, 0)){own}"),
    }


def _listed(selected: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {name}" for name, expression in selected.items())


def buyers(as_of: date, also: Clause = EVERYTHING) -> Buyers:
    """One row per buyer through `as_of`, summed up in the database in one pass; of purchases for
    which `also` holds."""
    day = as_of.isoformat()
    selected = _bought()
    sql = (
        f"SELECT {_listed(selected)} FROM customers_interaction i "
        f"WHERE kind = 'purchase' AND occurred_on <= %s{also[0]} GROUP BY customer_id ORDER BY 1"
    )
    told = [day, day, day, *also[1]]
    return _buyers(columns.read(connection, sql, told, list(selected)), as_of)


def buyers_and_costs(
    as_of: date, company: Company, also: Clause = EVERYTHING
) -> tuple[Buyers, Money]:
    """The same, and what each of them paid, sent back and cost to serve, all in one pass."""
    day, known = as_of.isoformat(), prices(company)
    sql = CostSql(known, frozenset(COSTLY), connection.vendor)
    of_one, params = sql.rows()
    kinds = [f"(i.kind = '{kind}') AS k_{kind}" for kind in COSTLY]
    money = [f"{_number(f'i.{name}')} AS {name}" for name in ("amount", "discount")]
    inner = (
        f"SELECT i.customer_id, i.occurred_on, {', '.join([*money, *kinds, *of_one])} "
        "FROM customers_interaction i "
        f"WHERE i.kind IN ({', '.join(repr(str(kind)) for kind in COSTLY)}) "
        f"AND i.occurred_on <= %s{also[0]}"
    )
    sums = sql.sums() | {"returned": f"SUM(amount) FILTER (WHERE k_{Kind.RETURN})"}
    selected = _bought("k_purchase") | {name: _number(total) for name, total in sums.items()}
    statement = (
        f"SELECT {_listed(selected)} FROM ({inner}) AS e GROUP BY customer_id "
        "HAVING COUNT(*) FILTER (WHERE k_purchase) > 0 ORDER BY 1"
    )
    told = [day, day, *params, day, *also[1]]
    read = columns.read(connection, statement, told, list(selected))
    costs = {name: np.nan_to_num(read[name]) for name in sums}
    return _buyers(read, as_of), priced(read["spent"], costs["returned"], costs, known)


def _buyers(read: Mapping[str, NDArray[np.float64]], as_of: date) -> Buyers:
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


def purchase_days(
    as_of: date, *, one_in: int = 1, remainder: int = 0, also: Clause = EVERYTHING
) -> PurchaseDays:
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
        f"AND MOD(i.customer_id, {int(one_in)}) = {int(remainder)}{also[0]} "
        "GROUP BY i.customer_id, i.occurred_on ORDER BY i.customer_id, i.occurred_on"
    )
    read = columns.read(
        connection, sql, [as_of.isoformat(), *also[1]], ["customer", "day", "spend"]
    )
    return PurchaseDays(
        customer=read["customer"].astype(np.int64),
        day=read["day"].astype(np.int64),
        spend=read["spend"],
    )


def sample(
    bought: Buyers, as_of: date, rng: np.random.Generator, also: Clause = EVERYTHING
) -> PurchaseDays:
    """The days on which at most 100,000 of them bought, drawn at random."""
    one_in = max(1, len(bought) // TESTED_ON)
    remainder = int(rng.integers(one_in))
    days = purchase_days(as_of, one_in=one_in, remainder=remainder, also=also)
    return sampled(with_contracts(days, as_of), rng)


def with_contracts(days: PurchaseDays, as_of: date) -> PurchaseDays:
    """The same with everybody's contracts, where there are any."""
    spells = contracts(as_of)
    return days.under(spells) if spells else days
