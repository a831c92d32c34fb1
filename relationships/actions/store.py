"""Writes judgements back in bulk: a staging table, then set-based statements."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from relationships import news
from relationships.actions import snapshots, staged
from relationships.actions.staged import STEPS
from relationships.engine.history.quantised import quantised
from relationships.queries.marks import instant

# Staged columns that keep their name and kind in the profile.
PLAIN = (
    "confidence", "p_fling", "p_friend", "p_marriage", "p_distant", "p_negative",
    "valence", "valence_se", "closeness", "closeness_se", "intensity", "intensity_se",
    "alive", "expected_orders", "value_low", "value", "value_high",
)  # fmt: skip
WHOLE = ("orders", "returns", "held", "anchor_held")
DAYS = ("first_order_on", "last_order_on", "anchor_on")  # days since 1970-01-01
MOST = "999999999999.99"  # of money: what the column of revenue holds
LATE = timedelta(days=7)  # a change told so long after its day was not seen that day
# Two writers of one customer must not both see the old label: they take turns by blocks of ids.
# Shards of a run begin and end where these do, so that two of them never wait for one another.
TURN = 10_000
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
    # PLAIN, WHOLE, DAYS, revenue, and of the snapshot told, turned and seen; NaN: unknown.
    numbers: dict[str, NDArray[np.float64]]
    reasons: dict[int, str] = field(default_factory=dict)  # of changed labels, as JSON


def store(
    judged: Judged, *, as_of: date, model_id: int | None, started_at: datetime, today: date
) -> int:
    """Write the changes of label into the history, then the profiles. Returns how many customers.

    In the caller's transaction. With each change goes a snapshot of that day; what it was before
    the first judgement is told by the last month's close, if there is one. By `today`, the
    company's, labels of colleagues hold or are over.

    Who was judged by somebody else since they were looked at keeps that judgement; who was touched
    since then stays touched, so that what happened meanwhile is never lost.
    """
    take_turns(judged.customer)
    stage(judged)
    month = as_of.replace(day=1)
    begun = connection.ops.adapt_datetimefield_value(started_at)  # written as models write it
    with connection.cursor() as cursor:
        cursor.execute(_overtaken())
        kept = len(judged.customer) - cursor.rowcount
        if not kept:
            return 0
        cursor.execute(snapshots.of_changes(), [as_of, month])
        is_late = today > as_of + LATE
        cursor.execute(_changes_sql(), [as_of, begun, is_late, month])
        snapshots.give_reasons(cursor, judged.reasons, as_of, begun)
        cursor.execute(_profiles_sql(), [as_of, begun, model_id, today])
        if not is_late:
            first, last = int(judged.customer[0]), int(judged.customer[-1])
            news.tell_changes(first, last, on=as_of, at=started_at)
        cursor.execute(_looked_at())
    return kept


def _overtaken() -> str:
    """Out of the stage: whom somebody else judged since, and who may not be judged any more."""
    return f"""
        DELETE FROM judged_stage AS s WHERE NOT {staged.MAY_BE_JUDGED}
        OR (SELECT {instant("p.scored_at")} FROM relationships_profile p
            WHERE p.customer_id = s.customer) IS DISTINCT FROM {staged.number("judged_then")}
    """.replace("%%", "%")


def _looked_at() -> str:
    """Touched no more, but for what touched them since, and is touching them right now in a
    transaction that has not ended."""
    locked = "FOR UPDATE OF c SKIP LOCKED" if _is_postgres() else ""
    return f"""
        UPDATE customers_customer SET touched_at = NULL WHERE id IN (
            SELECT c.id FROM judged_stage s JOIN customers_customer c ON c.id = s.customer
            WHERE c.touched_at IS NOT NULL AND {instant("c.touched_at")} = s.touched_then {locked})
    """.replace("%%", "%")


def unpacked(posterior: bytes | memoryview | None) -> NDArray[np.float64] | None:
    """A stored posterior as probabilities in the typology's order."""
    if posterior is None:
        return None
    return np.frombuffer(bytes(posterior), dtype="<f4").astype(np.float64)


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def take_turns(customers: NDArray[np.int64]) -> None:
    """SQLite has one writer anyhow. Blocks are locked in order, so nobody waits in a circle."""
    if _is_postgres():
        with connection.cursor() as cursor:
            for block in np.unique(customers // TURN).tolist():
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, block])


