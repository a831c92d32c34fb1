"""The evidence of a range of customers, out of the database in one pass."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection
from numpy.typing import NDArray

from customers.models import Interaction, Kind
from relationships.engine.gap.answers import CATEGORY, feeling
from relationships.engine.typology.column import Column
from relationships.engine.typology.columns import COLUMNS, COMPLAINT_COLUMNS, NAN_WHEN_EMPTY, PLACE
from relationships.engine.typology.complaints import complaint_rows
from relationships.engine.typology.evidence import Evidence
from relationships.engine.typology.more_columns import FELT_COLUMNS
from relationships.engine.typology.reference import total
from relationships.engine.typology.weights import Weights, default_weights
from relationships.queries.complained import complained
from relationships.queries.cost_sql import CostSql
from relationships.queries.evidence_sql import BUYING, EvidenceSql, among, is_dense
from relationships.queries.line_sql import line_statement, of_lines
from relationships.queries.sources import LINES, WISHES, Sources
from relcrm.base.costs import Prices
from relcrm.lib import columns

Floats = NDArray[np.float64]
EPOCH = date(1970, 1, 1)
# The voluntary facts of a customer that count as disclosure (relationship science §2.3).
DISCLOSED = (
    "birth_year", "gender", "education", "occupation", "household_size", "city", "country",
    "language", "interests", "preferences",
)  # fmt: skip

FILED = (
    "customer", "filed_day", "severity", "resolved_day", "is_satisfied", "topic", "filed_at",
    "acknowledged_at",
)  # fmt: skip


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day that has this number."""
    return EPOCH + timedelta(days=number)


@dataclass(frozen=True)
class Shard:
    """Customers of one range of ids: their evidence and what the value models need."""

    evidence: Evidence
    purchase_days: Floats
    first_bought_age: Floats  # days before the as-of day, NaN when nothing was bought
    last_bought_age: Floats
    costs: dict[str, Floats]  # of cost_sql.SUMS; empty when not asked for
    # Weeks and age of each one's contract, as `Spells.plans`; None when not asked for.
    plans: Floats | None = None
    fees: Floats | None = None  # of that contract, per period
    fee_margins: Floats | None = None  # the part of them that is left; NaN where nothing says so
    # What else is known, as `Happened.beside`; None where it is not asked for, as nothing reads it.
    beside: Floats | None = None

    def __len__(self) -> int:
        return len(self.evidence)


def shard(
    ids: NDArray[np.int64],
    found: Sources,
    *,
    cycle_weeks: float,
    weights: Weights | None = None,
    prices: Prices | None = None,
) -> Shard:
    """Evidence of these customers (ascending ids); those without any event get an empty row. What
    they have cost is added up where there are prices to do it by."""
    sql = _statements(found, cycle_weeks, prices)
    values = np.zeros((len(ids), len(COLUMNS)))
    for name in NAN_WHEN_EMPTY:
        values[:, PLACE[name]] = np.nan
    buying = np.full((len(BUYING), len(ids)), np.nan)
    buying[0] = 0
    costs = {name: np.zeros(len(ids)) for name in sql.cost_names}
    if len(ids) and found.kinds:
        _read(sql, ids, values, buying, costs)
        if LINES in found.extras:
            _add_lines(values, ids, sql)
        if sql.seasonal:
            _add_seasons(values, ids, sql)
    if Kind.COMPLAINT in found.kinds:  # each complaint is told by one interaction
        _add_complaints(values, ids, found.as_of, cycle_weeks, weights or default_weights())
    if WISHES in found.extras:
        _add_feelings(values, ids, found.as_of, cycle_weeks)
    _add_disclosure(values, ids)
    evidence = Evidence(ids, values, day_number(found.as_of), cycle_weeks, found.connected)
    return Shard(evidence, buying[0], buying[1], buying[2], costs)


def _statements(found: Sources, cycle_weeks: float, prices: Prices | None) -> EvidenceSql:
    connected = found.connected
    return EvidenceSql(
        vendor=connection.vendor,
        as_of=found.as_of,
        cycle_weeks=cycle_weeks,
        kinds=found.kinds,
        categories=found.categories,
        with_season="season" in connected,
        with_third="third" in connected,
        with_novelty="novelty" in found.marks,
        costs=CostSql(prices, found.kinds, connection.vendor) if prices else None,
        also=found.countable,
    )


def _read(
    sql: EvidenceSql, ids: NDArray, values: Floats, buying: Floats, costs: dict[str, Floats]
) -> None:
    """What the one pass over the interactions tells, each in its place."""
    statement, params = sql.statement(ids.tolist())
    read = columns.read(connection, statement, params, sql.names)
    at, kept = places(ids, read["customer"])
    _place(values, sql.columns, read, at, kept)
    for row, name in enumerate(BUYING):
        buying[row, at] = read[name][kept]
    for name, column_values in costs.items():
        column_values[at] = np.nan_to_num(read[name][kept])


