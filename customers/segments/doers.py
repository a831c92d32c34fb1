"""Sets of customers who did something: at all, so many times, or for so much together."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from customers.models import Interaction

Statement = tuple[str, tuple[Any, ...]]  # with its values beside it
# Numbers of customers, by statements that have nobody in common; none where nobody can be meant.
Found = tuple[Statement, ...]


class Doers(Protocol):
    """Each as a set of customers."""

    def some(self) -> Found: ...

    def times(self, at_least: int, at_most: int | None = None) -> Found: ...

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Found: ...


class DoersSince(Doers, Protocol):
    """After the first or last of an event."""

    def none(self) -> Found:
        """Those with the event who did nothing of it since."""

    def with_event(self) -> Found: ...


def q_in(found: Found) -> Q:
    """Being in the set, as a condition on the customer. Not as one statement with UNION: of that
    the planner knows no numbers, and would look up each customer by itself."""
    meant = Q(pk__in=[])
    for each in found:
        meant |= Q(pk__in=RawSQL(*each))  # noqa: S611 (built by the ORM, here and in `tallied`)
    return meant


def sql_of(rows: QuerySet[Any]) -> Statement | None:
    """A statement of the ORM; None where it can find nothing."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(params)


def found_by(rows: QuerySet[Any]) -> Found:
    return (sql,) if (sql := sql_of(rows)) else ()


@dataclass(frozen=True, slots=True)
class Plain:
    """Those with such interactions."""

    rows: QuerySet[Interaction]

    def some(self) -> Found:
        return found_by(self.rows.values("customer_id"))

    def times(self, at_least: int, at_most: int | None = None) -> Found:
        return self._having(Count("*"), measured__gte=at_least, measured__lte=at_most)

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Found:
        return self._having(Sum("amount"), measured__gt=more_than, measured__lte=at_most)

    def _having(self, measure: Any, **limits: Any) -> Found:
        sets = self.rows.values("customer_id").annotate(measured=measure)
        asked = {name: limit for name, limit in limits.items() if limit is not None}
        return found_by(sets.filter(**asked).values("customer_id"))


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

    def some(self) -> Found:
        return self._set("")

    def times(self, at_least: int, at_most: int | None = None) -> Found:
        if at_most is None:
            return self._set(" GROUP BY 1 HAVING COUNT(*) >= %s", at_least)
        return self._set(" GROUP BY 1 HAVING COUNT(*) BETWEEN %s AND %s", at_least, at_most)

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Found:
        # As floating point, which either database compares with its own sum; what is asked for
        # lies half a cent from every sum there can be.
        having, limits = " GROUP BY 1 HAVING SUM(did.amount) > %s", [float(more_than)]
        if at_most is not None:
            having, limits = f"{having} AND SUM(did.amount) <= %s", [*limits, float(at_most)]
        return self._set(having, *limits)

    def none(self) -> Found:
        newest = self.rows.values("customer_id").annotate(newest=Max("occurred_at"))
        did = sql_of(newest.values("customer_id", "newest"))
        if did is None:
            return self.with_event()
        return self._joined(
            f"LEFT JOIN ({did[0]}) did ON did.customer_id = event.customer_id"
            " WHERE did.newest IS NULL OR did.newest <= event.edge",
            did[1],
        )

    def with_event(self) -> Found:
        return found_by(self.events.values("customer_id"))

    def _set(self, ending: str, *limits: Any) -> Found:
        did = sql_of(self.rows.values("customer_id", "occurred_at", "amount"))
        if did is None:
            return ()
        return self._joined(
            f"JOIN ({did[0]}) did ON did.customer_id = event.customer_id"
            f" WHERE did.occurred_at > event.edge{ending}",
            (*did[1], *limits),
        )

    def _joined(self, joined: str, params: tuple[Any, ...]) -> Found:
        which = Max if self.which == "last" else Min
        edges = self.events.values("customer_id").annotate(edge=which("occurred_at"))
        event = sql_of(edges.values("customer_id", "edge"))
        if event is None:
            return ()
        sql = f"SELECT event.customer_id FROM ({event[0]}) event {joined}"  # noqa: S608 (the ORM's)
        return ((sql, (*event[1], *params)),)
