"""Interactions sent in: what a row may say, whom it names, and the one action that stores them."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from customers.actions.sent_in import BadRows, record_sent_in
from customers.models import Kind
from customers.models.interaction import Channel
from relcrm.base.audit import Actor
from relcrm.base.rest.describe import one_of
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.fields import Amount, Body, Choice, Rate, Text

MOST = 10_000
MOST_ERRORS = 1_000  # more would only be the same mistake again
# A complaint has a receipt number and a deadline, and an outcome names its promise: they come in
# by doors of their own.
OWN_DOORS = {Kind.COMPLAINT, Kind.PROMISE_KEPT, Kind.PROMISE_BROKEN}
KINDS = [choice for choice in Kind.choices if choice[0] not in OWN_DOORS]
# Sources in which the product itself records.
OUR_OWN = {"complaints", "notes", "questions", "promises"}


def record_one(row: dict[str, Any], *, by: Actor) -> None:
    """Store it; otherwise a Contradiction that says what is wrong with it."""
    try:
        record_sent_in([row], create_customers=False, by=by, now=clock())
    except BadRows as bad:
        raise Contradiction(bad.errors[0]) from bad


def record_many(
    interactions: Sequence[dict[str, Any]],
    *,
    create_customers: bool,
    by: Actor,
    sees: Callable[[str], bool],
) -> dict[str, int]:
    """Store them all; otherwise a Contradiction that names each bad row by its index."""
    if create_customers and not sees("customers:write"):
        raise PermissionDenied("create_customers needs the scope customers:write.")
    try:
        done = record_sent_in(interactions, create_customers=create_customers, by=by, now=clock())
    except BadRows as bad:
        worst = dict([*bad.errors.items()][:MOST_ERRORS])
        raise Contradiction({"interactions": worst}) from bad
    return {"inserted": done.inserted, "updated": done.updated, "unchanged": done.unchanged}


@one_of("customer", "email", "number")
class InteractionIn(Body):
    """One thing that happened. `source` and `source_id` say which, however often it is sent."""

    source = Text(40, required=True, help_text="The system that knows of it, like shop.")
    source_id = Text(80, required=True, help_text="Its number there.")
    customer = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="Our number."
    )
    email = serializers.EmailField(max_length=254, required=False)
    number = Text(254, required=False, help_text="The customer's number in `source`.")
    kind = Choice(KINDS, help_text="Complaints have an address of their own.")
    occurred_at = serializers.DateTimeField()
    channel = Choice(Channel, required=False)
    is_online = serializers.BooleanField(required=False, allow_null=True)
    brand = Text(50, required=False, help_text="The brand's short name.")
    amount = Amount(required=False, allow_null=True)
    discount = Amount(required=False, allow_null=True)
    margin = Amount(required=False, allow_null=True)
    currency = serializers.RegexField(
        "^[A-Z]{3}$", required=False,
        help_text="Of the three amounts above, when not the company's. Then a rate is needed.",
    )  # fmt: skip
    rate = Rate(required=False)
    category = Text(60, required=False)
    rating = serializers.IntegerField(
        min_value=0, max_value=10, required=False, allow_null=True,
        help_text="Stars 1–5 of a review, 0–10 of an NPS answer, 1–5 of CSAT.",
    )  # fmt: skip
    sentiment = serializers.FloatField(min_value=-1, max_value=1, required=False, allow_null=True)
    reason = Text(24, required=False, help_text="Of a return.")
    properties = serializers.DictField(required=False, allow_null=True)

    example: dict[str, Any] = {
        "source": "shop", "source_id": "order-5512", "email": "ada@example.com",
        "kind": "purchase", "occurred_at": "2026-02-20T09:00:00Z", "channel": "web",
        "amount": "39.90", "category": "shoes",
    }  # fmt: skip

    def validate_source(self, source: str) -> str:
        if source in OUR_OWN:
            raise serializers.ValidationError("We record under this name ourselves; use another.")
        return source

    def validate(self, row: dict[str, Any]) -> dict[str, Any]:
        if len(row.keys() & {"customer", "email", "number"}) != 1:
            remedy = "Name the customer by one of customer, email and number."
            raise serializers.ValidationError({"customer": [remedy]})
        return row


class Bulk(Body):
    """Up to 10,000 interactions."""

    interactions = serializers.ListField(child=InteractionIn(), min_length=1, max_length=MOST)
    create_customers = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Add customers whom nobody knows by this e-mail or number yet "
        "(needs the scope customers:write).",
    )

    example: dict[str, Any] = {
        "create_customers": True,
        "interactions": [InteractionIn.example],
    }


class BulkDone(serializers.Serializer):
    """How many were new, changed, and known already."""

    inserted = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()

    example: dict[str, Any] = {"inserted": 1, "updated": 0, "unchanged": 0}
