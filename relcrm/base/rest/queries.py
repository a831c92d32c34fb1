"""What may stand behind the question mark of any list or any single thing."""

from collections.abc import Iterable

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relcrm.lib.rest.fields import Query, Text
from relcrm.lib.rest.keyset import MOST, USUAL


@extend_schema_field(
    {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "description": "`next_cursor` of the page before.",
    }
)
class Cursor(Text):
    """A place in a list."""


class Single(Query):
    """Which fields of one thing."""

    fields = Text(  # the metaclass takes it out, so that it does not hide Serializer.fields
        500,
        required=False,
        default="",
        help_text="Names of fields, with commas between; the first one always comes along.",
    )


class Listing(Single):
    """A page of a list: how many, after which row, and which fields of each."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=USUAL, help_text="Rows on a page."
    )
    cursor = Cursor(2000, required=False, allow_blank=False)


def order_among(names: Iterable[str]) -> serializers.ChoiceField:
    """The orders that a list offers; the first is its usual one."""
    names = list(names)
    return serializers.ChoiceField(
        choices=names,
        default=names[0],
        error_messages={"invalid_choice": f"Order by one of: {', '.join(names)}."},
        help_text="A minus sign means descending.",
    )
