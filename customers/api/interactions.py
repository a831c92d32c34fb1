"""Interactions: what happened, read by customer, kind and period, and sent in one or many."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.incoming import Bulk, BulkDone, InteractionIn, record_many, record_one
from customers.api.sight import hushed, of_visible_customers
from customers.models import Interaction, Kind
from customers.models.interaction import Channel
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Choice
from relcrm.lib.rest.keyset import Order, day, instant, whole


def money() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)


class InteractionOut(serializers.Serializer):
    """Something that happened between a customer and us. The kind gives the amount its sign."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    kind = serializers.ChoiceField(choices=Kind.choices)
    occurred_at = serializers.DateTimeField()
    occurred_on = serializers.DateField(help_text="The day in the company's time zone.")
    channel = serializers.ChoiceField(choices=Channel.choices, allow_blank=True)
    is_online = serializers.BooleanField(allow_null=True)
    brand = serializers.CharField(allow_null=True, source="brand__slug")
    amount = money()
    discount = money()
    margin = money()
    currency = serializers.CharField(help_text="The original one, when it is not the company's.")
    original_amount = money()
    rate = serializers.DecimalField(max_digits=14, decimal_places=8, allow_null=True)
    category = serializers.CharField(
        allow_null=True, help_text="Null of a discreet customer, without discreet:read."
    )
    rating = serializers.IntegerField(allow_null=True)
    sentiment = serializers.FloatField(allow_null=True)
    reason = serializers.CharField()
    properties = serializers.DictField(allow_null=True)
    source = serializers.CharField()
    source_id = serializers.CharField()
    recorded_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 90211, "customer": 17, "kind": "purchase", "occurred_at": "2026-02-20T09:00:00Z",
        "occurred_on": "2026-02-20", "channel": "web", "is_online": True, "brand": None,
        "amount": "39.90", "discount": None, "margin": None, "currency": "",
        "original_amount": None, "rate": None, "category": "shoes", "rating": None,
        "sentiment": None, "reason": "", "properties": None, "source": "shop",
        "source_id": "order-5512", "recorded_at": "2026-02-20T09:00:03Z",
    }  # fmt: skip


DECIMALS = ("amount", "discount", "margin", "original_amount", "rate")


class InteractionQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    kind = Choice(Kind, required=False)
    occurred_from = serializers.DateField(required=False, help_text="With customer or kind.")
    occurred_to = serializers.DateField(required=False, help_text="With customer or kind.")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.keys() & {"occurred_from", "occurred_to"} and not asked.keys() & {
            "customer", "kind",
        }:  # fmt: skip
            remedy = "A period needs a customer or a kind beside it."
            raise serializers.ValidationError({"occurred_from": [remedy]})
        return asked


class Interactions(Readable, Resource):
    queryset = Interaction.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "interactions:read", "POST": "interactions:write"}
    serializer_class = InteractionOut
    query = InteractionQuery
    # Each order is one of the table's indexes: see docs/decisions on keys.
    orders: ClassVar = {
        "id": Order((("id", whole),)),
        "customer": Order((("occurred_at", instant), ("id", whole)), descending=True),
        "kind": Order((("occurred_on", day), ("id", whole)), descending=True),
    }

    def rows(self) -> QuerySet[Interaction]:
        return of_visible_customers(Interaction.objects.all(), self.request.user)

    def narrow(self, rows: QuerySet[Interaction], asked: dict[str, Any]) -> QuerySet[Interaction]:
        columns = {
            "customer": "customer_id", "kind": "kind",
            "occurred_from": "occurred_on__gte", "occurred_to": "occurred_on__lte",
        }  # fmt: skip
        return rows.filter(**{to: asked[name] for name, to in columns.items() if name in asked})

    def order(self, asked: dict[str, Any]) -> Order:
        return self.orders[next((name for name in ("customer", "kind") if name in asked), "id")]

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of discreet customers only service and their own contact learn what it was."""
        hidden = hushed(self, rows)
        for row in rows:
            if row["customer_id"] in hidden:
                row["category"] = row["properties"] = None
        return rows

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["brand"] = row["customer_id"], row["brand__slug"]
        for name in DECIMALS:
            row[name] = None if row[name] is None else str(row[name])
        if not self.sees("people:read"):
            row["properties"] = None  # nobody knows what a sender put there
        return {name: row[name] for name in InteractionOut._declared_fields}

    @operation("List interactions", gives=page_of(InteractionOut), query=InteractionQuery)
    def list(self, request: Request) -> Response:
        """Of one customer or one kind the newest first, else in the order they were recorded.
        `properties` are null for callers who may not see people, and with the category for those
        who may not know what a discreet customer bought (`discreet:read`, or be their contact)."""
        return super().list(request)

    @operation("Look at an interaction", gives=InteractionOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One thing that happened, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Record an interaction", takes=InteractionIn, gives=InteractionOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """Stored once for each `source` and `source_id`: sent again, it changes what is
        stored. Name the customer by `customer`, `email` or `number`."""
        row = self.told(InteractionIn)
        record_one(row, by=self.by)
        key = {"source": row["source"], "source_id": row["source_id"]}
        return self.answer_one(self.one(self.rows(), **key), status=201)

    @operation("Record up to 10,000 interactions", takes=Bulk, gives=BulkDone)
    @once_per_key
    def bulk(self, request: Request) -> Response:
        """All or nothing: one row that is not right, and nothing is stored; the answer names
        each such row by its index (`interactions.17.amount`) with what would mend it. Mend
        them and send all again: rows known by `source` and `source_id` are never doubled."""
        return Response(record_many(**self.told(Bulk), by=self.by, sees=self.sees))
