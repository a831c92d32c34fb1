"""Pages over tables of millions: nothing is counted to the end, and no page lies deep."""

from django.core.paginator import Paginator
from django.db import connection
from django.utils.functional import cached_property

DEEPEST = 10_000  # rows; who looks for an older one searches


class ShallowPaginator(Paginator):
    """Pages through the first rows; counts them at most, and estimates the rest."""

    template_name = "admin/shallow_pagination.html"

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:DEEPEST].count()

    @property
    def is_cut(self) -> bool:
        return self.count == DEEPEST

    @cached_property
    def about(self) -> int | None:
        """How many rows the whole table has, as the database last reckoned; None: not known."""
        if not self.is_cut or self.object_list.query.where or connection.vendor != "postgresql":
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                [self.object_list.model._meta.db_table],
            )
            known = cursor.fetchone()[0]
        return known if known > DEEPEST else None
