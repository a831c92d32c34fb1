"""`field__among=[…]`: one of many values, by one statement however many they are.

`__in` makes a parameter of each value, of which a database takes so many at a time; here all of
them are one: an array for PostgreSQL, a JSON text for SQLite.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Lookup


@Field.register_lookup
class Among(Lookup):
    """Texts and whole numbers, as columns hold them."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[str | int]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        sql = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 (the column's name)
        return sql, [*params, json.dumps(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self.rhs]
