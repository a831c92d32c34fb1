"""The same sets of customers from tallies: a row a customer and kind, instead of all they did.

An array in order says by one search in it (`width_bucket`) how many of its days are not after
another, and where among the sums. Of those whose tallies do not hold just now, the interactions
themselves are read. Why the two always agree: docs/decisions/segment-tallies.md.
"""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from customers.models import Interaction
from customers.segments.doers import Doers, DoersSince, Found, Statement
from customers.segments.fields import Moment, Span

Piece = Statement  # or a part of one

STALE = """SELECT customer FROM customers_tallymark
UNION SELECT id FROM customers_customer WHERE id > %s"""


def stale(rows: QuerySet[Interaction], moment: Moment) -> QuerySet[Interaction]:
    """Those of customers whom tallies do not hold for."""
    return rows.filter(customer_id__in=RawSQL(STALE, (moment.tallied_through,)))  # noqa: S611 (ours)


@dataclass(frozen=True, slots=True)
class Tallies:
    """That hold, of these kinds (none: all) and of the customers in a span."""

    moment: Moment
    kinds: tuple[str, ...]
    span: Span | None = None

    @property
    def is_single(self) -> bool:
        return len(self.kinds) == 1

    def where(self, name: str = "tally") -> Piece:
        wheres = [
            f"{name}.customer_id <= %s",
            f"{name}.customer_id NOT IN (SELECT customer FROM customers_tallymark)",
        ]
        params: list[Any] = [self.moment.tallied_through]
        if self.kinds:
            wheres.append(f"{name}.kind IN ({', '.join(['%s'] * len(self.kinds))})")
            params += self.kinds
        if self.span is not None:
            wheres.append(f"{name}.customer_id BETWEEN %s AND %s")
            params += [self.span.first, self.span.last]
        return " AND ".join(wheres), tuple(params)

    def grouped(self, column: Piece, how: str) -> Piece:
        """Each customer with this of their tallies, put together where there are several kinds."""
        where, values = self.where()
        told = column[0] if self.is_single else f"{how}({column[0]})"
        ending = "" if self.is_single else " GROUP BY tally.customer_id"
        return (
            f"SELECT tally.customer_id, {told} AS told FROM customers_tally tally"
            f" WHERE {where}{ending}",
            (*column[1], *values),
        )


def through(day: date, name: str = "tally") -> Piece:
    """How many lie on this day or before."""
    return f"width_bucket(%s::date, {name}.days)", (day,)


def cents(place: Piece, name: str = "tally") -> Piece:
    """What those up to this place came to."""
    return f"COALESCE({name}.cents[{place[0]}], 0)", place[1]


def less(first: Piece, second: Piece | None) -> Piece:
    return (f"{first[0]} - {second[0]}", (*first[1], *second[1])) if second else first


@dataclass(frozen=True, slots=True)
class Tallied:
    """Those with interactions of some kinds after one day and not after another."""

    tallies: Tallies
    after: date | None
    last: date
    live: Doers  # of those whose tallies do not hold

    def some(self) -> Found:
        return (self._set(self._number(), (">=", 1)), *self.live.some())

    def times(self, at_least: int, at_most: int | None = None) -> Found:
        limits = [(">=", at_least), ("<=", at_most)]
        return (self._set(self._number(), *limits), *self.live.times(at_least, at_most))

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Found:
        before = cents(through(self.after)) if self.after else None
        limits = _in_cents(more_than, at_most)
        held = self._set(less(cents(through(self.last)), before), *limits)
        return (held, *self.live.together(more_than, at_most))

    def _number(self) -> Piece:
        return less(through(self.last), through(self.after) if self.after else None)

    def _set(self, measure: Piece, *limits: tuple[str, Any]) -> Piece:
        sql, params = self.tallies.grouped(measure, "SUM")
        return _limited(f"SELECT customer_id FROM ({sql}) tallied", params, limits)


@dataclass(frozen=True, slots=True)
class TalliedSince:
    """Those with interactions of some kinds after the first or last of others."""

    tallies: Tallies
    events: Tallies
    which: str  # "first" or "last"
    live: DoersSince

    def some(self) -> Found:
        return self._set(self._number(), [(">=", 1)], self.live.some())

    def times(self, at_least: int, at_most: int | None = None) -> Found:
        limits = [(">=", at_least), ("<=", at_most)]
        return self._set(self._number(), limits, self.live.times(at_least, at_most))

    def together(self, more_than: Decimal, at_most: Decimal | None = None) -> Found:
        measure = less(cents(through(self._day, "did"), "did"), cents(self._edge, "did"))
        limits = _in_cents(more_than, at_most)
        return self._set(measure, limits, self.live.together(more_than, at_most))

    def none(self) -> Found:
        newest = f"tally.instants[{through(self._day)[0]}]", (self._day,)
        did, did_params = self.tallies.grouped(newest, "MAX")
        event, event_params = self._events()
        held = (
            f"SELECT event.customer_id FROM ({event}) event LEFT JOIN ({did}) did"
            " ON did.customer_id = event.customer_id WHERE event.told IS NOT NULL"
            " AND (did.told IS NULL OR did.told <= event.told)"
        )
        return ((held, (*event_params, *did_params)), *self.live.none())

    def with_event(self) -> Found:
        sql, params = self._events()
        held = f"SELECT customer_id FROM ({sql}) event WHERE told IS NOT NULL"
        return ((held, params), *self.live.with_event())

    @property
    def _day(self) -> date:
        return self.tallies.moment.as_of

    @property
    def _edge(self) -> Piece:
        return "width_bucket(event.told, did.instants)", ()

    def _number(self) -> Piece:
        return less(through(self._day, "did"), self._edge)

    def _events(self) -> Piece:
        """The instant of each customer's event; unknown where it comes after the day we look."""
        if self.which == "last":
            return self.events.grouped(
                (f"tally.instants[{through(self._day)[0]}]", (self._day,)), "MAX"
            )
        first = "CASE WHEN tally.days[1] <= %s THEN tally.instants[1] END", (self._day,)
        return self.events.grouped(first, "MIN")

    def _set(self, measure: Piece, limits: Sequence[tuple[str, Any]], live: Found) -> Found:
        event, event_params = self._events()
        where, values = self.tallies.where("did")
        # Before the day we look there may be less than up to the event.
        told, ending = f"GREATEST({measure[0]}, 0)", ""
        if not self.tallies.is_single:
            told, ending = f"SUM({told})", " GROUP BY event.customer_id"
        sql = (
            f"SELECT event.customer_id, {told} AS told"
            f" FROM ({event}) event JOIN customers_tally did"
            " ON did.customer_id = event.customer_id"
            f" WHERE event.told IS NOT NULL AND {where}{ending}"
        )
        params = (*measure[1], *event_params, *values)
        held = _limited(f"SELECT customer_id FROM ({sql}) since", params, limits)
        return (held, *live)


def _in_cents(more_than: Decimal, at_most: Decimal | None) -> list[tuple[str, Any]]:
    return [(">", more_than * 100), ("<=", None if at_most is None else at_most * 100)]


def _limited(sql: str, params: tuple[Any, ...], limits: Sequence[tuple[str, Any]]) -> Piece:
    asked = [(sign, limit) for sign, limit in limits if limit is not None]
    wheres = " AND ".join(f"told {sign} %s" for sign, _limit in asked)
    return f"{sql} WHERE {wheres}", (*params, *(limit for _sign, limit in asked))
