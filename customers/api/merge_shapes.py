"""How likely pairs and merges look from outside, and what may be sent in."""

from typing import Any

from rest_framework import serializers

from customers.actions.merge import choosable
from customers.models import Duplicate
from relcrm.base.rest import Listing
from relcrm.lib.rest.fields import Body, Choice


class DuplicateOut(serializers.Serializer):
    """Two customers who may be one person."""

    id = serializers.IntegerField()
    first = serializers.IntegerField(source="first_id")
    second = serializers.IntegerField(source="second_id")
    score = serializers.FloatField(help_text="Probability, 0 to 1.")
    reasons = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What and how, like [name, alike], the strongest first.",
    )
    is_sure = serializers.BooleanField(help_text="Very likely, and nothing speaks against it.")
    state = serializers.ChoiceField(choices=Duplicate.State.choices)
    postponed_until = serializers.DateTimeField(allow_null=True)
    found_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 7, "first": 17, "second": 2209, "score": 0.996,
        "reasons": [["email", "same"], ["name", "alike"]], "is_sure": True, "state": "open",
        "postponed_until": None, "found_at": "2026-03-02T03:40:12Z", "decided_at": None,
    }  # fmt: skip


class DuplicateQuery(Listing):
    state = Choice(Duplicate.State, required=False)
    score_least = serializers.FloatField(min_value=0, max_value=1, required=False)
    customer = serializers.IntegerField(min_value=1, required=False, help_text="Either side.")


class Later(Body):
    """When to be asked again."""

    until = serializers.DateTimeField(help_text="Within a year.")

    example: dict[str, Any] = {"until": "2026-04-01T00:00:00Z"}


class MergeIn(Body):
    """Who becomes part of this customer, and whose values hold."""

    other = serializers.IntegerField(min_value=1, help_text="The customer who becomes part of it.")
    take = serializers.ListField(
        child=Choice([(name, name) for name in choosable()]),
        required=False,
        default=list,
        max_length=40,
        help_text="Fields in which the other's value holds; elsewhere only where there is none.",
    )

    take_custom = serializers.ListField(
        child=serializers.RegexField(r"^[a-z][a-z0-9_]{0,39}$", max_length=40),
        required=False,
        default=list,
        max_length=200,
        help_text="Keys of own fields in which the other's value holds.",
    )

    example: dict[str, Any] = {"other": 2209, "take": ["city"], "take_custom": ["shoe_size"]}


class MergeOut(serializers.Serializer):
    """One customer who became part of another."""

    id = serializers.IntegerField()
    survivor = serializers.IntegerField(source="survivor_id", help_text="Who they are now.")
    into = serializers.IntegerField(help_text="Whom they were merged into, then.")
    merged = serializers.IntegerField(help_text="The number that is no more.")
    merged_at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)
    lost = serializers.DictField(
        allow_null=True, help_text="Field → the value that lost; null without people:read."
    )

    example: dict[str, Any] = {
        "id": 3, "survivor": 17, "into": 17, "merged": 2209, "merged_at": "2026-03-02T09:00:00Z",
        "undo_until": "2026-04-01T09:00:00Z", "undone_at": None, "lost": {"city": "Linz"},
    }  # fmt: skip


class MergeQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False, help_text="The survivor.")
    merged = serializers.IntegerField(min_value=1, required=False)
