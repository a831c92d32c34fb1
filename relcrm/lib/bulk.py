"""Many rows at once: staged by COPY on PostgreSQL, by executemany on SQLite."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice, repeat
from types import NoneType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

# A column is a list with one value a row, or one value that holds for every row.
Column = Sequence[Any] | str | int | float | Decimal | datetime | None
PLAIN = (int, Decimal, float)
CONVERTED = (datetime, Decimal, dict, list)  # what SQLite does not take as it is
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
BLOCK = 20_000  # rows composed at a time, so that memory stays flat


# While much is written on SQLite, pages go back into the database file every 64 MB, not every 4:
# an index that is filled all over is then written once for many batches.
USUAL_PAGES, PAGES_OF_MANY = 1_000, 16_000


@contextmanager
def filling(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For whoever writes many batches. Each commit is as durable as ever."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA wal_autocheckpoint={PAGES_OF_MANY}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA wal_autocheckpoint={USUAL_PAGES}")


def is_list(column: Column) -> bool:
    return isinstance(column, Sequence) and not isinstance(column, str)


def stage(
    connection: BaseDatabaseWrapper, name: str, like: str, columns: Mapping[str, Column], rows: int
) -> None:
    """A temporary table `name` with these columns, typed as in table `like`, holding these rows.
    In a transaction: on PostgreSQL, where it lies on the disk, it goes at the commit."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        # Only our own identifiers are put into the SQL; every value goes by COPY or parameter.
        goes = "ON COMMIT DROP " if connection.vendor == "postgresql" else ""
        made = f"CREATE TEMPORARY TABLE {name} {goes}AS SELECT {names} FROM {like} LIMIT 0"
        cursor.execute(made)
    fill(connection, name, columns, rows)


def fill(
    connection: BaseDatabaseWrapper, table: str, columns: Mapping[str, Column], rows: int
) -> None:
    """Append rows to a table of ours, as fast as the database takes them."""
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as to:
            for block in copy_blocks(columns, rows):
                to.write(block)
        return
    marks = ", ".join(["%s"] * len(columns))
    converted = [_for_sqlite(column) for column in columns.values()]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",
            islice(zip(*converted, strict=False), rows),
        )


def copy_blocks(columns: Mapping[str, Column], rows: int) -> Iterator[str]:
    """The rows in PostgreSQL's COPY text format, some thousands at a time."""
    for start in range(0, rows, BLOCK):
        count = min(BLOCK, rows - start)
        texts: list[Iterable[str]] = [
            _copy_texts(column[start : start + count])  # type: ignore[index]  # is_list has told
            if is_list(column)
            else repeat(_copy_text(column), count)
            for column in columns.values()
        ]
        yield "\n".join(map("\t".join, zip(*texts, strict=True))) + "\n"


def _copy_texts(values: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, values))
    if kinds.issubset(PLAIN):
        return map(str, values)
    if kinds == {str}:
        joined = "".join(values)
        clean = not any(mark in joined for mark in "\\\t\n\r")
        return values if clean else [value.translate(ESCAPES) for value in values]
    known: dict[Any, str] = {}  # days and kinds repeat; converting each once is half the work
    if dict not in kinds and list not in kinds:
        known = {value: _copy_text(value) for value in set(values)}
        return [known[value] for value in values]
    return map(_copy_text, values)


def _copy_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, (dict, list)):
        return json.dumps(value).translate(ESCAPES)
    return str(value)


def _for_sqlite(column: Column) -> Iterable[Any]:
    """As Django's own backend stores it, so that both ways of writing compare equal."""
    if not is_list(column):
        return repeat(_sqlite_value(column))
    values: Sequence[Any] = column  # type: ignore[assignment]  # is_list has told
    kinds = set(map(type, values))
    if kinds.isdisjoint(CONVERTED):
        return values
    if kinds == {Decimal}:
        return map(str, values)
    if kinds <= {datetime, NoneType}:  # instants repeat, and converting one takes long
        known = {value: _sqlite_value(value) for value in set(values)}
        return map(known.__getitem__, values)
    return map(_sqlite_value, values)


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return str(value) if isinstance(value, Decimal) else value


def add_rows(
    connection: BaseDatabaseWrapper, model: type[Model], columns: dict[str, Column], rows: int
) -> None:
    """New rows of a model; fields not brought have their defaults. No signals, no `save`."""
    defaults: dict[str, Column] = {
        name: default for name, default in _defaults(model).items() if name not in columns
    }
    fill(connection, model._meta.db_table, columns | defaults, rows)


def _defaults(model: type[Model]) -> dict[str, Any]:
    """Column → default of every field that may not be null and has no value of the database's."""
    found = {}
    for field in model._meta.concrete_fields:
        if not field.primary_key and not field.null:
            default = field.get_default()
            found[field.column] = (
                json.dumps(default) if isinstance(default, list | dict) else default
            )
    return found
