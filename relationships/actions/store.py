"""Writes judgements back in bulk: a staging table, then set-based statements."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from relationships.engine.typology import typology
from relationships.models import Family
from relcrm.lib import columns

# Staged columns that keep their name and kind in the profile.
PLAIN = (
    "confidence", "p_fling", "p_friend", "p_marriage", "p_distant", "p_negative",
    "valence", "valence_se", "closeness", "closeness_se", "intensity", "intensity_se",
    "alive", "expected_orders", "value_low", "value", "value_high",
)  # fmt: skip
WHOLE = ("orders", "returns", "held", "anchor_held")
DAYS = ("first_order_on", "last_order_on", "anchor_on")  # days since 1970-01-01
FAMILIES = [*typology().families, Family.UNDETERMINED.value]
STEPS = list(typology().groups)
POSTERIOR_BYTES = 4 * len(typology().keys)
# Two writers of one customer must not both see the old label: they take turns by blocks of ids.
BLOCK = 50_000
LOCK = 0x72656C


@dataclass(frozen=True)
class Judged:
    """Scores of some customers (ascending ids) as columns; places index FAMILIES, types, STEPS."""

    customer: NDArray[np.int64]
    family: NDArray[np.int64]
    type: NDArray[np.int64]  # −1: only the family, or too early to tell
    next_step: NDArray[np.int64]
    posterior: NDArray[np.float32]  # n × types
    anchor: NDArray[np.float32]  # n × types, zeros: none
    numbers: dict[str, NDArray[np.float64]]  # PLAIN, WHOLE, DAYS and revenue; NaN: unknown


@transaction.atomic
def store(judged: Judged, *, as_of: date, model_id: int | None, started_at: datetime) -> int:
    """Write the changes of label into the history, then the profiles. Returns how many customers.

    Customers touched after `started_at` stay touched, so that a late event is never lost.
    """
    if not len(judged.customer):
        return 0
    _take_turns(judged.customer)
    _stage(judged)
    with connection.cursor() as cursor:
        cursor.execute(_changes_sql(), [as_of, started_at])
        cursor.execute(_profiles_sql(), [as_of, started_at, model_id])
        cursor.execute(
            "UPDATE customers_customer SET touched_at = NULL "
            "WHERE touched_at <= %s AND id IN (SELECT customer FROM judged_stage)",
            [started_at],
        )
    return len(judged.customer)


def unpacked(posterior: bytes | memoryview | None) -> NDArray[np.float64] | None:
    """A stored posterior as probabilities in the typology's order."""
    if posterior is None:
        return None
    return np.frombuffer(bytes(posterior), dtype="<f4").astype(np.float64)


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _take_turns(customers: NDArray[np.int64]) -> None:
    """SQLite has one writer anyhow. Blocks are locked in order, so nobody waits in a circle."""
    if _is_postgres():
        with connection.cursor() as cursor:
            for block in np.unique(customers // BLOCK).tolist():
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, block])


def _stage(judged: Judged) -> None:
    """The scores in a table of this connection's own."""
    table = {
        "customer": judged.customer,
        "family": judged.family,
        "type": judged.type,
        "next_step": judged.next_step,
        "posterior": _packed(judged.posterior),
        "anchor": _packed(judged.anchor),
        **judged.numbers,
    }
    kinds = {"i": "bigint", "f": "double precision", "V": "bytea" if _is_postgres() else "blob"}
    fields = ", ".join(f"{name} {kinds[column.dtype.kind]}" for name, column in table.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS judged_stage ({fields})")
        cursor.execute("DELETE FROM judged_stage")
        if _is_postgres():
            columns.copy_in(connection, "judged_stage", table)
            cursor.execute("ANALYZE judged_stage")
        else:
            marks = ", ".join(["%s"] * len(table))
            insert = f"INSERT INTO judged_stage ({', '.join(table)}) VALUES ({marks})"
            cursor.executemany(insert, zip(*map(_plain, table.values()), strict=True))


def _packed(posterior: NDArray[np.float32]) -> NDArray[np.void]:
    """Each row's float32 values, little-endian, as one opaque value."""
    rows = np.ascontiguousarray(posterior, dtype="<f4")
    return rows.view(f"V{POSTERIOR_BYTES}").reshape(len(rows))


def _plain(column: NDArray) -> list:
    if column.dtype.kind == "V":
        return [bytes(value) for value in column]
    return [None if value != value else value for value in column.tolist()]


def _chosen(column: str, words: list[str], otherwise: str) -> str:
    """Places as words: CASE s.family WHEN 0 THEN 'fling' …"""
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE s.{column} {cases} ELSE '{otherwise}' END"


def _family() -> str:
    return _chosen("family", FAMILIES, Family.UNDETERMINED.value)


def _type() -> str:
    return _chosen("type", list(typology().keys), "")


def _number(name: str) -> str:
    return f"NULLIF(s.{name}, 'NaN'::float8)" if _is_postgres() else f"s.{name}"


def _whole(name: str) -> str:
    return f"CAST({_number(name)} AS integer)"


def _day(name: str) -> str:
    if _is_postgres():
        return f"DATE '1970-01-01' + {_whole(name)}"
    return f"date('1970-01-01', CAST(s.{name} AS integer) || ' days')"


def _values() -> dict[str, str]:
    """Column of the profile → expression over the staged row."""
    has_anchor = "s.anchor_held IS NOT NULL"
    if _is_postgres():
        has_anchor = "s.anchor_held <> 'NaN'::float8"
    return {
        "family": _family(),
        "type": _type(),
        "next_step": _chosen("next_step", STEPS, ""),
        "posterior": "s.posterior",
        "anchor": f"CASE WHEN {has_anchor} THEN s.anchor END",
        "revenue": "s.revenue::numeric(14, 2)" if _is_postgres() else "ROUND(s.revenue, 2)",
        **{name: _number(name) for name in PLAIN},
        **{name: _whole(name) for name in WHOLE},
        **{name: _day(name) for name in DAYS},
    }


def _changes_sql() -> str:
    """A line of history for every label that differs; a first 'too early to tell' is none."""
    when = "%s::date, %s::timestamptz" if _is_postgres() else "%s, %s"
    empty = "'{}'::jsonb" if _is_postgres() else "'{}'"
    return f"""
        INSERT INTO relationships_profilechange
            (customer_id, "on", recorded_at, family, type, old_family, old_type, reason, value)
        SELECT s.customer, {when}, {_family()}, {_type()},
               COALESCE(p.family, ''), COALESCE(p.type, ''), {empty}, {_number("value")}
        FROM judged_stage s LEFT JOIN relationships_profile p ON p.customer_id = s.customer
        WHERE COALESCE(p.family, '{Family.UNDETERMINED.value}') <> {_family()}
           OR COALESCE(p.type, '') <> {_type()}
    """


def _profiles_sql() -> str:
    when = "%s::date, %s::timestamptz, %s::bigint" if _is_postgres() else "%s, %s, %s"
    values = _values()
    names = ["as_of", "scored_at", "model_id", *values]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names)
    return f"""
        INSERT INTO relationships_profile (customer_id, {", ".join(names)})
        SELECT s.customer, {when}, {", ".join(values.values())}
        FROM judged_stage s
        WHERE EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = s.customer
                      AND c.erased_at IS NULL AND NOT c.objects_to_profiling
                      AND c.restricted_at IS NULL)
        ON CONFLICT (customer_id) DO UPDATE SET {updates}
    """
