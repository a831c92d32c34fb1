"""How a segment looks from outside, and what may be sent in."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers.engine.shares import About
from customers.models import Segment
from customers.segments.left_out import LeftOut
from relcrm.lib.rest.fields import Body, Query, Text

RULE: dict[str, Any] = {
    "version": 1,
    "all": [
        {"field": "country", "operator": "is_any_of", "value": ["AT", "DE"]},
        {
            "did": True, "kinds": ["purchase"], "where": {"categories": ["shoes"]},
            "times": {"at_least": 3}, "within": {"last_days": 90},
        },
        {"not": {"did": True, "kinds": ["complaint"], "within": {"last_days": 30}}},
    ],
}  # fmt: skip


@extend_schema_field(
    {
        "type": "object",
        "description": "In the language that `GET /api/v1/segments/schema` describes.",
        "example": RULE,
    }
)
class Rule(serializers.JSONField):
    """A rule as JSON; what is wrong in it is named by its place when it is read."""


class SegmentOut(serializers.Serializer):
    """Some customers under a name: by a rule that is found anew each time, or a list."""

    id = serializers.IntegerField()
    name = serializers.CharField(
        allow_null=True,
        help_text="Null where it says a negative type, which needs negative:read, and its rule is "
        "not told either.",
    )
    kind = serializers.ChoiceField(choices=Segment.Kind.choices)
    rule = Rule(
        allow_null=True,
        help_text="Null for a list, when withheld, and when you see only your own customers: it "
        "may name others.",
    )
    is_withheld = serializers.BooleanField(help_text="It asks about what you may not see.")
    people = serializers.IntegerField(
        allow_null=True,
        help_text="As a campaign would mean them, when last counted; null when it may not, "
        "when it was not counted since it changed, or when you see only your own customers.",
    )
    counted_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 3, "name": "Keen on shoes", "kind": "rule", "rule": RULE, "is_withheld": False,
        "people": 1204, "counted_at": "2026-03-02T10:00:00Z",
        "created_at": "2026-03-01T10:00:00Z", "changed_at": "2026-03-01T10:00:00Z",
    }  # fmt: skip


class SegmentIn(Body):
    """A segment by rule; without a rule an empty list."""

    name = Text(120, required=True)
    rule = Rule(required=False)

    example: dict[str, Any] = {"name": "Keen on shoes", "rule": RULE}


class SegmentChanges(Body):
    name = Text(120, required=False, allow_blank=False)
    rule = Rule(required=False)

    example: dict[str, Any] = {"name": "Very keen on shoes"}


class RuleIn(Body):
    rule = Rule()

    example: dict[str, Any] = {"rule": RULE}


class Written(Body):
    """Customers as people write them."""

    people = serializers.ListField(
        child=Text(254, required=True), min_length=1, max_length=10_000,
        help_text="Our numbers, numbers elsewhere, e-mails, phones.",
    )  # fmt: skip

    example: dict[str, Any] = {"people": ["17", "ada@example.com"]}


class FilledOut(serializers.Serializer):
    added = serializers.IntegerField()
    already = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Mean nobody.")
    several = serializers.ListField(
        child=serializers.CharField(), help_text="Mean more than one customer; none was added."
    )

    example: dict[str, Any] = {
        "added": 1, "already": 0, "unknown": ["nobody@example.com"], "several": [],
    }  # fmt: skip


class LeftOutOut(serializers.Serializer):
    """Who is in no segment whatever its rule says of them: how many of those you may see."""

    restricted = serializers.IntegerField(help_text="Their data may not be used just now.")
    objecting = serializers.IntegerField(
        help_text="They object to being judged, and the rule asks about relationships."
    )
    service = serializers.BooleanField(help_text="Those left to service are left out as well.")


class CountQuery(Query):
    about = serializers.ChoiceField(
        ["yes", "no"], required=False,
        help_text="“yes” answers within a second or two: about how many, and a likely range, where "
        "counting everybody takes longer.",
    )  # fmt: skip


class LikelyCountOut(serializers.Serializer):
    low = serializers.IntegerField()
    high = serializers.IntegerField()


class CountOut(serializers.Serializer):
    customers = serializers.IntegerField(help_text="Exactly, unless there is a likely range.")
    likely = LikelyCountOut(
        allow_null=True,
        help_text="Null: counted exactly. Otherwise `customers` is about right, and four times of "
        "five the exact number lies in this range. Never without `about=yes`.",
    )
    left_out = LeftOutOut()

    example: dict[str, Any] = {
        "customers": 1204, "likely": None,
        "left_out": {"restricted": 3, "objecting": 0, "service": False},
    }  # fmt: skip

    @staticmethod
    def told(counted: int | About, left_out: LeftOut) -> dict[str, Any]:
        if isinstance(counted, int):
            found: dict[str, Any] = {"customers": counted, "likely": None}
        else:
            likely = {"low": counted.low, "high": counted.high}
            found = {"customers": counted.value, "likely": likely}
        return found | {"left_out": asdict(left_out)}


class InSegmentOut(serializers.Serializer):
    customer = serializers.IntegerField()
    name = serializers.CharField(allow_null=True, help_text="Null without people:read.")

    example: dict[str, Any] = {"customer": 17, "name": "Ada Novak"}


@extend_schema_field({"type": "object", "additionalProperties": True})
class Tree(serializers.JSONField):
    """Conditions inside groups."""


class MembershipOut(serializers.Serializer):
    """`finding` is a tree: each condition's words, whether it holds, and the value found.
    `is_withheld`: they are left to service or must not be judged; of them you are told nothing."""

    customer = serializers.IntegerField()
    is_in = serializers.BooleanField()
    is_withheld = serializers.BooleanField()
    finding = Tree(allow_null=True)

    example: dict[str, Any] = {
        "customer": 17, "is_in": True, "is_withheld": False,
        "finding": {
            "words": "All of these", "holds": True, "value": "", "how": "all",
            "members": [{
                "words": "Bought · at least 3 times · in shoes · in the last 90 days",
                "holds": True, "value": "4 times, 160.00 together, last on 20 February 2026",
                "how": "", "members": [],
            }],
        },
    }  # fmt: skip


class SchemaOut(serializers.Serializer):
    """A JSON Schema, 2020-12; more members than are named here."""

    title = serializers.CharField()
    type = serializers.CharField()

    example: dict[str, Any] = {"title": "relcrm segment rule", "type": "object"}
