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

    def times(self, at_least: int) -> Q: ...

    def together(self, more_than: Decimal) -> Q: ...


@dataclass(frozen=True, slots=True)
class Plain:
    """Those with such interactions."""

    rows: QuerySet[Interaction]

    def some(self) -> Q:
        return Q(pk__in=self.rows.values("customer_id"))

    def times(self, at_least: int) -> Q:
        return self._having(Count("*"), measured__gte=at_least)

    def together(self, more_than: Decimal) -> Q:
        return self._having(Sum("amount"), measured__gt=more_than)

    def _having(self, measure: Any, **limit: Any) -> Q:
        sets = self.rows.values("customer_id").annotate(measured=measure)
        return Q(pk__in=sets.filter(**limit).values("customer_id"))


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

    def times(self, at_least: int) -> Q:
        return self._set(" GROUP BY 1 HAVING COUNT(*) >= %s", at_least)

    def together(self, more_than: Decimal) -> Q:
        # As floating point, which either database compares with its own sum; what is asked for
        # lies half a cent from every sum there can be.
        return self._set(" GROUP BY 1 HAVING SUM(did.amount) > %s", float(more_than))

    def _set(self, ending: str, *limit: Any) -> Q:
        which = Max if self.which == "last" else Min
        edges = self.events.values("customer_id").annotate(edge=which("occurred_at"))
        try:
            did, did_params = self.rows.values(
                "customer_id", "occurred_at", "amount"
            ).query.sql_with_params()
            event, event_params = edges.values("customer_id", "edge").query.sql_with_params()
        except EmptyResultSet:
            return Q(pk__in=[])
        joined = (
            f"SELECT did.customer_id FROM ({did}) did"  # noqa: S608 (the ORM's own statements)
            f" JOIN ({event}) event ON event.customer_id = did.customer_id"
            f" WHERE did.occurred_at > event.edge{ending}"
        )
        return Q(pk__in=RawSQL(joined, (*did_params, *event_params, *limit)))  # noqa: S611
