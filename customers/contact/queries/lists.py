"""Lists about contact in pages forward and back, the newest first."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model, QuerySet

from relcrm.lib.rest.keyset import Order, whole
from relcrm.lib.windows import Part, Window, window

Row = TypeVar("Row", bound=Model)
NEWEST = Order((("pk", whole),), descending=True)


def window_of(rows: "QuerySet[Row]", asked: Mapping[str, str], *, size: int = 50) -> "Window[Row]":
    """The page that `after` or `before` of an address names."""
    part = Part(rows.order_by(), NEWEST)
    return window([part], after=asked.get("after", ""), before=asked.get("before", ""), size=size)