def stage(judged: Judged) -> None:
    """The scores in a table of this connection's own; the caller has its turn."""
    table = {
        "customer": judged.customer,
        "family": judged.family,
        "type": judged.type,
        "next_step": judged.next_step,
        "posterior": _packed(judged.posterior),
        "anchor": _packed(judged.anchor),
        "chances": _opaque(quantised(judged.posterior)),
        **judged.numbers,
    }
    staged.fill("judged_stage", table)


def _packed(posterior: NDArray[np.float32]) -> NDArray[np.void]:
    """Each row's float32 values, little-endian, as one opaque value."""
    return _opaque(np.ascontiguousarray(posterior, dtype="<f4"))


def _opaque(rows: NDArray) -> NDArray[np.void]:
    """Each row as one value of so many bytes."""
    return rows.view(f"V{rows.shape[1] * rows.itemsize}").reshape(len(rows))


def _values() -> dict[str, str]:
    """Column of the profile → expression over the staged row and a label set by a colleague."""
    has_anchor = "s.anchor_held IS NOT NULL"
    if _is_postgres():
        has_anchor = "s.anchor_held <> 'NaN'::float8"
    own = {
        "family": staged.family(),
        "type": staged.type_(),
        "next_step": staged.chosen("next_step", STEPS, ""),
    }
    return {
        **{
            name: f"CASE WHEN o.id IS NULL THEN {mine} ELSE o.{name} END"
            for name, mine in own.items()
        },
        **{
            f"own_{name}": f"CASE WHEN o.id IS NULL THEN '' ELSE {mine} END"
            for name, mine in own.items()
        },
        "posterior": "s.posterior",
        "anchor": f"CASE WHEN {has_anchor} THEN s.anchor END",
        "revenue": _revenue(),
        **{name: staged.number(name) for name in PLAIN},
        **{name: staged.whole(name) for name in WHOLE},
        **{name: staged.day(name) for name in DAYS},
    }


def _revenue() -> str:
    """No more than its column can hold, so that one odd customer does not stop the others."""
    if _is_postgres():
        return f"LEAST(GREATEST(s.revenue, -{MOST}), {MOST})::numeric(14, 2)"
    return f"ROUND(MIN(MAX(s.revenue, -{MOST}), {MOST}), 2)"


def _changes_sql() -> str:
    """A line of history for every label that differs."""
    return f"""
        INSERT INTO relationships_profilechange
            (customer_id, "on", recorded_at, is_reconstructed, family, type, old_family, old_type,
             reason, value)
        SELECT s.customer, {staged.day_and_instant()}, %s, {staged.family()}, {staged.type_()},
               {staged.OLD_FAMILY}, {staged.OLD_TYPE}, {staged.reason()},
               {staged.number("value")}
        {staged.changed()}
    """


def _profiles_sql() -> str:
    when = "%s::date, %s::timestamptz, %s::bigint" if _is_postgres() else "%s, %s, %s"
    values = _values()
    names = ["as_of", "scored_at", "model_id", *values]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names)
    return f"""
        INSERT INTO relationships_profile (customer_id, {", ".join(names)})
        SELECT s.customer, {when}, {", ".join(values.values())}
        FROM judged_stage s LEFT JOIN relationships_override o
             ON o.customer_id = s.customer AND o.ended_at IS NULL AND o.until >= {staged.a_day()}
        WHERE {staged.MAY_BE_JUDGED}
        ON CONFLICT (customer_id) DO UPDATE SET {updates}
    """
