"""What promises and outcomes look like over REST."""

from typing import Any

from rest_framework import serializers

from customers.models import Kind
from feedback.models import Promise
from feedback.promises.forms import CARRIERS
from relcrm.base.rest import Listing
from relcrm.lib.rest.fields import Body, Choice, Text

HOURS = {"min_value": 1, "max_value": Promise.LONGEST_HOURS}
DAYS = {"min_value": 1, "max_value": Promise.LONGEST_DAYS}


class PromiseOut(serializers.Serializer):
    """Something customers are told they can count on, and how it was kept lately."""

    id = serializers.IntegerField()
    key = serializers.CharField(help_text="Segments find it by this.")
    name = serializers.CharField()
    words = serializers.CharField(help_text="What customers are told.")
    told_where = serializers.CharField()
    brand = serializers.CharField(allow_null=True, help_text="Null: every brand.")
    test = serializers.ChoiceField(choices=Promise.Test.choices)
    within_hours = serializers.IntegerField(allow_null=True)
    within_days = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=Kind.choices, allow_blank=True)
    property_key = serializers.CharField()
    comparison = serializers.ChoiceField(choices=Promise.Comparison.choices, allow_blank=True)
    expected = serializers.CharField()
    target_percent = serializers.IntegerField()
    active_from = serializers.DateField()
    active_until = serializers.DateField(allow_null=True)
    owner = serializers.IntegerField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    kept = serializers.IntegerField(help_text="Times in the last 13 weeks.")
    counted = serializers.IntegerField(help_text="Times kept or broken in the last 13 weeks.")
    share = serializers.FloatField(allow_null=True, help_text="Null while too few are counted.")
    likely = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Where the share likely lies."
    )

    example: dict[str, Any] = {
        "id": 3, "key": "delivered-in-three-days", "name": "Delivered in three days",
        "words": "At your door within three days.", "told_where": "every product page",
        "brand": None, "test": "property", "within_hours": None, "within_days": None,
        "kind": "purchase", "property_key": "delivery_days", "comparison": "at_most",
        "expected": "3", "target_percent": 95, "active_from": "2026-01-01", "active_until": None,
        "owner": 2, "retired_at": None, "kept": 180, "counted": 200, "share": 0.9,
        "likely": [0.851, 0.934],
    }  # fmt: skip


class PromiseIn(Body):
    """A new promise. Which of the last fields are needed, depends on the test."""

    name = Text(80, required=True)
    words = Text(300, required=True)
    told_where = Text(200, required=False)
    brand = serializers.SlugField(max_length=50, required=False, allow_null=True)
    owner = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    target_percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    active_from = serializers.DateField(required=False, help_text="Today, when left out.")
    active_until = serializers.DateField(required=False, allow_null=True)
    test = Choice(Promise.Test, required=False, help_text="stated, when left out.")
    within_hours = serializers.IntegerField(required=False, allow_null=True, **HOURS)
    within_days = serializers.IntegerField(required=False, allow_null=True, **DAYS)
    kind = Choice(CARRIERS, required=False, allow_blank=True)
    property_key = Text(60, required=False)
    comparison = Choice(Promise.Comparison, required=False, allow_blank=True)
    expected = Text(60, required=False)

    example: dict[str, Any] = {
        "name": "Delivered in three days", "words": "At your door within three days.",
        "test": "property", "kind": "purchase", "property_key": "delivery_days",
        "comparison": "at_most", "expected": "3",
    }  # fmt: skip


class PromiseChanges(PromiseIn):
    """What shall be different."""

    name = Text(80, required=False)
    words = Text(300, required=False)

    example: dict[str, Any] = {"target_percent": 98}


class OutcomeOut(serializers.Serializer):
    """One time that a promise was kept or broken. The reason is null for callers who may not
    see people."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    is_kept = serializers.BooleanField()
    occurred_at = serializers.DateTimeField()
    occurred_on = serializers.DateField(help_text="The day in the company's time zone.")
    interaction = serializers.IntegerField(
        allow_null=True, source="event_id", help_text="The event it rests on."
    )
    complaint = serializers.IntegerField(allow_null=True, source="complaint_id")
    expected = serializers.CharField()
    actual = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    source = serializers.CharField(help_text="“test”: found by the promise's own test.")
    source_id = serializers.CharField()

    example: dict[str, Any] = {
        "id": 811, "customer": 17, "is_kept": False, "occurred_at": "2026-03-01T10:00:00Z",
        "occurred_on": "2026-03-01", "interaction": 90211, "complaint": None,
        "expected": "at most 3", "actual": "5", "reason": "", "source": "test",
        "source_id": "event 90211",
    }  # fmt: skip


class OutcomeQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    is_kept = serializers.BooleanField(required=False)


class OutcomeIn(Body):
    """How it went. `source` and `source_id` say which time, however often it is sent."""

    customer = serializers.IntegerField(min_value=1)
    is_kept = serializers.BooleanField()
    occurred_at = serializers.DateTimeField()
    source = Text(40, required=True, help_text="The system that knows of it, like shop.")
    source_id = Text(80, required=True, help_text="Its number there.")
    interaction = serializers.IntegerField(
        min_value=1, required=False, help_text="The event it is about, if there is one."
    )
    expected = Text(60, required=False)
    actual = Text(60, required=False)
    reason = Text(300, required=False)

    example: dict[str, Any] = {
        "customer": 17, "is_kept": False, "occurred_at": "2026-03-01T10:00:00Z",
        "source": "carrier", "source_id": "P-4711", "expected": "at most 3", "actual": "5",
    }  # fmt: skip
