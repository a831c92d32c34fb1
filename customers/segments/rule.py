"""A rule as values: groups of conditions about what somebody is and of what they did."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from customers.segments.fields import Field
from customers.segments.operators import Operator

VERSION = 1
DEEPEST = 5  # groups in groups; a form cannot show more
MOST = 60  # conditions; each is a look at a table


class Malformed(ValueError):
    """A rule that makes no sense; `errors` says where ("all.0.value") what would mend it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {words}" for place, words in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Condition:
    """What somebody is: a field compared with a value. `is_not` of the operator is the complement,
    so that people of whom nothing is known are among those who are not."""

    field: Field
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Where:
    """Which interactions count; within each filter any of its values will do."""

    kinds: tuple[str, ...] = ()  # none: anything at all
    categories: tuple[str, ...] = ()  # of the interaction, of its lines, or of their products
    products: tuple[str, ...] = ()  # article numbers
    channels: tuple[str, ...] = ()
    amount_at_least: Decimal | None = None  # of each single one
    amount_at_most: Decimal | None = None
    rating_at_least: int | None = None
    rating_at_most: int | None = None

    @property
    def is_kinds_alone(self) -> bool:
        """Whether nothing is asked of an interaction but what it is."""
        return self == Where(kinds=self.kinds)


@dataclass(frozen=True, slots=True)
class Period:
    """When: the last days up to the day we look, between two days, or after another event.

    `since` is that event, `which` of them counts: the first or the last one. Who has none is
    neither among those who did nor among those who did not.
    """

    last_days: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    since: Where | None = None
    which: str = "last"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What somebody did, or did not do: so many times, or for so much together."""

    did: bool
    where: Where
    measure: str = "times"  # or "sum", of amounts
    how: str = "at_least"  # or "at_most", "exactly"
    number: Decimal = Decimal(1)
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all must hold, or any."""

    how: str  # "all" or "any"
    members: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The complement of a condition or group."""

    of: "Node"


Node = Group | Not | Condition | Behaviour


def leaves(node: Node) -> list[Condition | Behaviour]:
    """Every condition, from left to right."""
    if isinstance(node, Group):
        return [leaf for member in node.members for leaf in leaves(member)]
    return leaves(node.of) if isinstance(node, Not) else [node]
