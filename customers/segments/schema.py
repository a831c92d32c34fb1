"""The language as JSON Schema (2020-12), with the fields that this reader may ask about."""

from typing import Any

from customers.models import Kind as Happening
from customers.models.interaction import Channel
from customers.segments.fields import Field, Reader, choices_of, fields_for
from customers.segments.operators import OPERATORS
from customers.segments.rule import MOST, VERSION
from customers.segments.values import LARGEST, LONGEST_TEXT, MOST_DAYS, MOST_VALUES

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
NUMBER: Schema = {"type": "number", "minimum": -float(LARGEST), "maximum": float(LARGEST)}
AMOUNT: Schema = {"type": "number", "minimum": 0, "maximum": float(LARGEST)}
DAY: Schema = {"type": "string", "format": "date"}
DAYS: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}


def language(reader: Reader) -> Schema:
    """Everything a rule may say."""
    conditions = [
        _condition(field, reader) for field in sorted(fields_for(reader).values(), key=_key)
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "relcrm segment rule",
        "description": "Everybody of whom the conditions hold. An empty group means everybody.",
        "type": "object",
        "properties": {"version": {"const": VERSION}, **_groups()},
        "required": ["version"],
        "oneOf": [{"required": ["all"]}, {"required": ["any"]}],
        "additionalProperties": False,
        "$defs": {
            "node": {"oneOf": [
                *(_strict({name: group}) for name, group in _groups().items()),
                _strict({"not": {"$ref": "#/$defs/node"}}),
                {"$ref": "#/$defs/behaviour"},
                *conditions,
            ]},
            "behaviour": _behaviour(),
            "where": _where(),
        },
    }  # fmt: skip


def _key(field: Field) -> str:
    return field.key


def _groups() -> dict[str, Schema]:
    group = {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": MOST}
    return {"all": group, "any": group}


def _strict(properties: dict[str, Schema], *, optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": [*properties],
        "additionalProperties": False,
    }


def _condition(field: Field, reader: Reader) -> Schema:
    """One field: each shape of value with the operators that take it."""
    known = choices_of(field, reader)
    choice = TEXT if known is None else {"enum": [*known]}
    number = {"type": "number", "minimum": 0, "maximum": 1} if field.kind == "share" else NUMBER
    shapes: dict[str, Schema] = {
        "text": TEXT, "texts": _list(TEXT), "number": number, "numbers": _pair(number),
        "date": DAY, "dates": _pair(DAY), "days": DAYS, "yes_no": {"type": "boolean"},
        "choice": choice, "choices": _list(choice),
    }  # fmt: skip
    by_shape: dict[str, list[str]] = {}
    for operator in OPERATORS[field.kind].values():
        by_shape.setdefault(operator.shape, []).append(operator.key)
    forms = [
        _strict({
            "field": {"const": field.key}, "operator": {"enum": operators},
            **({} if shape == "nothing" else {"value": shapes[shape]}),
        })
        for shape, operators in by_shape.items()
    ]  # fmt: skip
    return {"title": str(field.label), "description": str(field.group), "oneOf": forms}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": MOST_VALUES}


def _pair(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 2, "maxItems": 2}


def _behaviour() -> Schema:
    """What somebody did or did not do."""
    times = {"type": "integer", "minimum": 0, "maximum": float(LARGEST)}
    kinds: Schema = {"type": "array", "items": {"enum": Happening.values}}
    since = _strict({}, optional={
        "kinds": kinds, "where": {"$ref": "#/$defs/where"}, "which": {"enum": ["first", "last"]},
    })  # fmt: skip
    within = {
        "oneOf": [
            _strict({"last_days": DAYS}),
            _strict({"since": since}),
            _strict({}, optional={"from": DAY, "to": DAY}),
        ]
    }
    found = _strict({"did": {"type": "boolean"}}, optional={
        "kinds": kinds, "where": {"$ref": "#/$defs/where"}, "times": _measured(times),
        "sum": _measured(AMOUNT), "within": within,
    })  # fmt: skip
    return found | {"not": {"required": ["times", "sum"]}}


def _measured(number: Schema) -> Schema:
    return {"oneOf": [_strict({how: number}) for how in ("at_least", "at_most", "exactly")]}


def _where() -> Schema:
    ratings = {"type": "integer", "minimum": 0, "maximum": 10}
    return _strict({}, optional={
        "categories": _list(TEXT), "products": _list(TEXT),
        "channels": {"type": "array", "items": {"enum": Channel.values}},
        "amount_at_least": AMOUNT, "amount_at_most": AMOUNT,
        "rating_at_least": ratings, "rating_at_most": ratings,
    })  # fmt: skip
