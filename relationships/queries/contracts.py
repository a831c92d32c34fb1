"""Contracts, out of the interactions that began, renewed and cancelled them."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db import connection

from customers.models import Kind
from relationships.engine.value.discrete import Spells
from relationships.queries.cost_sql import CostSql
from relationships.queries.dialect import Dialect
from relationships.queries.evidence_sql import among
from relcrm.base.costs import Prices
from relcrm.base.models import Company
from relcrm.lib import columns

KINDS = (Kind.SUBSCRIPTION_STARTED, Kind.SUBSCRIPTION_RENEWED, Kind.SUBSCRIPTION_CANCELLED)
STARTED, RENEWED, CANCELLED = (f"FILTER (WHERE i.kind = '{kind}')" for kind in KINDS)
NAMES = [
    "customer", "started", "first", "renewed", "cancelled", "weeks", "times", "fee", "gain",
]  # fmt: skip
DAYS_PER_WEEK = 7
# An amount in another currency without a rate is no fee: nobody knows how much it is.
IS_FEE = (
    f"i.kind <> '{KINDS[2]}' AND i.amount > 0 AND (i.currency = '' OR i.rate > 0 "
    f"OR i.currency = (SELECT currency FROM {Company._meta.db_table} LIMIT 1))"
)
# Where neither the contract nor those of others say how long a period is.
USUAL_WEEKS = 52.0


def contracts(as_of: date, ids: Sequence[int] = (), prices: Prices | None = None) -> Spells | None:
    """One row per contract known at the end of `as_of`, of these ascending ids or of everybody;
    None where there is none.

    Its property `subscription` tells one contract of a customer from another, `weeks` its period.
    Of a contract begun again under the same name nothing but the last run counts. Without `weeks` a
    period is as long as its own renewals are apart, or those of others, or a year. Its fee is the
    mean of the amounts with which it began and was renewed, as far as they are in our currency;
    what is left of it, where `prices` are given, as of a purchase: as told, by its category, its
    brand.
    """
    sql, params = _sql(ids, prices)
    read = columns.read(connection, sql, [*params, as_of.isoformat()], NAMES)
    begun = np.where(np.isnan(read["started"]), read["first"], read["started"])
    known = ~np.isnan(begun)
    if not known.any():
        return None
    begun, last = begun[known], np.fmax(begun, read["renewed"])[known]
    over = np.where(read["cancelled"][known] >= last, read["cancelled"][known], np.nan)
    apart = (last - begun) / DAYS_PER_WEEK
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.where(apart >= 1, np.rint(apart / read["times"][known]), np.nan)
    usual = float(np.nanmedian(seen)) if np.isfinite(seen).any() else USUAL_WEEKS
    weeks = np.where(read["weeks"][known] >= 1, read["weeks"][known], seen)
    weeks = np.maximum(np.where(np.isfinite(weeks), weeks, usual), 1.0)
    fee, left = np.nan_to_num(read["fee"][known]), np.clip(read["gain"][known], -1.0, 1.0)
    return Spells.of(read["customer"][known], begun, over, weeks, fee, left)


def _sql(ids: Sequence[int], prices: Prices | None) -> tuple[str, list[object]]:
    """With the parameters that stand before the as-of day."""
    dialect = Dialect(connection.vendor)
    left, params = "NULL", []
    if prices is not None:
        left, params = CostSql(prices, frozenset(KINDS), connection.vendor).margin()
    selected = ", ".join(f"{dialect.number(of)} AS {name}" for name, of in _told(dialect).items())
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    named = f"COALESCE({dialect.property_text('subscription')}, '')"
    whose = f" AND {among('i.customer_id', ids)}" if len(ids) else ""
    # As an expression, or SQLite goes through the contracts of everybody for each block.
    kind = "i.kind || ''" if len(ids) else "i.kind"
    statement = (
        f"SELECT {selected} FROM (SELECT i.*, {dialect.number(left)} AS kept, "
        f"MAX(i.occurred_on) {STARTED} OVER (PARTITION BY i.customer_id, {named}) AS begun_on "
        f"FROM customers_interaction i WHERE {kind} IN ({kinds}) AND i.occurred_on <= %s{whose}) i "
        "WHERE i.begun_on IS NULL OR i.occurred_on >= i.begun_on "
        f"GROUP BY i.customer_id, {named}"
    )
    return statement, params


def _told(dialect: Dialect) -> dict[str, str]:
    """What is read of each contract, by NAMES."""
    day = (
        "(i.occurred_on - DATE '1970-01-01')"
        if connection.vendor == "postgresql"
        else "CAST(julianday(i.occurred_on) - 2440587.5 AS INTEGER)"
    )

    def total(column: str) -> str:
        return f"SUM({dialect.number(column)}) FILTER (WHERE {IS_FEE} AND i.kept IS NOT NULL)"

    return {
        "customer": "i.customer_id",
        "started": f"MAX({day}) {STARTED}",
        "first": f"MIN({day}) {RENEWED}",
        "renewed": f"MAX({day}) {RENEWED}",
        "cancelled": f"MAX({day}) {CANCELLED}",
        "weeks": f"MAX({_weeks(dialect)})",
        "times": f"COUNT(*) {RENEWED}",
        "fee": f"AVG(i.amount) FILTER (WHERE {IS_FEE})",
        "gain": f"1.0 * {total('i.kept')} / NULLIF({total('i.amount')}, 0)",
    }


def _weeks(dialect: Dialect) -> str:
    """The property `weeks`, if it is a whole number of at most three digits."""
    told = dialect.property_text("weeks")
    if dialect.vendor == "postgresql":
        return f"CASE WHEN {told} ~ '^[0-9]{{1,3}}$' THEN ({told})::float8 END"
    digits = f"{told} GLOB '[0-9]*' AND {told} NOT GLOB '*[^0-9]*' AND LENGTH({told}) <= 3"
    return f"CASE WHEN {digits} THEN CAST({told} AS REAL) END"
