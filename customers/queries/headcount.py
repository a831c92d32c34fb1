"""How many customers a rule means, exactly, by one statement over everybody.

On PostgreSQL a statement that reads far back is cut into spans of customers, which several
processes of the database take one after the other: each span is read in the order of customers from
`interaction_timeline` and needs little memory. What reads only some days is counted in one go, as
each span would read those days again. The database's own estimates decide.
"""

# ruff: noqa: S608 (names in statements are our own; values go as parameters)
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet

from customers.models import Customer
from customers.segments.fields import Span

MEMORY = "128MB"  # for one set of customers, so that it is hashed
PARTS = 6  # spans: two for each of the three processes that PostgreSQL gives unless told otherwise
LITTLE = 60_000.0  # as the planner reckons; below it no other plan is worth a thought
# A set out of the order of customers misses the caches at each row, which the planner does not
# reckon: three purchases within a year took 16 s so, and 5.4 s in spans, though spans were to cost
# a fifth more.
DEARER = 1.5
FEW = 20_000  # customers; their segments need no plan at all
Counting = Callable[[Span | None], QuerySet[Customer]]  # those meant, within a span
Statement = tuple[str, tuple[Any, ...]]


def number(customers: QuerySet[Customer]) -> int:
    """How many they are."""
    with room(processes=False):
        return customers.order_by().count()


def headcount(meant: Counting, *, few: int = FEW, little: float = LITTLE) -> int:
    """How many are meant."""
    everybody = wide(few)
    if everybody is None:
        return number(meant(None))
    try:
        whole = statement([meant(None)])
        with room(processes=False) as cursor:
            cost = reckoned(cursor, whole)
            if cost <= little:
                return asked(cursor, whole)
        parts = statement([meant(span) for span in spans(everybody.first, everybody.last)])
        with room() as cursor:
            if reckoned(cursor, parts) < cost * DEARER:
                return asked(cursor, parts)
        with room(processes=False) as cursor:
            return asked(cursor, whole)
    except EmptyResultSet:
        return 0


def wide(few: int = FEW) -> Span | None:
    """Every number there is, where they are worth a plan; else nothing."""
    if connection.vendor != "postgresql":
        return None
    ends = Customer.objects.aggregate(first=Min("pk"), last=Max("pk"))
    first, last = ends["first"] or 0, ends["last"] or 0
    return Span(first, last) if last - first >= few else None


def spans(first: int, last: int) -> list[Span]:
    """Every number from first to last, in parts of the same width."""
    width = (last - first) // PARTS + 1
    return [Span(start, min(start + width - 1, last)) for start in range(first, last + 1, width)]


def statement(parts: list[QuerySet[Customer]]) -> Statement:
    """That adds up how many are in each of them. Raises EmptyResultSet."""
    counted, params = [], []
    for part in parts:
        sql, bound = part.order_by().values("pk").query.sql_with_params()
        counted.append(f"SELECT COUNT(*) AS n FROM ({sql}) AS part")
        params += bound
    return f"SELECT SUM(n) FROM ({' UNION ALL '.join(counted)}) AS parts", tuple(params)


def asked(cursor: Any, statement: Statement) -> int:
    cursor.execute(*statement)
    [found] = cursor.fetchone()
    return int(found)


def reckoned(cursor: Any, statement: Statement) -> float:
    """What the planner says a statement costs, in its own unit."""
    sql, params = statement
    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
    [plan] = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return float(plan[0]["Plan"]["Total Cost"])


@contextmanager
def room(processes: bool = True, patience_ms: int | None = None) -> Iterator[Any]:
    """Memory for sets of customers, and no time lost in compiling. One process alone where each of
    several would make the whole of a set. With little patience the database gives up after it."""
    if connection.vendor != "postgresql":
        yield None
        return
    # An index is read from memory or from a disk without arms, in its own order.
    settings = {"work_mem": MEMORY, "jit": "off", "parallel_setup_cost": "100",
                "random_page_cost": "1.1"}  # fmt: skip
    if processes:  # a whole span for each, none divided again
        settings |= {"min_parallel_table_scan_size": "4TB", "min_parallel_index_scan_size": "4TB"}
    else:
        settings["max_parallel_workers_per_gather"] = "0"
    if patience_ms is not None:
        settings["statement_timeout"] = str(patience_ms)
    with transaction.atomic(), connection.cursor() as cursor:
        before = {name: _shown(cursor, name) for name in settings}
        _set(cursor, settings)
        yield cursor
        _set(cursor, before)


def _shown(cursor: Any, name: str) -> str:
    cursor.execute("SELECT current_setting(%s)", [name])
    [value] = cursor.fetchone()
    return str(value)


def _set(cursor: Any, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
