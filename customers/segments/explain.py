"""Why one customer is in or out: each condition true or false, with the value that was found."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer
from customers.segments import left_out, words
from customers.segments.behaviour import happenings
from customers.segments.compile import Compiling
from customers.segments.fields import Moment, Reader, Span
from customers.segments.rule import Behaviour, Condition, Group, Node, Not, leaves

SHOWN = 5  # values of a field with many


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition or group: what it asks, whether it holds, what was found."""

    words: str
    holds: bool
    value: str = ""  # "" for a group
    how: str = ""  # "all", "any" or "not" for a group
    members: list["Finding"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether the customer is in, and why. `is_withheld`: they are left out, whatever the rule
    says of them (customers.segments.left_out)."""

    is_in: bool
    is_withheld: bool
    finding: Finding | None


def explain(
    rule: Group, customer: int, among: QuerySet[Customer], *, moment: Moment, reader: Reader
) -> Explanation | None:
    """None when the customer is not among these."""
    explaining = Explaining(rule, customer, moment, reader)
    row = explaining.row(among)
    if row is None:
        return None
    if row["withheld"]:
        return Explanation(is_in=False, is_withheld=True, finding=None)
    finding = explaining.finding(rule, row)
    return Explanation(finding.holds, False, finding)


class Explaining:
    """The same conditions as the statement's, asked one by one about one customer."""

    def __init__(self, rule: Group, customer: int, moment: Moment, reader: Reader) -> None:
        self.moment, self.reader, self.customer = moment, reader, customer
        self.leaves = leaves(rule)
        self.left_out = left_out.sets(rule, reader)

    def row(self, among: QuerySet[Customer]) -> dict[str, Any] | None:
        """Every truth and every value, in one row."""
        compiling = Compiling(self.moment, Span.of(self.customer))
        asked: dict[str, Any] = {"withheld": _truth(_any(self.left_out))}
        for at, leaf in enumerate(self.leaves):
            asked[f"holds_{at}"] = _truth(compiling.q(leaf))
            asked |= {f"{name}_{at}": value for name, value in self._values(leaf).items()}
        rows = among.filter(pk=self.customer).annotate(**compiling.aliases).annotate(**asked)
        return rows.values(*asked).first()

    def _values(self, leaf: Condition | Behaviour) -> dict[str, Any]:
        if isinstance(leaf, Behaviour):
            found = happenings(leaf, self.moment, Span.of(self.customer))
            found = found.filter(customer=OuterRef("pk")).values("customer_id")
            measures = {"n": Count("*"), "sum": Sum("amount"), "last": Max("occurred_on")}
            return {
                name: Subquery(found.annotate(measured=measure).values("measured"))
                for name, measure in measures.items()
            }
        if leaf.field.rows:
            return {}
        return {"value": leaf.field.value(self.moment) if leaf.field.value else F(leaf.field.path)}

    def finding(self, node: Node, row: dict[str, Any]) -> Finding:
        if isinstance(node, Group):
            members = [self.finding(one, row) for one in node.members]
            truths = [one.holds for one in members]
            holds = all(truths) if node.how == "all" else any(truths) or not truths
            said = _("All of these") if node.how == "all" else _("Any of these")
            return Finding(said, holds, how=node.how, members=members)
        if isinstance(node, Not):
            inner = self.finding(node.of, row)
            return Finding(_("Not this"), not inner.holds, how="not", members=[inner])
        at = next(n for n, leaf in enumerate(self.leaves) if leaf is node)
        return self._leaf(node, row, at)

    def _leaf(self, leaf: Condition | Behaviour, row: dict[str, Any], at: int) -> Finding:
        holds = bool(row[f"holds_{at}"])
        if isinstance(leaf, Behaviour):
            found = _happened(
                row[f"n_{at}"], row[f"sum_{at}"], row[f"last_{at}"], self.moment.currency
            )
            return Finding(words.of_behaviour(leaf), holds, found)
        value = self._many(leaf) if leaf.field.rows else row[f"value_{at}"]
        said = words.of_value(leaf.field, value, self.reader)
        return Finding(words.of_condition(leaf, self.reader), holds, said)

    def _many(self, leaf: Condition) -> Any:
        """The values of a field with many rows a customer; one look for each such condition."""
        assert leaf.field.rows is not None  # the caller asked
        rows = leaf.field.rows(self.moment).order_by().filter(**{leaf.field.owner: self.customer})
        if not leaf.field.path:
            return rows.exists()
        found = rows.values_list(leaf.field.path, flat=True).distinct()[:SHOWN]
        return [words.of_value(leaf.field, one, self.reader) for one in found]


def _truth(q: Q) -> Any:
    if not q:
        return Value(False, output_field=BooleanField())
    return Case(When(q, then=Value(True)), default=Value(False), output_field=BooleanField())


def _any(some: list[Q]) -> Q:
    found = Q()
    for one in some:
        found |= one
    return found


def _happened(n: int | None, together: Any, last: date | None, currency: str) -> str:
    if not n:
        return _("never")
    said = [ngettext("%d time", "%d times", n) % n]
    if together:
        said.append(_("%s together") % f"{float(together):,.2f} {currency}".strip())
    if last:
        said.append(_("last on %s") % words.date_format(last, "j F Y"))
    return ", ".join(said)
