"""How many customers a rule means, at first: exactly where that is quick, else about.

About is counted over a share of the customers, in small spans of their numbers spread over all, and
is never kept: who shows it says "about", and counts exactly next. Always the same customers are
drawn, so that a number moves only when something did.
"""

import re
from random import Random
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError

from customers.engine.shares import About, Ends, about, drawn
from customers.queries.headcount import (
    FEW,
    Counting,
    Statement,
    asked,
    number,
    reckoned,
    room,
    wide,
)
from customers.queries.headcount import statement as counting
from customers.segments.fields import Span

QUICK = 80_000.0  # as the planner reckons: a second and a half at most
QUICK_TALLIED = 170_000.0  # from tallies: the planner reckons a row of them dearer than it is
PATIENCE_MS = 1_200  # where it reckoned wrongly; the share that follows takes a third of a second
PARTS = 500
LARGEST = 1 / 16  # of all customers
WORTH = 25_000.0  # as the planner reckons, of work for the share; a third of a second
DRAW = 7
STEADY = 2**16  # customers more, before the stretches that pages are made of move
# No customer has these numbers: they stand for the ends of a span, until the statement reads them
# from the list of spans.
FIRST, LAST = 7_403_051_882_113_001, 7_403_051_882_113_002


def at_first(meant: Counting, *, few: int = FEW, quick: float = QUICK) -> int | About:
    """How many are meant, within a second or two."""
    everybody = wide(few)
    if everybody is None:
        return number(meant(None))
    try:
        whole = counting([meant(None)])
        with room(processes=False) as cursor:
            cost = reckoned(cursor, whole)
        found = _in_time(whole) if cost <= quick else None
        return _about(meant, everybody, cost) if found is None else found
    except EmptyResultSet:
        return 0


def stretches(*, few: int = FEW) -> list[Span]:
    """All customers, the newest first, in stretches that grow: whom many rules mean is found in the
    first, without looking at everybody. None where there are few."""
    everybody = wide(few)
    if everybody is None:
        return []
    top = -(-everybody.last // STEADY) * STEADY
    among = top - everybody.first + 1
    cuts = [top, top - among // 256, top - among // 16, everybody.first - 1]
    return [Span(low + 1, high) for high, low in zip(cuts, cuts[1:], strict=False)]


def _in_time(whole: Statement) -> int | None:
    try:
        with room(processes=False, patience_ms=PATIENCE_MS) as cursor:
            return asked(cursor, whole)
    except OperationalError as stopped:
        if getattr(stopped.__cause__, "sqlstate", "") != "57014":  # given up
            raise
        return None


def _about(meant: Counting, everybody: Span, cost: float) -> About:
    share = min(LARGEST, WORTH / cost)
    among = everybody.last - everybody.first + 1
    parts = min(PARTS, among)
    sample = drawn(everybody.first, everybody.last, parts=parts, share=share, rng=Random(DRAW))
    with room(processes=False) as cursor:
        cursor.execute(*_over(sample, meant))
        return about([found for _first, found in cursor.fetchall()], sample, among)


def _over(sample: list[Ends], meant: Counting) -> Statement:
    """One plan for all spans: how many in each, in their order."""
    those = meant(Span(FIRST, LAST, is_small=True)).order_by().values("pk")
    sql, params = those.query.sql_with_params()
    bound, left = [], iter(params)

    def place(found: re.Match[str]) -> str:
        value: Any = None if found[0] == "%%" else next(left)
        if isinstance(value, int) and value in (FIRST, LAST):
            return "part.first" if value == FIRST else "part.last"
        if found[0] != "%%":
            bound.append(value)
        return found[0]

    each = re.sub("%%|%s", place, sql)
    ends = [first for first, _last in sample], [last for _first, last in sample]
    return (
        "SELECT part.first, counted.n"  # noqa: S608 (the ORM's own)
        " FROM unnest(%s::bigint[], %s::bigint[]) AS part(first, last)"
        f" CROSS JOIN LATERAL (SELECT COUNT(*) AS n FROM ({each}) AS those) AS counted ORDER BY 1",
        (*ends, *bound),
    )
