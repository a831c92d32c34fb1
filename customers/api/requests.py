"""The REST door to requests about personal data: opened by other systems, followed to the end."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.requests import open_request
from customers.api.sight import customer_named
from customers.models import SubjectRequest
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Choice, Text
from relcrm.lib.rest.keyset import Order, day, whole

STATES = SubjectRequest.State.choices


class RequestOut(serializers.Serializer):
    """What somebody asked of us about their data, and until when we have to answer."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=SubjectRequest.Kind.choices)
    customer = serializers.IntegerField(
        allow_null=True, source="customer_id", help_text="Null: not known to us, or erased since."
    )
    state = serializers.ChoiceField(choices=STATES)
    received_on = serializers.DateField()
    due_on = serializers.DateField()
    extended_at = serializers.DateTimeField(allow_null=True)
    owner = serializers.IntegerField(allow_null=True, source="owner_id")
    came_by = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 4, "kind": "access", "customer": 17, "state": "open", "received_on": "2026-03-02",
        "due_on": "2026-04-02", "extended_at": None, "owner": None, "came_by": "app",
        "closed_at": None,
    }  # fmt: skip


class RequestQuery(Listing):
    customer = serializers.IntegerField(min_value=1, required=False)
    kind = Choice(SubjectRequest.Kind, required=False)
    state = Choice(STATES, required=False)


class RequestIn(Body):
    """A request that came in elsewhere. Who asks is checked by people, at the desk."""

    kind = Choice(SubjectRequest.Kind)
    customer = serializers.IntegerField(min_value=1, help_text="Our number.")
    contact = Text(254, required=False, help_text="Where the answer goes.")
    words = Text(10_000, required=False, help_text="What they wrote.")
    came_by = Text(40, required=False, help_text="Such as app, shop.")
    received_on = serializers.DateField(required=False, help_text="Today, when left out.")

    example: dict[str, Any] = {"kind": "access", "customer": 17, "came_by": "app"}


class Requests(Readable, Resource):
    queryset = SubjectRequest.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "privacy:read", "POST": "privacy:write"}
    serializer_class = RequestOut
    query = RequestQuery
    orders: ClassVar = {"due_on": Order((("due_on", day), ("id", whole)))}

    def rows(self) -> QuerySet[SubjectRequest]:
        return SubjectRequest.objects.all()

    def narrow(self, rows: QuerySet[SubjectRequest], asked: dict[str, Any]) -> QuerySet[Any]:
        columns = {"customer": "customer_id", "kind": "kind", "state": "state"}
        return rows.filter(**{to: asked[name] for name, to in columns.items() if name in asked})

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"], row["owner"] = row["customer_id"], row["owner_id"]
        return {name: row[name] for name in RequestOut._declared_fields}

    @operation(
        "List requests about data", gives=page_of(RequestOut), query=RequestQuery, tag="privacy"
    )
    def list(self, request: Request) -> Response:
        """The one due first at the top."""
        return super().list(request)

    @operation(
        "Look at a request about data", gives=RequestOut, query=Single, one=True, tag="privacy"
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        """One request, with an ETag."""
        return super().retrieve(request, pk)

    @operation(
        "Open a request about data", takes=RequestIn, gives=RequestOut, status=201, tag="privacy"
    )
    @once_per_key
    def create(self, request: Request) -> Response:
        """The month to answer runs from `received_on`. An objection works at once. While the
        customer has an open request of this kind, that one is answered."""
        told = self.told(RequestIn)
        customer = customer_named(self, told.pop("customer"))
        made = open_request(told.pop("kind"), customer=customer, by=self.by, now=clock(), **told)
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)
