"""The rows of a form for a rule: what each field offers, what is chosen, and what is wrong."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Kind as Happening
from customers.models.interaction import Channel
from customers.segments.draft import FORM_FIELDS
from customers.segments.fields import Field, Kind, Reader, choices_of, fields_for
from customers.segments.operators import OPERATORS
from customers.telling import LOOK

Option = tuple[str, str, bool]  # value, words, is it chosen
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `place` names its fields, `kind` its template."""

    place: str
    kind: str  # group, condition, behaviour
    number: str  # as people count: "2.1"
    errors: list[str] = field(default_factory=list)
    members: list["Row"] = field(default_factory=list)
    how: str = "all"
    is_not: bool = False
    can_nest: bool = True
    fields: list[tuple[str, list[Option]]] = field(default_factory=list)
    operators: list[Option] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    shape: str = ""
    unit: str = ""
    value: Any = ""
    value2: Any = ""
    is_unsaid: bool = False  # nothing was chosen or typed yet, so that nothing is wrong either
    said: dict[str, Any] = field(default_factory=dict)


def rows(document: Document, reader: Reader, errors: dict[str, str]) -> Row:
    """The whole form; `errors` by place in the document, as reading named them."""
    return Forming(reader, errors).group(document, "", "", 0)


class Forming:
    """One document on its way into a form."""

    def __init__(self, reader: Reader, errors: dict[str, str]) -> None:
        self.reader, self.errors = reader, errors
        self.known = fields_for(reader)

    def node(self, given: Document, place: str, path: str, deep: int) -> Row:
        inner = given.get("not", given)
        if "did" in given:
            return self.behaviour(given, place, path)
        if "field" in given:
            return self.condition(given, place, path)
        if not inner.keys() & {"all", "any"}:  # “not” around a single condition
            given = {"not": {"all": [inner]}}
        return self.group(given, place, path, deep)

    def group(self, given: Document, place: str, path: str, deep: int) -> Row:
        is_not = "not" in given
        inner, path = given.get("not", given), f"{path}.not" if is_not else path
        how = "any" if "any" in inner else "all"
        members = [
            self.node(one, f"{place}.{at}".lstrip("."), f"{path}.{how}.{at}".lstrip("."), deep + 1)
            for at, one in enumerate(inner.get(how, []))
        ]
        return Row(place, "group", _number(place), self.wrong(path, exact=True), members, how,
                   is_not, can_nest=deep < 3)  # fmt: skip

    def condition(self, given: Document, place: str, path: str) -> Row:
        chosen = self.known.get(given.get("field", ""))
        wrong = self.wrong(path)
        if chosen is None:
            offered = self.offered("")
            return Row(place, "condition", _number(place), wrong, fields=offered)
        operators = OPERATORS[chosen.kind]
        operator = operators.get(given.get("operator", "")) or next(iter(operators.values()))
        value = given.get("value", "")
        pair = value if isinstance(value, list) and len(value) == 2 else [value, ""]
        is_pair = operator.shape in ("numbers", "dates")
        choices = choices_of(chosen, self.reader) if operator.shape in CHOSEN else None
        return Row(
            place, "condition", _number(place), wrong,
            fields=self.offered(chosen.key),
            operators=[(o.key, str(o.words), o is operator) for o in operators.values()],
            options=[] if choices is None else _options(choices, value),
            shape=operator.shape if choices is not None or operator.shape not in CHOSEN
            else {"choice": "text", "choices": "texts"}[operator.shape],
            unit="%" if chosen.kind == Kind.SHARE else str(chosen.unit),
            value=_typed(pair[0] if is_pair else value, chosen),
            value2=_typed(pair[1], chosen) if is_pair else "",
            is_unsaid=value in ("", None, ["", ""]),
        )  # fmt: skip

    def behaviour(self, given: Document, place: str, path: str) -> Row:
        where, within = given.get("where", {}), given.get("within", {})
        measure = "sum" if "sum" in given else "times"
        [(how, number)] = given.get(measure, {"at_least": 1}).items()
        since = within.get("since", {})
        when = _when(within)
        also = {"where": {k: v for k, v in where.items() if k not in FORM_FIELDS},
                "since": since.get("where", {})}  # fmt: skip
        said = {
            "did": given.get("did", True),
            "kinds": _kinds(given.get("kinds", [])),
            "hows": _hows(f"{measure}.{how}"),
            "number": _plain(number),
            "categories": ", ".join(where.get("categories", [])),
            "products": ", ".join(where.get("products", [])),
            "channels": _listed(Channel.choices, where.get("channels", [])),
            "whens": _whens(when), "when": when,
            "days": within.get("last_days", 90),
            "from": within.get("from", ""), "to": within.get("to", ""),
            "since": _kinds(since.get("kinds", [])),
            "also": json.dumps(also), "has_more": any(where.values()),
        }  # fmt: skip
        return Row(place, "behaviour", _number(place), self.wrong(path), said=said)

    def offered(self, chosen: str) -> list[tuple[str, list[Option]]]:
        groups: dict[str, list[Option]] = {}
        for key, one in self.known.items():
            groups.setdefault(str(one.group), []).append((key, str(one.label), key == chosen))
        return list(groups.items())

    def wrong(self, path: str, *, exact: bool = False) -> list[str]:
        """What is wrong at a place of the document, or anywhere below it."""
        below = f"{path}." if path else ""
        return list(dict.fromkeys(
            words for place, words in self.errors.items()
            if place == (path or "rule")
            or (not exact and below and place.startswith(below))
        ))  # fmt: skip


CHOSEN = ("choice", "choices")


def _number(place: str) -> str:
    return ".".join(str(int(step) + 1) for step in place.split(".") if step)


def _options(choices: Any, value: Any) -> list[Option]:
    chosen = value if isinstance(value, list) else [value]
    return [(key, str(words), key in chosen) for key, words in choices.items()]


def _typed(value: Any, of: Field) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int | float) and of.kind == Kind.SHARE:
        return _plain(100 * value)
    return _plain(value)


def _plain(value: Any) -> Any:
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def _kinds(chosen: list[str]) -> list[Option]:
    """Each kind, anything at all, and the mix that is asked for when it is one."""
    words = {kind.value: str(LOOK[kind][3]) for kind in Happening}
    return [("", _("Anything"), not chosen), *_listed(words.items(), chosen)]


def _listed(pairs: Any, chosen: list[str]) -> list[Option]:
    words = {str(key): str(said) for key, said in pairs}
    mix = ",".join(chosen)
    found = [(key, said, key == mix) for key, said in words.items()]
    if len(chosen) > 1:
        found.append((mix, ", ".join(words.get(one, one) for one in chosen), True))
    return found


def _hows(chosen: str) -> list[Option]:
    found = {
        "times.at_least": _("at least, times"), "times.at_most": _("at most, times"),
        "times.exactly": _("exactly, times"), "sum.at_least": _("for at least, together"),
        "sum.at_most": _("for at most, together"), "sum.exactly": _("for exactly, together"),
    }  # fmt: skip
    return _options(found, chosen)


def _when(within: Document) -> str:
    if "since" in within:
        return f"since_{within['since'].get('which', 'last')}"
    return "last_days" if "last_days" in within else "between" if within else "ever"


def _whens(chosen: str) -> list[Option]:
    found = {
        "ever": _("at any time"), "last_days": _("in the last days"),
        "between": _("between two days"), "since_last": _("since the last time that"),
        "since_first": _("since the first time that"),
    }  # fmt: skip
    return _options(found, chosen)