def _add_seasons(values: Floats, ids: NDArray, sql: EvidenceSql) -> None:
    statement, params = sql.season_statement(ids.tolist())
    names = ["customer", *(column.name for column in sql.seasonal)]
    read = columns.read(connection, statement, params, names)
    _place(values, sql.seasonal, read, *places(ids, read["customer"]))


def _place(
    values: Floats, told: Sequence[Column], read: Mapping[str, Floats], at: NDArray, kept: NDArray
) -> None:
    for column in told:
        column_values = read[column.name][kept]
        if column.name not in NAN_WHEN_EMPTY:
            column_values = np.nan_to_num(column_values)
        values[at, PLACE[column.name]] = column_values


def places(ids: NDArray[np.int64], customers: Floats) -> tuple[NDArray, NDArray]:
    """Where each returned customer stands among the wanted ids, and which are wanted at all."""
    wanted = customers.astype(np.int64)
    at = np.searchsorted(ids, wanted)
    kept = (at < len(ids)) & (ids[np.minimum(at, len(ids) - 1)] == wanted)
    return at[kept], kept


def _add_lines(values: Floats, ids: NDArray, sql: EvidenceSql) -> None:
    """What purchases of several categories add to the counts of each."""
    only = of_lines(sql)
    statement, params = line_statement(only, ids.tolist())
    names = ["customer", *(column.name for column in only.columns)]
    read = columns.read(connection, statement, params, names)
    at, kept = places(ids, read["customer"])
    for column in only.columns:
        values[at, PLACE[column.name]] += np.nan_to_num(read[column.name][kept])


def _add_feelings(values: Floats, ids: NDArray, as_of: date, cycle_weeks: float) -> None:
    """Of answers to the survey of wishes, by the index that holds them alone."""
    answered = Interaction.objects.filter(
        kind=Kind.SURVEY_ANSWER, category=CATEGORY, occurred_on__lte=as_of, **whose(ids)
    ).order_by()
    rows = [
        (customer, float((as_of - day).days), feeling(told))
        for customer, day, told in answered.values_list("customer", "occurred_on", "properties")
        if isinstance(told, dict)
    ]
    table = pd.DataFrame(rows, columns=["customer", "age_days", "feeling"]).astype(float)
    table = table[np.isin(table["customer"], ids)]
    if table.empty:
        return
    at = np.searchsorted(ids, table["customer"].to_numpy())
    for column in FELT_COLUMNS:
        values[:, PLACE[column.name]] = total(column, table, at, len(ids), cycle_weeks)


def whose(ids: NDArray) -> dict[str, Any]:
    """A dense range of ids as a range, a sparse one as a list."""
    if not len(ids):
        return {"customer__in": []}
    if is_dense(ids):
        return {"customer__gte": int(ids[0]), "customer__lte": int(ids[-1])}
    return {"customer__in": ids.tolist()}


def _add_complaints(
    values: Floats, ids: NDArray, as_of: date, cycle_weeks: float, weights: Weights
) -> None:
    """From complaint rows; they are few, so the arithmetic's own definition serves."""
    if not len(ids):
        return
    filed = list(complained(as_of).filter(**whose(ids)).values_list(*FILED))
    if not filed:
        return
    told = _told(pd.DataFrame.from_records(filed, columns=FILED))
    table = complaint_rows(told, as_of_day=day_number(as_of), weights=weights.complaints)
    table = table[np.isin(table["customer"], ids)]
    at = np.searchsorted(ids, table["customer"].to_numpy())
    for column in COMPLAINT_COLUMNS:
        values[:, PLACE[column.name]] = total(column, table, at, len(ids), cycle_weeks)


def _told(filed: pd.DataFrame) -> pd.DataFrame:
    """As the arithmetic takes them; hours are counted between instants, days by the calendar."""
    start, end = (pd.to_datetime(filed[at], utc=True) for at in ("filed_at", "acknowledged_at"))
    return pd.DataFrame(
        {
            "customer": filed["customer"],
            "day": filed["filed_day"].astype(int),
            "severity": filed["severity"],
            "resolved_day": filed["resolved_day"].astype(float),
            "satisfied": filed["is_satisfied"].astype(float),
            "topic": filed["topic"],
            "reply_hours": (end - start).dt.total_seconds() / 3600,
        }
    )


def _add_disclosure(values: Floats, ids: NDArray) -> None:
    """How many of the voluntary facts are filled in; NaN for none."""
    if not len(ids):
        return
    number = "float8" if connection.vendor == "postgresql" else "real"
    told = " + ".join(
        f"CASE WHEN CAST({name} AS text) IN ('', '0', '[]', '{{}}') THEN 0 ELSE 1 END"
        f" - CASE WHEN {name} IS NULL THEN 1 ELSE 0 END"
        for name in DISCLOSED
    )
    sql = (
        f"SELECT CAST(id AS {number}) AS customer, CAST({told} AS {number}) AS filled "
        f"FROM customers_customer WHERE {among('id', ids)}"
    )
    read = columns.read(connection, sql, [], ["customer", "filled"])
    at, kept = places(ids, read["customer"])
    filled = read["filled"][kept]
    values[at, PLACE["profile_fields"]] = np.where(filled > 0, filled, np.nan)
