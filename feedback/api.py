"""The REST door to complaints: filed, acknowledged, given to someone, resolved."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.sight import colleague_named, customer_named, hushed
from customers.models.interaction import Channel
from feedback import actions, queries
from feedback.hushed import hush_told
from feedback.models import Complaint
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.queries import order_among
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Choice, Text
from relcrm.lib.rest.keyset import Order, instant, whole

SEVERITIES = {"min_value": 1, "max_value": 4, "help_text": "1 minor … 4 critical."}


class ComplaintOut(serializers.Serializer):
    """A complaint. Its words are null for callers who may not see people, and of discreet customers
    for those who may not know what these bought (`discreet:read`, or be their contact)."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="On the customer's receipt.")
    customer = serializers.IntegerField(source="customer_id")
    channel = serializers.ChoiceField(choices=Channel.choices, allow_blank=True)
    topic = serializers.CharField()
    subject = serializers.CharField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    remedy_sought = serializers.CharField(allow_null=True)
    severity = serializers.IntegerField()
    owner = serializers.IntegerField(allow_null=True, source="owner_id")
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution = serializers.CharField(allow_null=True)
    is_satisfied = serializers.BooleanField(allow_null=True)

    PERSONAL = ("subject", "text", "remedy_sought", "resolution")
    example: dict[str, Any] = {
        "id": 3, "number": "K-20931", "customer": 17, "channel": "email", "topic": "delivery",
        "subject": "Parcel left in the rain", "text": "The shoes are soaked.",
        "remedy_sought": "a new pair", "severity": 2, "owner": None,
        "filed_at": "2026-03-01T17:20:00Z", "due_at": "2026-03-03T17:20:00Z",
        "acknowledged_at": None, "resolved_at": None, "resolution": "", "is_satisfied": None,
    }  # fmt: skip


class ComplaintQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    state = Choice(
        [("open", "open"), ("overdue", "overdue"), ("resolved", "resolved")], required=False
    )
    severity = serializers.IntegerField(required=False, **SEVERITIES)
    order = order_among(["due_at", "-filed_at"])


class ComplaintIn(Body):
    """A new complaint. Severity is assessed from the words when it is left out."""

    customer = serializers.IntegerField(min_value=1)
    subject = Text(160, required=True)
    text = Text(10_000, required=False)
    remedy_sought = Text(200, required=False)
    topic = Text(60, required=False)
    channel = Choice(Channel, required=False)
    severity = serializers.IntegerField(required=False, **SEVERITIES)
    filed_at = serializers.DateTimeField(required=False, help_text="Now, when left out.")

    example: dict[str, Any] = {
        "customer": 17, "subject": "Parcel left in the rain", "text": "The shoes are soaked.",
        "remedy_sought": "a new pair", "channel": "email",
    }  # fmt: skip


class Owner(Body):
    """Who takes care of it: somebody who handles complaints."""

    owner = serializers.IntegerField(min_value=1, help_text="A colleague's number.")

    example: dict[str, Any] = {"owner": 2}


class Resolution(Body):
    """What was done for the customer, and what they were told."""

    resolution = Text(10_000, required=True)

    example: dict[str, Any] = {"resolution": "A new pair was sent today; she was called."}


class Complaints(Readable, Resource):
    queryset = Complaint.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "complaints:read", "POST": "complaints:write"}
    serializer_class = ComplaintOut
    query = ComplaintQuery
    orders: ClassVar = {
        "due_at": Order((("due_at", instant), ("id", whole))),
        "-filed_at": Order((("filed_at", instant), ("id", whole)), descending=True),
    }

    def rows(self) -> QuerySet[Complaint]:
        return queries.visible_to(self.request.user)

    def narrow(self, rows: QuerySet[Complaint], asked: dict[str, Any]) -> QuerySet[Complaint]:
        state = {
            None: {}, "open": {"resolved_at": None}, "resolved": {"resolved_at__isnull": False},
            "overdue": {"resolved_at": None, "due_at__lt": clock()},
        }[asked.get("state")]  # fmt: skip
        exact = {"customer": "customer_id", "severity": "severity"}
        return rows.filter(
            **state, **{to: asked[name] for name, to in exact.items() if name in asked}
        )

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of discreet customers only service and their own contact learn the words."""
        hidden = hushed(self, rows)
        for row in rows:
            if row["customer_id"] in hidden:
                hush_told(row)
        return rows

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["owner"] = row["customer_id"], row["owner_id"]
        if not self.sees("people:read"):
            row |= dict.fromkeys(ComplaintOut.PERSONAL)
        return {name: row[name] for name in ComplaintOut._declared_fields}

    def after(self, complaint: Complaint, status: int = 200) -> Response:
        return self.answer_one(self.one(self.rows(), pk=complaint.pk), status=status)

    @operation("List complaints", gives=page_of(ComplaintOut), query=ComplaintQuery)
    def list(self, request: Request) -> Response:
        """The most urgent first, unless ordered otherwise."""
        return super().list(request)

    @operation("Look at a complaint", gives=ComplaintOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One complaint, with an ETag."""
        return super().retrieve(request, pk)

    @operation("File a complaint", takes=ComplaintIn, gives=ComplaintOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """It gets a receipt number and a deadline by its severity, and silences marketing to
        this customer until it is resolved."""
        told = self.told(ComplaintIn)
        customer = customer_named(self, told.pop("customer"))
        complaint = actions.file_complaint(customer, **told, by=self.by, now=clock())
        return self.after(complaint, status=201)

    @operation("Acknowledge a complaint", takes=Nothing, gives=ComplaintOut, one=True)
    @once_per_key
    def acknowledge(self, request: Request, pk: int) -> Response:
        """The customer has been told that we have it, with the receipt number."""
        self.told(Nothing)
        complaint = get_object_or_404(self.rows(), pk=pk)
        actions.acknowledge_complaint(complaint, by=self.by, now=clock())
        return self.after(complaint)

    @operation("Give a complaint to somebody", takes=Owner, gives=ComplaintOut, one=True)
    @once_per_key
    def assign(self, request: Request, pk: int) -> Response:
        """From now on they take care of it."""
        complaint = get_object_or_404(self.rows(), pk=pk)
        owner = colleague_named(self.told(Owner)["owner"], "owner")
        actions.assign_complaint(complaint, owner=owner, by=self.by, now=clock())
        return self.after(complaint)

    @operation("Resolve a complaint", takes=Resolution, gives=ComplaintOut, one=True)
    @once_per_key
    def resolve(self, request: Request, pk: int) -> Response:
        """Close it with what was done. An answer acknowledges as well."""
        complaint = get_object_or_404(self.rows(), pk=pk)
        resolution = self.told(Resolution)["resolution"]
        actions.resolve_complaint(complaint, resolution=resolution, by=self.by, now=clock())
        return self.after(complaint)
