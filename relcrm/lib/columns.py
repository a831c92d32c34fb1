"""Query results as NumPy columns, and columns into tables, without a Python object per value."""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db.backends.base.base import BaseDatabaseWrapper
from numpy.typing import NDArray
from psycopg.sql import SQL, Composable, Composed, Literal

Column = NDArray[np.float64]
_NAN = "'NaN'::float8"
HEADER_BYTES, TRAILER_BYTES = 19, 2  # of PostgreSQL's binary COPY format


def read(
    connection: BaseDatabaseWrapper,
    sql: str,
    params: Sequence[Any],
    names: Sequence[str],
    packed: Mapping[str, int] | None = None,
) -> dict[str, NDArray[Any]]:
    """Run a SELECT whose columns are numbers; give each as float64, NULL as NaN.

    `packed` names columns of opaque bytes and their one length; NULL comes as zero bytes.

    On PostgreSQL the SELECT must give every number as float8; the rows then have one length
    and come through binary COPY as one buffer (about 20 times the speed of fetchall).
    """
    packed = packed or {}
    if connection.vendor == "postgresql":
        return _read_binary(connection, sql, params, names, packed)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
    return {
        name: np.array([each or b"" for each in values], dtype=f"V{packed[name]}")
        if name in packed
        else np.array(values, dtype=np.float64)
        for name, values in zip(names, found, strict=True)
    }


def _read_binary(
    connection: BaseDatabaseWrapper,
    sql: str,
    params: Sequence[Any],
    names: Sequence[str],
    packed: Mapping[str, int],
) -> dict[str, NDArray[Any]]:
    zeros = {name: f"'\\x{'00' * size}'::bytea" for name, size in packed.items()}
    fields = ", ".join(f"coalesce({name}, {zeros.get(name, _NAN)})" for name in names)
    with connection.cursor() as cursor:
        query = _bound(connection, sql, params)
        statement = f"COPY (SELECT {fields} FROM ({query}) AS t) TO STDOUT (FORMAT BINARY)"
        with cursor.copy(statement) as copy:
            data = b"".join(copy)
    row = [("fields", ">i2")]
    for name in names:
        kind = f"V{packed[name]}" if name in packed else ">f8"
        row += [(f"{name} length", ">i4"), (name, kind)]
    table = np.frombuffer(data[HEADER_BYTES : len(data) - TRAILER_BYTES], dtype=np.dtype(row))
    return {
        name: table[name].copy() if name in packed else table[name].astype(np.float64)
        for name in names
    }


def _bound(connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> str:
    """The statement with its parameters quoted in place: COPY takes none from the server side."""
    head, *tails = sql.split("%s")
    parts: list[Composable] = [SQL(head)]
    for value, tail in zip(params, tails, strict=True):
        parts += [Literal(value), SQL(tail)]
    return Composed(parts).as_string(connection.connection)


def copy_in(
    connection: BaseDatabaseWrapper, table: str, columns: Mapping[str, NDArray[Any]]
) -> None:
    """Binary COPY of equally long, fixed-width columns into a PostgreSQL table, in one piece.

    Integers must be int32 or int64 as the table has them, floats float64, bytes `S`/`V`.
    There is no NULL: the table's reader turns NaN or a sentinel into one.
    """
    size = len(next(iter(columns.values())))
    row: list[tuple[str, str]] = [("fields", ">i2")]
    for name, column in columns.items():
        row += [(f"{name} length", ">i4"), (name, column.dtype.newbyteorder(">").str)]
    packed = np.empty(size, dtype=np.dtype(row))
    packed["fields"] = len(columns)
    for name, column in columns.items():
        packed[f"{name} length"] = column.dtype.itemsize
        packed[name] = column
    header = b"PGCOPY\n\xff\r\n\0" + bytes(8)
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
        with cursor.copy(statement) as copy:
            copy.write(header)
            copy.write(packed.tobytes())
            copy.write(b"\xff\xff")
