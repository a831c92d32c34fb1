"""Serializer fields that take what they say they take: a text is a text, a number a number."""

import math
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relcrm.lib.rest.parsing import UNSTORABLE

JSON_TYPES: list[tuple[type[serializers.Field], tuple[type, ...], str]] = [
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.IntegerField, (int,), "a whole number"),
    (serializers.FloatField, (int, float), "a number"),
    (serializers.CharField, (str,), "a text"),
    (serializers.DateTimeField, (str,), "a text like 2026-03-02T09:30:00Z"),
    (serializers.DateField, (str,), "a text like 2026-03-02"),
    (serializers.ChoiceField, (str, int), "one of the choices"),
]


def wrong_type(field: serializers.Field, value: Any) -> str | None:
    """What the field wants instead, or None when the JSON type is right."""
    for kind, types, words in JSON_TYPES:
        if isinstance(field, kind):
            right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return None if right else f"Write {words}."
    return None


class Known(serializers.Serializer):
    """A serializer that refuses names it does not know, so that a typing error is not lost."""

    def to_internal_value(self, data: Any) -> Any:
        if hasattr(data, "keys"):
            strange = sorted(set(data.keys()) - set(self.fields))
            if strange:
                known = ", ".join(name for name, f in self.fields.items() if not f.read_only)
                remedy = f"There is no such field. Known here: {known}."
                raise serializers.ValidationError({name[:60]: [remedy] for name in strange})
        return super().to_internal_value(data)


class Body(Known):
    """A JSON body: names must be known and JSON types must fit, without guessing."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            problems = {
                name: [words]
                for name, field in self.fields.items()
                if name in data and data[name] is not None
                if (words := wrong_type(field, data[name]))
            }
            if problems:
                raise serializers.ValidationError(problems)
        return super().to_internal_value(data)


class Query(Known):
    """The part of an address behind the question mark."""

    def to_internal_value(self, data: Any) -> Any:
        twice = [name for name in data if len(data.getlist(name)) > 1]
        if twice:
            raise serializers.ValidationError({name: ["Give it once."] for name in twice})
        return super().to_internal_value(data)


def storable(value: str) -> None:
    if UNSTORABLE.search(value):
        raise serializers.ValidationError("Leave out NUL characters and half surrogate pairs.")


class Text(serializers.CharField):
    """One text that any database can hold. Blank is allowed unless it is required."""

    def __init__(self, most: int, **more: Any) -> None:
        more.setdefault("allow_blank", not more.get("required", True))
        super().__init__(max_length=most, validators=[storable], **more)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$"},
            {"type": "number", "minimum": 0, "maximum": 999_999_999_999},
        ],
        "description": "Never negative. Send text or a number; numbers are rounded to cents.",
    }
)
class Amount(serializers.DecimalField):
    """Money, never negative, in cents at the finest."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=Decimal(0), **more)

    def to_internal_value(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise serializers.ValidationError("Write an amount like 39.90.")
        if isinstance(value, float) and math.isfinite(value):
            value = f"{value:.2f}"
        found: Decimal = super().to_internal_value(value)
        return found


class Choice(serializers.ChoiceField):
    """One of a model's choices; the message lists them."""

    def __init__(self, choices: type[TextChoices] | list[tuple[str, Any]], **more: Any) -> None:
        pairs = choices if isinstance(choices, list) else choices.choices
        listed = ", ".join(value for value, _ in pairs)
        super().__init__(
            choices=pairs,
            error_messages={"invalid_choice": f"There is no “{{input}}”. Use one of: {listed}."},
            **more,
        )
