"""Writes snapshots out of the staged judgements: of changes as they happen, of closed months."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from relationships.actions import staged
from relationships.engine.history.turning import MECHANISMS
from relationships.models import Family

HUNDREDTHS = ("confidence", "valence", "closeness", "intensity", "alive")


def of_changes() -> str:
    """A snapshot of each staged label that differs from before; a closed month's stays."""
    return f"{_insert(staged.changed(), is_close=False)} WHERE NOT relationships_snapshot.is_close"


def of_closes() -> str:
    """A snapshot of everyone staged, as the close of a month."""
    return _insert("FROM judged_stage s WHERE true", is_close=True)


def changes_between() -> str:
    """Lines of history where the label differs from the last close; takes the day, the instant,

    the last close and the day again. Nothing from the day on which changes were seen as they came.
    """
    when, day = staged.day_and_instant(), staged.a_day()
    old_family, old_type = "COALESCE(k.family, '')", "COALESCE(k.type, '')"
    return f"""
        INSERT INTO relationships_profilechange
            (customer_id, "on", recorded_at, is_reconstructed, family, type, old_family, old_type,
             reason, value)
        SELECT s.customer, {when}, true, {staged.family()}, {staged.type_()},
               {old_family}, {old_type}, {staged.reason()}, {staged.number("value")}
        FROM judged_stage s LEFT JOIN relationships_snapshot k
             ON k.customer_id = s.customer AND k.is_close AND k."on" = {day}
        WHERE (COALESCE(k.family, '{Family.UNDETERMINED.value}') <> {staged.family()}
               OR {old_type} <> {staged.type_()})
          AND NOT EXISTS (SELECT 1 FROM relationships_profilechange c
                          WHERE c.customer_id = s.customer AND NOT c.is_reconstructed
                            AND c."on" <= {day})
          AND {staged.MAY_BE_JUDGED}
    """


def give_reasons(cursor: Any, reasons: Mapping[int, str], on: date, recorded_at: Any) -> None:
    """Each line written just now gets what moved it."""
    cast = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    if reasons:
        cursor.executemany(
            f"UPDATE relationships_profilechange SET reason = {cast} "
            'WHERE customer_id = %s AND "on" = %s AND recorded_at = %s',
            [(reason, customer, on, recorded_at) for customer, reason in reasons.items()],
        )


def _insert(source: str, *, is_close: bool) -> str:
    """Those who may not be judged get none; a second one of the day takes the first one's place."""
    values = {
        "is_close": str(is_close).lower(),
        "family": staged.family(),
        "type": staged.type_(),
        "held": staged.whole("held"),
        "chances": "s.chances",
        **{name: f"CAST(ROUND({staged.number(name)} * 100) AS integer)" for name in HUNDREDTHS},
        "value": staged.cents("value"),
        "turn": staged.chosen("turned", list(MECHANISMS), ""),
        "seen": staged.number("seen"),
        "told": staged.whole("told"),
    }
    updates = ", ".join(f"{name} = excluded.{name}" for name in values)
    return f"""
        INSERT INTO relationships_snapshot (customer_id, "on", {", ".join(values)})
        SELECT s.customer, {staged.a_day()}, {", ".join(values.values())}
        {source} AND {staged.MAY_BE_JUDGED}
        ON CONFLICT (customer_id, "on") DO UPDATE SET {updates}
    """
