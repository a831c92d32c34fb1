"""A rule while somebody builds it: form fields to JSON and back, with rows added and dropped.

A row's fields are named by its place: "1.0:field" is the first row of the group that is second.
What a form has no fields for travels along as it is, in "1.0:also".
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from customers.segments.fields import Field, Kind, Reader, fields_for
from customers.segments.operators import OPERATORS
from customers.segments.rule import VERSION

Document = dict[str, Any]
EMPTY: Document = {"version": VERSION, "all": []}
DEFAULT_FIELD = "country"
BEHAVIOUR: Document = {
    "did": True, "kinds": ["purchase"], "times": {"at_least": 1}, "within": {"last_days": 90},
}  # fmt: skip
FORM_FIELDS = {"categories", "products", "channels"}  # of “where”; the rest travels along


def from_form(sent: Any, reader: Reader) -> Document:
    """The document that the rows mean; a value that makes no sense stays as it was typed."""
    places = {name.partition(":")[0] for name in sent if ":" in name}
    rule = _node(sent, "", places - {""}, reader)
    return {"version": VERSION, **(rule if rule.keys() & {"all", "any"} else {"all": [rule]})}


def pressed(document: Document, do: str) -> Document:
    """The document after a button such as "add:1:group" or "drop:1.0"; others change nothing."""
    verb, _, rest = do.partition(":")
    place, _, what = rest.partition(":")
    steps = [int(step) for step in place.split(".") if step.isdigit()]
    if verb == "add" and what in NEW and (group := _group_at(document, steps)) is not None:
        group.append(NEW[what]())
    if verb == "drop" and steps:
        group = _group_at(document, steps[:-1])
        if group is not None and steps[-1] < len(group):
            del group[steps[-1]]
    return document


NEW: dict[str, Callable[[], Document]] = {
    "condition": lambda: {"field": DEFAULT_FIELD, "operator": "is"},
    "behaviour": lambda: json.loads(json.dumps(BEHAVIOUR)),
    "group": lambda: {"any": [{"field": DEFAULT_FIELD, "operator": "is"}]},
}


def _group_at(document: Document, steps: list[int]) -> list[Document] | None:
    node: Any = document
    for step in steps:
        members = _members(node)
        if members is None or step >= len(members):
            return None
        node = members[step]
    return _members(node)


def _members(node: Document) -> list[Document] | None:
    node = node.get("not", node)
    found: list[Document] | None = node.get("all", node.get("any"))
    return found


def _node(sent: Any, place: str, places: set[str], reader: Reader) -> Document:
    if f"{place}:group" in sent or not place:
        depth = place.count(".") + 1 if place else 0
        below = f"{place}." if place else ""
        inner = [p for p in places if p.startswith(below) and p.count(".") == depth]
        members = [_node(sent, p, places, reader) for p in sorted(inner, key=_last)]
        how = "any" if sent.get(f"{place}:group") == "any" else "all"
        group: Document = {how: members}
        return {"not": group} if sent.get(f"{place}:not") else group
    if f"{place}:did" in sent:
        return _behaviour(sent, place)
    return _condition(sent, place, reader)


def _last(place: str) -> int:
    step = place.rpartition(".")[2]
    return int(step) if step.isdigit() and len(step) < 4 else 0


def _condition(sent: Any, place: str, reader: Reader) -> Document:
    key = sent.get(f"{place}:field", "")
    field = fields_for(reader).get(key)
    name = sent.get(f"{place}:operator", "")
    if field is None:
        return {"field": key, "operator": name}
    operators = OPERATORS[field.kind]
    operator = operators.get(name) or next(iter(operators.values()))
    found = {"field": key, "operator": operator.key}
    value = _value(sent, place, operator.shape, field)
    return found if value is None else found | {"value": value}


def _value(sent: Any, place: str, shape: str, field: Field) -> Any:
    typed = [one.strip() for one in sent.getlist(f"{place}:value")]
    first = typed[0] if typed else ""
    if shape == "nothing":
        return None
    if shape in ("texts", "choices"):
        parts = [part.strip() for one in typed for part in one.split(",")] if (
            shape == "texts" or field.choices is None) else typed  # fmt: skip
        return [part for part in parts if part] or None
    if shape in ("numbers", "dates"):
        pair = [first, sent.get(f"{place}:value2", "").strip()]
        return [_number(one, field.kind) for one in pair] if shape == "numbers" else pair
    if shape == "yes_no":
        return first != "no"
    if shape == "days":
        return int(first) if first.isascii() and first.isdigit() and len(first) < 9 else first
    return _number(first, field.kind) if shape == "number" else first or None


def _number(typed: str, kind: Kind) -> Any:
    try:
        number = float(typed.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return typed
    number = round(number / 100, 6) if kind == Kind.SHARE else number
    return int(number) if number.is_integer() else number


def _behaviour(sent: Any, place: str) -> Document:
    also = _also(sent.get(f"{place}:also", ""))
    where = {k: v for k, v in also.get("where", {}).items() if k not in FORM_FIELDS}
    for name in ("categories", "products"):
        parts = [one.strip() for one in sent.get(f"{place}:{name}", "").split(",")]
        where |= {name: [one for one in parts if one]} if any(parts) else {}
    where |= {"channels": some} if (some := _split(sent, f"{place}:channels")) else {}
    measure, _, how = sent.get(f"{place}:how", "times.at_least").partition(".")
    found: Document = {
        "did": sent.get(f"{place}:did") != "no",
        "kinds": _split(sent, f"{place}:kinds"),
        measure if measure in ("times", "sum") else "times": {
            how or "at_least": _number(sent.get(f"{place}:number", "1"), Kind.NUMBER)
        },
        "within": _period(sent, place, also),
    }
    return found | ({"where": where} if where else {})


def _period(sent: Any, place: str, also: Mapping[str, Any]) -> Document:
    when = sent.get(f"{place}:when", "")
    if when == "last_days":
        typed = sent.get(f"{place}:days", "90").strip()
        return {"last_days": int(typed) if typed.isascii() and typed.isdigit() else typed}
    if when == "between":
        days = {name: sent.get(f"{place}:{name}", "").strip() for name in ("from", "to")}
        return {name: day for name, day in days.items() if day}
    if when in ("since_last", "since_first"):
        since = {"kinds": _split(sent, f"{place}:since"), "which": when.removeprefix("since_")}
        where = also.get("since")
        return {"since": since | ({"where": where} if where else {})}
    return {}


def _split(sent: Any, name: str) -> list[str]:
    return [one for one in sent.get(name, "").split(",") if one]


def _also(typed: str) -> Document:
    try:
        found = json.loads(typed or "{}")
    except ValueError:
        return {}
    is_good = isinstance(found, dict) and all(isinstance(one, dict) for one in found.values())
    return found if is_good else {}
