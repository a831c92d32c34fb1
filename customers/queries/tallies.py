"""Whether segments may be counted from tallies: where those of nearly everybody hold."""

from dataclasses import replace

from django.db import connection

from customers.queries.headcount import FEW
from customers.segments.fields import Moment
from customers.segments.rule import Behaviour, Condition, Node, leaves

# Each customer whose tallies do not hold costs as much as fifty others: their interactions are
# read. With more of them, as after a large import, everybody's are read in one go.
MOST_STALE = 20_000
STATE = """SELECT through, (SELECT COUNT(*) FROM (SELECT FROM customers_tallymark LIMIT %s) marks),
(SELECT MAX(id) FROM customers_customer) FROM customers_tallying ORDER BY id LIMIT 1"""


def with_tallies(moment: Moment, rule: Node, *, few: int = FEW) -> Moment:
    """The moment as it is, or with the customers of whom there are tallies."""
    if connection.vendor != "postgresql" or not any(_can_use(leaf) for leaf in leaves(rule)):
        return moment
    with connection.cursor() as cursor:
        cursor.execute(STATE, [MOST_STALE])
        state = cursor.fetchone()
    through, marks, last = state or (0, 0, 0)
    stale = marks + max(0, (last or 0) - through)
    return replace(moment, tallied_through=through) if through > few and stale < MOST_STALE else (
        moment
    )  # fmt: skip


def _can_use(leaf: Condition | Behaviour) -> bool:
    return isinstance(leaf, Behaviour) or leaf.field.at_large is not None
