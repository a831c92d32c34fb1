"""The REST door to webhooks: who listens, for what, and what was told."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from relcrm.base import happenings
from relcrm.base.actions import webhooks
from relcrm.base.actions.webhooks import Listening
from relcrm.base.models import Delivery, Webhook
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Choice, Text
from relcrm.lib.rest.keyset import Order, whole

FRANK = "negative:read"


class WebhookOut(serializers.Serializer):
    """Where a program listens, and for what."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    sees_negative = serializers.BooleanField(help_text="Negative types by name.")
    stopped_at = serializers.DateTimeField(allow_null=True, help_text="Not told since then.")
    stopped_why = serializers.CharField()
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="Nothing has got through since."
    )
    created_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 1, "name": "Newsletter system", "address": "https://hooks.example.com/relcrm",
        "kinds": ["profile.changed"], "sees_negative": False, "stopped_at": None,
        "stopped_why": "", "failing_since": None, "created_at": "2026-03-02T12:00:00Z",
    }  # fmt: skip


class WebhookMade(WebhookOut):
    """With the secret that everything is signed with; it is told this once."""

    secret = serializers.CharField()

    example: dict[str, Any] = WebhookOut.example | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZI"}


class WebhookChanges(Body):
    """What may be changed."""

    name = Text(80, required=False, allow_blank=False)
    address = Text(500, required=False, allow_blank=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(happenings.KINDS)),
        min_length=1, max_length=50, required=False,
    )  # fmt: skip
    sees_negative = serializers.BooleanField(required=False)

    example: dict[str, Any] = {"kinds": ["profile.changed", "promise.broken"]}


class WebhookIn(WebhookChanges):
    """Where a program wants to listen."""

    name = Text(80, required=True)
    address = Text(500, required=True)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(happenings.KINDS)),
        min_length=1, max_length=50,
    )  # fmt: skip

    example: dict[str, Any] = {
        "name": "Newsletter system", "address": "https://hooks.example.com/relcrm",
        "kinds": ["profile.changed"], "sees_negative": False,
    }  # fmt: skip


class DeliveryOut(serializers.Serializer):
    """One thing that happened, on its way to one address."""

    id = serializers.IntegerField()
    number = serializers.CharField(source="happening__number", help_text="`webhook-id`.")
    kind = serializers.CharField(source="happening__kind")
    about = serializers.IntegerField(source="happening__about", allow_null=True)
    at = serializers.DateTimeField(source="happening__at")
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="Of the last answer.")
    detail = serializers.CharField(help_text="What went wrong.")
    next_attempt_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 9, "number": "evt_5f0c", "kind": "profile.changed", "about": 17,
        "at": "2026-03-02T12:00:00Z", "state": "sent", "attempts": 1, "status": 200, "detail": "",
        "next_attempt_at": "2026-03-02T12:00:00Z", "settled_at": "2026-03-02T12:00:04Z",
    }  # fmt: skip


class DeliveryQuery(Listing):
    state = Choice(Delivery.State, required=False)


class Webhooks(Readable, Resource):
    queryset = Webhook.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "webhooks:read", "POST": "webhooks:write", "PATCH": "webhooks:write",
        "DELETE": "webhooks:write",
    }  # fmt: skip
    serializer_class = WebhookOut

    def rows(self) -> QuerySet[Webhook]:
        return Webhook.objects.order_by()

    def may_listen(self, kinds: list[str], *, sees_negative: bool) -> None:
        """Nobody lets a program hear what they may not read themselves."""
        needed = {happenings.KINDS[kind].scope for kind in kinds if kind in happenings.KINDS}
        for scope in sorted(needed | ({FRANK} if sees_negative else set())):
            if not self.sees(scope):
                raise PermissionDenied(f"To be told of this needs the scope {scope}.")

    @operation("List webhooks", gives=page_of(WebhookOut), query=Listing)
    def list(self, request: Request) -> Response:
        """Who is told what happens. Secrets are not shown."""
        return super().list(request)

    @operation("Look at a webhook", gives=WebhookOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Set up a webhook", takes=WebhookIn, gives=WebhookMade, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """From now on it is told what happens, signed as Standard Webhooks 1.0 says. The
        secret is in this answer and nowhere else."""
        told = {"sees_negative": False} | self.told(WebhookIn)
        self.may_listen(told["kinds"], sees_negative=told["sees_negative"])
        made = webhooks.add_webhook(Listening(**told), by=self.by, now=clock())
        row = self.one(self.rows(), pk=made.pk)
        return self.answer_one(row | {"secret": made.secret}, status=201)

    @operation("Change a webhook", takes=WebhookChanges, gives=WebhookOut, one=True, edits=True)
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """What is not named stays. Send the ETag you read as `If-Match`."""
        told = self.told(WebhookChanges)
        with self.changing(self.rows(), pk=pk) as hook:
            meant = {name: told.get(name, getattr(hook, name)) for name in webhooks.FIELDS}
            self.may_listen(meant["kinds"], sees_negative=meant["sees_negative"])
            webhooks.change_webhook(hook, Listening(**meant), by=self.by, now=clock())
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)

    @operation("Remove a webhook", gives=None, status=204, one=True)
    def destroy(self, request: Request, pk: int) -> Response:
        """It hears nothing more, and its log goes with it."""
        webhooks.remove_webhook(get_object_or_404(Webhook, pk=pk), by=self.by, now=clock())
        return Response(status=204)

    @operation("Try a webhook", takes=Nothing, gives=WebhookOut, one=True)
    @once_per_key
    def try_it(self, request: Request, pk: int) -> Response:
        """It is told `webhook.test` in a moment; the log says whether it was heard."""
        self.told(Nothing)
        webhooks.try_webhook(get_object_or_404(Webhook, pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))


class Deliveries(Resource):
    queryset = Delivery.objects.none()
    scopes: ClassVar = {"GET": "webhooks:read", "POST": "webhooks:write"}
    serializer_class = DeliveryOut
    query = DeliveryQuery
    orders: ClassVar = {"-id": Order((("id", whole),), descending=True)}

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name.removeprefix("happening__"): value for name, value in row.items()}

    def customer_of(self, row: dict[str, Any]) -> int | None:
        return row["about"]

    @operation("What a webhook was told", gives=page_of(DeliveryOut), query=DeliveryQuery, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """The log of 30 days, the newest first."""
        hook, asked = get_object_or_404(Webhook, pk=pk), self.asked(DeliveryQuery)
        rows = hook.deliveries.order_by()
        if asked.get("state"):
            rows = rows.filter(state=asked["state"])
        return self.page(rows, asked, self.order(asked))

    @operation("Tell it again", takes=Nothing, gives=DeliveryOut, one=True)
    @once_per_key
    def again(self, request: Request, pk: int, delivery: int) -> Response:
        """Under the same `webhook-id`, so that a program that heard it knows."""
        self.told(Nothing)
        rows = Delivery.objects.filter(webhook=pk).order_by()
        webhooks.tell_again(get_object_or_404(rows, pk=delivery), by=self.by, now=clock())
        return self.answer_one(self.one(rows, pk=delivery))
