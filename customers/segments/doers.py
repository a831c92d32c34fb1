"""Sets of customers who did something: at all, so many times, or for so much together."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from customers.models import Interaction


class Doers(Protocol):
    """Each as a condition on the customer."""

    def some(self) -> Q: ...

    def times(self, at_least: int, at_most: int | None = None) -> Q: ...

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Q: ...


@dataclass(frozen=True, slots=True)
class Plain:
    """Those with such interactions."""

    rows: QuerySet[Interaction]

    def some(self) -> Q:
        return Q(pk__in=self.rows.values("customer_id"))

    def times(self, at_least: int, at_most: int | None = None) -> Q:
        return self._having(Count("*"), measured__gte=at_least, measured__lte=at_most)

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Q:
        return self._having(Sum("amount"), measured__gt=more_than, measured__lte=at_most)

    def _having(self, measure: Any, **limits: Any) -> Q:
        sets = self.rows.values("customer_id").annotate(measured=measure)
        asked = {name: limit for name, limit in limits.items() if limit is not None}
        return Q(pk__in=sets.filter(**asked).values("customer_id"))


@dataclass(frozen=True, slots=True)
class Since:
    """Those with such interactions after the first or last of their events.

    Joined, as both come from the index in the order of customers; asked for each interaction by
    itself, a million customers would take minutes. The ORM joins no two such sets, so that the
    statement around its two is written here.
    """

    rows: QuerySet[Interaction]
    events: QuerySet[Interaction]
    which: str  # "first" or "last"

    def some(self) -> Q:
        return self._set("")

    def times(self, at_least: int, at_most: int | None = None) -> Q:
        if at_most is None:
            return self._set(" GROUP BY 1 HAVING COUNT(*) >= %s", at_least)
        return self._set(" GROUP BY 1 HAVING COUNT(*) BETWEEN %s AND %s", at_least, at_most)

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Q:
        # As floating point, which either database compares with its own sum; what is asked for
        # lies half a cent from every sum there can be.
        having, limits = " GROUP BY 1 HAVING SUM(did.amount) > %s", [float(more_than)]
        if at_most is not None:
            having, limits = f"{having} AND SUM(did.amount) <= %s", [*limits, float(at_most)]
        return self._set(having, *limits)

    def none(self) -> Q:
        """Those with the event who did nothing of it since."""
        newest = self.rows.values("customer_id").annotate(newest=Max("occurred_at"))
        try:
            did, did_params = _sql(newest.values("customer_id", "newest"))
        except EmptyResultSet:
            return Q(pk__in=self.events.values("customer_id"))
        return self._joined(
            f"LEFT JOIN ({did}) did ON did.customer_id = event.customer_id"
            " WHERE did.newest IS NULL OR did.newest <= event.edge",
            did_params,
        )

    def _set(self, ending: str, *limits: Any) -> Q:
        try:
            did, did_params = _sql(self.rows.values("customer_id", "occurred_at", "amount"))
        except EmptyResultSet:
            return Q(pk__in=[])
        return self._joined(
            f"JOIN ({did}) did ON did.customer_id = event.customer_id"
            f" WHERE did.occurred_at > event.edge{ending}",
            (*did_params, *limits),
        )

    def _joined(self, joined: str, params: tuple[Any, ...]) -> Q:
        which = Max if self.which == "last" else Min
        edges = self.events.values("customer_id").annotate(edge=which("occurred_at"))
        try:
            event, event_params = _sql(edges.values("customer_id", "edge"))
        except EmptyResultSet:
            return Q(pk__in=[])
        sql = f"SELECT event.customer_id FROM ({event}) event {joined}"  # noqa: S608 (the ORM's)
        return Q(pk__in=RawSQL(sql, (*event_params, *params)))  # noqa: S611 (built by the ORM)


def _sql(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """A statement of the ORM with its values beside it. Raises EmptyResultSet."""
    sql, params = rows.query.sql_with_params()
    return sql, tuple(params)
