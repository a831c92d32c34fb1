"""A rule as one statement over customers; every value of the rule is a bound parameter."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from customers.models import Customer
from customers.segments import behaviour, left_out
from customers.segments.fields import Kind, Moment, Reader, Span
from customers.segments.rule import Behaviour, Condition, Group, Node, Not


def matching(
    rule: Node,
    among: QuerySet[Customer],
    *,
    moment: Moment,
    reader: Reader,
    span: Span | None = None,
) -> QuerySet[Customer]:
    """Those among these customers whom the rule means, without those who are left out of it; with
    a span, of the customers in it alone."""
    compiling = Compiling(moment, span)
    meant = compiling.q(rule)
    for others in left_out.sets(rule, reader):
        meant &= ~others
    within = among if span is None else among.filter(span.q("pk"))
    return within.alias(**compiling.aliases).filter(meant)


class Compiling:
    """Conditions on the way to one statement, with the expressions they need beside it."""

    def __init__(self, moment: Moment, span: Span | None = None) -> None:
        self.moment, self.span = moment, span
        self.aliases: dict[str, Any] = {}
        self._apart = 0  # inside how many "any" and "not"

    def q(self, node: Node) -> Q:
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, Not):
            with self._set_apart():
                return ~self.q(node.of)
        if isinstance(node, Behaviour):
            return behaviour.q_of(node, self.moment, self.span)
        return self._condition(node)

    def _group(self, group: Group) -> Q:
        """An empty group means everybody: nothing was asked yet."""
        found = Q()
        if group.how == "all":
            for member in group.members:
                found &= self.q(member)
        else:
            with self._set_apart():
                for member in group.members:
                    found |= self.q(member)
        return found or behaviour.EVERYONE

    @contextmanager
    def _set_apart(self) -> Iterator[None]:
        self._apart += 1
        yield
        self._apart -= 1

    def _condition(self, asked: Condition) -> Q:
        found = self._rows(asked) if asked.field.rows else self._at_large(asked)
        return ~found if asked.operator.is_not else found

    def _at_large(self, asked: Condition) -> Q:
        """Of many customers at once, where that is another question than of each."""
        field, span = asked.field, self.span
        is_wide = span is not None and not span.is_small
        if field.at_large and (span is None or is_wide):
            return field.at_large(
                lambda column: asked.operator.holds(column, asked.value, self.moment),
                self.moment, span,
            )  # fmt: skip
        if self._apart and is_wide and "__" in field.path:
            # Joined, a side of an "any" that not everybody has would be read whole for each span.
            some = Customer.objects.order_by().filter(span.q("pk"), self._single(asked))
            return Q(pk__in=some.values("pk"))
        return self._single(asked)

    def _single(self, asked: Condition) -> Q:
        column = self._column(asked)
        found = asked.operator.holds(column, asked.value, self.moment)
        if column == asked.field.path:
            return found
        # Of an expression nothing must be unknown, or its complement would miss people.
        return Q(**{f"{column}__isnull": False}) & found

    def _column(self, asked: Condition) -> str:
        """The path itself, or an alias for what has to be worked out."""
        field = asked.field
        if field.value is None and field.kind != Kind.LIST:
            return field.path
        name = f"asked_{len(self.aliases)}"
        self.aliases[name] = (
            field.value(self.moment) if field.value else Cast(field.path, TextField())
        )
        return name

    def _rows(self, asked: Condition) -> Q:
        field = asked.field
        assert field.rows is not None  # the caller asked
        rows = field.rows(self.moment).order_by()
        if self.span is not None:
            rows = rows.filter(self.span.q(field.owner))
        if not field.path:
            found = Q(pk__in=rows.values(field.owner))
            return found if asked.value in (True, None) else ~found
        meant = asked.operator.holds(field.path, asked.value, self.moment)
        return Q(pk__in=rows.filter(meant).values(field.owner))
