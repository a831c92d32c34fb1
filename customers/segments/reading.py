"""Reading a rule from JSON: every mistake is named with its place and what would mend it."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Kind as Happening
from customers.models.interaction import Channel
from customers.segments.fields import Reader, fields_for
from customers.segments.operators import OPERATORS
from customers.segments.rule import (
    DEEPEST,
    MOST,
    VERSION,
    Behaviour,
    Condition,
    Group,
    Malformed,
    Node,
    Not,
    Period,
    Where,
    leaves,
)
from customers.segments.values import Values, at

Document = dict[str, Any]


def read(document: Any, *, reader: Reader) -> Group:
    """The rule a JSON document means for this person; raises Malformed.

    What they may not ask about does not exist for them.
    """
    reading = Reading(reader)
    rule = reading.root(document)
    if reading.errors or not isinstance(rule, Group):
        raise Malformed(reading.errors or {"rule": _("Begin with “all” or “any”.")})
    if len(leaves(rule)) > MOST:
        raise Malformed({"rule": _("Ask at most %d things.") % MOST})
    return rule


class Reading:
    """One document being read; mistakes are collected, and what is wrong is left out."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.fields = fields_for(reader)
        self.errors: dict[str, str] = {}

    def wrong(self, place: str, words: str) -> None:
        self.errors.setdefault(place or "rule", words)

    def root(self, document: Any) -> Node | None:
        if not isinstance(document, dict):
            return self.wrong("rule", _("Send an object with “version” and “all” or “any”."))
        if document.get("version") != VERSION:
            self.wrong("version", _("Write %d.") % VERSION)
        rest = {name: value for name, value in document.items() if name != "version"}
        if len(rest) != 1 or not rest.keys() & {"all", "any"}:
            return self.wrong("rule", _("Begin with “all” or “any”, one of them."))
        return self.node(rest, "", DEEPEST)

    def node(self, given: Any, place: str, deep: int) -> Node | None:
        if not isinstance(given, dict):
            return self.wrong(place, _("Send an object."))
        for name in ("all", "any"):
            if name in given:
                return self.group(given, name, place, deep)
        if "not" in given:
            self.only(given, {"not"}, place)
            if deep <= 0:
                return self.wrong(place, _("Groups go at most %d deep.") % DEEPEST)
            inner = self.node(given["not"], at(place, "not"), deep - 1)
            return Not(inner) if inner else None
        if "field" in given:
            return self.condition(given, place)
        if "did" in given:
            return self.behaviour(given, place)
        return self.wrong(place, _("Send “all”, “any”, “not”, “field” or “did”."))

    def group(self, given: Document, how: str, place: str, deep: int) -> Node | None:
        self.only(given, {how}, place)
        place = at(place, how)
        if deep <= 0:
            return self.wrong(place, _("Groups go at most %d deep.") % DEEPEST)
        members = given[how]
        if not isinstance(members, list) or len(members) > MOST:
            return self.wrong(place, _("Send a list of at most %d conditions.") % MOST)
        found = [self.node(one, at(place, n), deep - 1) for n, one in enumerate(members)]
        return Group(how, tuple(one for one in found if one))

    def condition(self, given: Document, place: str) -> Condition | None:
        self.only(given, {"field", "operator", "value"}, place)
        key, name = given["field"], given.get("operator")
        field = self.fields.get(key) if isinstance(key, str) else None
        if field is None:
            return self.wrong(at(place, "field"), _("There is no such field."))
        operators = OPERATORS[field.kind]
        operator = operators.get(name) if isinstance(name, str) else None
        if operator is None:
            words = _("Choose one of %s.") % ", ".join(operators)
            return self.wrong(at(place, "operator"), words)
        values = Values(self, field, at(place, "value"))
        value = values.read(operator.shape, given.get("value"))
        return None if value is None and operator.shape != "nothing" else (
            Condition(field, operator, value)
        )  # fmt: skip

    def behaviour(self, given: Document, place: str) -> Behaviour | None:
        self.only(given, {"did", "kinds", "where", "times", "sum", "within"}, place)
        before = len(self.errors)
        if not isinstance(given["did"], bool):
            self.wrong(at(place, "did"), _("Write true or false."))
        where = self.where(given, place)
        measure, how, number = self.measure(given, place)
        period = self.period(given.get("within", {}), at(place, "within"))
        if len(self.errors) > before:
            return None
        return Behaviour(given["did"], where, measure, how, number, period)

    def where(self, given: Document, place: str) -> Where:
        """Kinds stand beside “where”, in a behaviour as in what it is since."""
        values = Values(self, None, "")
        kinds = values.some_of(given.get("kinds", []), self.kinds, at(place, "kinds"))
        found, place = given.get("where", {}), at(place, "where")
        if not isinstance(found, dict):
            self.wrong(place, _("Send an object."))
            return Where()
        texts = ("categories", "products")
        amounts = ("amount_at_least", "amount_at_most")
        ratings = ("rating_at_least", "rating_at_most")
        self.only(found, {*texts, *amounts, *ratings, "channels"}, place)
        taken: dict[str, Any] = {}
        for name in found.keys() & {*texts}:
            taken[name] = tuple(values.texts(found[name], at(place, name)) or ())
        if "channels" in found:
            taken["channels"] = values.some_of(
                found["channels"], Channel.values, at(place, "channels")
            )
        for name in found.keys() & {*amounts, *ratings}:
            taken[name] = values.number(found[name], at(place, name))
        return Where(kinds=kinds, **taken)

    @cached_property
    def kinds(self) -> list[str]:
        hidden = () if self.reader.may("see_complaints") else (Happening.COMPLAINT,)
        return [kind for kind in Happening.values if kind not in hidden]

    def measure(self, given: Document, place: str) -> tuple[str, str, Decimal]:
        if {"times", "sum"} <= given.keys():
            self.wrong(at(place, "sum"), _("Ask for “times” or for “sum”, not for both."))
        measure = "sum" if "sum" in given else "times"
        asked, place = given.get(measure, {"at_least": 1}), at(place, measure)
        hows = {"at_least", "at_most", "exactly"}
        if not isinstance(asked, dict) or len(asked) != 1 or not asked.keys() <= hows:
            self.wrong(place, _("Send one of “at_least”, “at_most”, “exactly”."))
            return measure, "at_least", Decimal(1)
        [(how, number)] = asked.items()
        found = Values(self, None, "").number(number, at(place, how)) or Decimal(0)
        if found < 0 or (measure == "times" and found != int(found)):
            self.wrong(at(place, how), _("Write a whole number, 0 or more.")
                       if measure == "times" else _("Write an amount, 0 or more."))  # fmt: skip
        return measure, how, found

    def period(self, given: Any, place: str) -> Period:
        values = Values(self, None, "")
        if not isinstance(given, dict):
            self.wrong(place, _("Send an object."))
            return Period()
        if "last_days" in given:
            self.only(given, {"last_days"}, place)
            return Period(last_days=values.days(given["last_days"], at(place, "last_days")))
        if "since" in given:
            self.only(given, {"since"}, place)
            return self.since(given["since"], at(place, "since"))
        self.only(given, {"from", "to"}, place)
        days = [
            values.day(given[name], at(place, name)) if name in given else None
            for name in ("from", "to")
        ]
        if days[0] and days[1] and days[0] > days[1]:
            self.wrong(at(place, "to"), _("This is before the beginning."))
        return Period(from_on=days[0], to_on=days[1])

    def since(self, given: Any, place: str) -> Period:
        if not isinstance(given, dict):
            self.wrong(place, _("Send an object."))
            return Period()
        self.only(given, {"kinds", "where", "which"}, place)
        which = given.get("which", "last")
        if which not in ("first", "last"):
            self.wrong(at(place, "which"), _("Write “first” or “last”."))
        return Period(since=self.where(given, place), which=which)

    def only(self, given: Document, known: set[str], place: str) -> None:
        for name in given.keys() - known:
            words = _("There is no such name here. Known: %s.") % ", ".join(sorted(known))
            self.wrong(at(place, str(name)[:60]), words)
