"""Serializer fields that take what they say they take: a text is a text, a number a number."""

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from relcrm.lib.rest.parsing import UNSTORABLE

LARGEST = 2**63 - 1  # that a column of the database holds
JSON_TYPES: list[tuple[type[serializers.Field], tuple[type, ...], str]] = [
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.IntegerField, (int,), "a whole number"),
    (serializers.FloatField, (int, float), "a number"),
    (serializers.CharField, (str,), "a text"),
    (serializers.DateTimeField, (str,), "a text like 2026-03-02T09:30:00Z"),
    (serializers.DateField, (str,), "a text like 2026-03-02"),
    (serializers.TimeField, (str,), "a text like 14:30"),
    (serializers.ChoiceField, (str, int), "one of the choices"),
]


def is_beyond(value: Any) -> bool:
    """Whether it is a whole number that no column holds: comparing with it is an error there."""
    return isinstance(value, int) and abs(value) > LARGEST


def wrong_type(field: serializers.Field, value: Any) -> str | None:
    """What the field wants instead, or None when the JSON type is right."""
    if isinstance(field, serializers.IntegerField) and isinstance(value, float):
        return None if value.is_integer() else "Write a whole number."  # 5.0 is one in JSON
    for kind, types, words in JSON_TYPES:
        if isinstance(field, kind):
            right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return None if right else f"Write {words}."
    return None


class Known(serializers.Serializer):
    """A serializer that refuses names it does not know, so that a typing error is not lost."""

    def to_internal_value(self, data: Any) -> Any:
        if problems := self.at_first_sight(data):
            raise serializers.ValidationError(problems)
        told = super().to_internal_value(data)
        if beyond := [name for name, value in told.items() if is_beyond(value)]:
            words = f"Write a number of at most {LARGEST}."
            raise serializers.ValidationError({name: [words] for name in beyond})
        return told

    def at_first_sight(self, data: Any) -> dict[str, list[str]]:
        """What is wrong before any field looks at its value: name → remedy."""
        known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
        strange = [name for name in data if name not in self.fields] if _is_mapping(data) else []
        listed = f"Known here: {known}." if known else "Nothing can be said here."
        return {name[:60]: [f"There is no such field. {listed}"] for name in strange}


def _is_mapping(value: Any) -> bool:
    return hasattr(value, "keys")


class Body(Known):
    """A JSON body: names must be known and JSON types must fit, without guessing."""

    def at_first_sight(self, data: Any) -> dict[str, list[str]]:
        if not isinstance(data, dict):
            return {}
        return super().at_first_sight(data) | {
            name: [words]
            for name, field in self.fields.items()
            if data.get(name) is not None and (words := wrong_type(field, data[name]))
        }


class Query(Known):
    """The part of an address behind the question mark."""

    def to_internal_value(self, data: Any) -> Any:
        twice = [name for name in data if len(data.getlist(name)) > 1]
        if twice:
            raise serializers.ValidationError({name: ["Give it once."] for name in twice})
        # As a plain dictionary, so that an empty value is looked at and not taken for none.
        return super().to_internal_value(data.dict())


class Unasked(Query):
    """Of an address at which nothing may be asked."""


def storable(value: str) -> None:
    if UNSTORABLE.search(value):
        raise serializers.ValidationError("Leave out NUL characters and half surrogate pairs.")


class Text(serializers.CharField):
    """One text that any database can hold. Blank is allowed unless it is required."""

    def __init__(self, most: int, **more: Any) -> None:
        more.setdefault("allow_blank", not more.get("required", True))
        # Spaces alone are a text too; whether they say enough is for the actions to judge.
        super().__init__(max_length=most, validators=[storable], trim_whitespace=False, **more)

    def to_internal_value(self, value: Any) -> str:
        if not isinstance(value, str):  # in a list nobody has looked at the JSON type yet
            self.fail("invalid")
        return str(super().to_internal_value(value)).strip()


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class Hour(serializers.TimeField):
    """A time of the day like 14:30, in the company's zone."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **more)


WRITTEN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": f"^{WRITTEN.pattern}$"},
            {"type": "number", "minimum": 0, "maximum": 999_999_999_999},
        ],
        "description": "Never negative. Send text or a number; numbers are rounded to cents.",
    }
)
class Amount(serializers.DecimalField):
    """Money, never negative, in cents at the finest."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=Decimal(0), **more)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """An empty text is a mistake; only null means none."""
        found: tuple[bool, Any] = serializers.Field.validate_empty_values(self, data)
        return found

    def to_internal_value(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise serializers.ValidationError("Write an amount like 39.90.")
        if isinstance(value, float) and math.isfinite(value):
            value = f"{value:.2f}"
        if not WRITTEN.fullmatch(str(value)):
            raise serializers.ValidationError("Write an amount like 39.90, never negative.")
        found: Decimal = super().to_internal_value(value)
        return found


RATE = re.compile(r"(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,8})?")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": f"^{RATE.pattern}$"},
            {"type": "number", "minimum": 0.000_000_01, "maximum": 999_999},
        ],
        "description": "How much of the company's currency one unit is. "
        "The original amount is kept.",
    }
)
class Rate(serializers.DecimalField):
    """Of exchange: above zero, eight places at the finest."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=14, decimal_places=8, **more)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """An empty text is a mistake."""
        found: tuple[bool, Any] = serializers.Field.validate_empty_values(self, data)
        return found

    def to_internal_value(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise serializers.ValidationError("Write a rate like 1.0842.")
        if isinstance(value, float) and math.isfinite(value):
            value = f"{value:.8f}"
        if not RATE.fullmatch(str(value)):
            raise serializers.ValidationError("Write a rate like 1.0842, above zero.")
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


class Many(serializers.CharField):
    """Several values with commas between, each one of `choices` or written as `pattern` says."""

    def __init__(self, choices: Sequence[str] = (), pattern: str = "", **more: Any) -> None:
        each = pattern or f"({'|'.join(map(re.escape, choices))})"
        listed = f" Known: {', '.join(choices)}." if choices else ""
        whole = RegexValidator(
            f"^{each}(,{each})*$", f"Write them with commas between, without spaces.{listed}"
        )
        super().__init__(validators=[whole], **more)

    def run_validation(self, data: Any = empty) -> list[str]:
        found: str = super().run_validation(data)
        return found.split(",")
