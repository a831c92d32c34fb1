"""A column that holds an array of plain values, for statements that read it by themselves."""

from typing import Any

from django.db import models


class Packed(models.Field):  # type: ignore[misc]  # Django says nothing of its types
    """An array of this type on PostgreSQL. SQLite has none: there it stays empty."""

    def __init__(self, of: str = "", **more: Any) -> None:
        self.of = of
        super().__init__(**more)

    def db_type(self, connection: Any) -> str:
        return f"{self.of}[]" if connection.vendor == "postgresql" else "text"

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, more = super().deconstruct()
        return name, path, args, more | {"of": self.of}
