"""Staged judgements as SQL: places as words, days as dates, and which labels differ from before."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Mapping
from json import dumps

from django.db import connection
from numpy.typing import NDArray

from relationships.engine.typology import SPEAKERS, typology
from relationships.models import Family
from relcrm.lib import columns

FAMILIES = [*typology().families, Family.UNDETERMINED.value]
STEPS = list(typology().groups)
# The label before: of the profile, else of the last month's close.
OLD_FAMILY = "COALESCE(p.family, k.family, '')"
OLD_TYPE = "COALESCE(p.type, k.type, '')"


def near(column: str) -> str:
    """Between the ends of what is judged: else PostgreSQL takes in all customers to find these."""
    ends = (f"(SELECT {end}(customer) FROM judged_stage)" for end in ("MIN", "MAX"))
    return f"{column} BETWEEN {' AND '.join(ends)}"


MAY_BE_JUDGED = f"""EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = s.customer
                      AND {near("c.id")} AND c.erased_at IS NULL
                      AND NOT c.objects_to_profiling AND c.restricted_at IS NULL)"""


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def fill(name: str, table: Mapping[str, NDArray]) -> None:
    """These columns, and nothing else, in a temporary table of this connection's own."""
    kinds = {"i": "bigint", "f": "double precision", "V": "bytea" if _is_postgres() else "blob"}
    fields = ", ".join(f"{each} {kinds[column.dtype.kind]}" for each, column in table.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({fields})")
        # Nothing cleans up after deleting from a temporary table: each scan would pass what was.
        cursor.execute(f"TRUNCATE {name}" if _is_postgres() else f"DELETE FROM {name}")
        if _is_postgres():
            columns.copy_in(connection, name, table)
            cursor.execute(f"ANALYZE {name} (customer)")  # of the rest no plan asks
        else:
            marks = ", ".join(["%s"] * len(table))
            insert = f"INSERT INTO {name} ({', '.join(table)}) VALUES ({marks})"
            cursor.executemany(insert, zip(*map(_plain, table.values()), strict=True))


def _plain(column: NDArray) -> list:
    if column.dtype.kind == "V":
        return [bytes(value) for value in column]
    return [None if value != value else value for value in column.tolist()]


def a_day() -> str:
    """A parameter that is a day."""
    return "%s::date" if _is_postgres() else "%s"


def day_and_instant() -> str:
    return "%s::date, %s::timestamptz" if _is_postgres() else "%s, %s"


def reason() -> str:
    """What speaks most for the label, until more is told."""
    said = [dumps({"moved": [{"code": code}]}) for code in SPEAKERS]
    cast = "::jsonb" if _is_postgres() else ""
    return f"({chosen('because', said, '{}')}){cast}"


def chosen(column: str, words: list[str], otherwise: str) -> str:
    """Places as words: CASE s.family WHEN 0 THEN 'fling' …"""
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE s.{column} {cases} ELSE '{otherwise}' END"


def family() -> str:
    return chosen("family", FAMILIES, Family.UNDETERMINED.value)


def type_() -> str:
    return chosen("type", list(typology().keys), "")


def number(name: str) -> str:
    return f"NULLIF(s.{name}, 'NaN'::float8)" if _is_postgres() else f"s.{name}"


def cents(name: str) -> str:
    """Rounded, so that the last bits of sums over other rows do not show."""
    if _is_postgres():
        return f"ROUND({number(name)}::numeric, 2)::float8"
    return f"ROUND({number(name)}, 2)"


def whole(name: str) -> str:
    return f"CAST({number(name)} AS integer)"


def day(name: str) -> str:
    if _is_postgres():
        return f"DATE '1970-01-01' + {whole(name)}"
    return f"date('1970-01-01', CAST(s.{name} AS integer) || ' days')"


def changed() -> str:
    """FROM and WHERE of the staged rows whose label differs; takes the first day of the month.

    A first 'too early to tell' is no change, and while a colleague's label holds none is: those
    that are over were ended, and logged, before the scoring began.
    """
    return f"""
        FROM judged_stage s LEFT JOIN relationships_profile p ON p.customer_id = s.customer
        LEFT JOIN relationships_snapshot k ON p.customer_id IS NULL
             AND k.customer_id = s.customer AND {near("k.customer_id")} AND k.is_close
             AND k."on" = (SELECT MAX("on") FROM relationships_month WHERE "on" < {a_day()})
        WHERE (COALESCE(NULLIF({OLD_FAMILY}, ''), '{Family.UNDETERMINED.value}') <> {family()}
               OR {OLD_TYPE} <> {type_()})
          AND NOT EXISTS (SELECT 1 FROM relationships_override o
                          WHERE o.customer_id = s.customer AND o.ended_at IS NULL)
    """


def without(table: str, stage: str) -> str:
    """Rows of those just judged for whom nothing was found this time, taken away."""
    return (
        f"DELETE FROM {table} WHERE {near('customer_id')} "
        "AND customer_id IN (SELECT customer FROM judged_stage) "
        f"AND customer_id NOT IN (SELECT customer FROM {stage})"
    )


def told() -> str:
    """WHERE of a stage about those who have just got a profile."""
    return f"""WHERE s.customer IN (SELECT customer FROM judged_stage)
          AND EXISTS (SELECT 1 FROM relationships_profile p
                      WHERE p.customer_id = s.customer AND {near("p.customer_id")})"""
