"""Lists go out over REST as files, and one customer as a card."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.cards import TYPE, take_card
from customers.actions.exports import ask_export, fetch
from customers.models import Customer, Export
from customers.queries.exports import visible_to
from relcrm.base.authentication import SCOPE_CAPABILITIES
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Choice
from relcrm.lib.rest.keyset import Order, whole

KINDS = [(name, name) for name in ("customers", "segment", "audience", "complaints")]


class ExportOut(serializers.Serializer):
    """A list written to a file; it can be fetched from `ready_at` to `expires_at`."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField()
    is_masked = serializers.BooleanField(help_text="Without names and contact data.")
    job = serializers.IntegerField(
        source="job_id", allow_null=True, help_text="Follow it under /jobs."
    )
    created_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 4, "kind": "customers", "title": "Customer list", "columns": ["customer", "name"],
        "rows": 610, "is_masked": False, "job": 8, "created_at": "2026-03-02T12:00:00Z",
        "ready_at": "2026-03-02T12:00:03Z", "expires_at": "2026-03-09T12:00:03Z",
        "removed_at": None,
    }  # fmt: skip


class ExportIn(Body):
    """Which list: of customers with `list` (as in the list's address) or `ids`, of a segment
    with `segment`, of an audience with `criteria`, of complaints with `show`."""

    kind = Choice(KINDS)
    list = serializers.DictField(required=False)
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False,
        max_length=10_000,
    )  # fmt: skip
    segment = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    criteria = serializers.DictField(required=False)
    show = Choice([(n, n) for n in ("open", "overdue", "mine", "unowned", "resolved")],
                  required=False)  # fmt: skip

    example: dict[str, Any] = {"kind": "customers", "list": {"family": "friend"}}


# What a list needs to be read, as well as to be taken out.
SCOPES = {
    "customers": "customers:read", "segment": "segments:read", "audience": "targeting:read",
    "complaints": "complaints:read",
}  # fmt: skip


def needs(resource: Resource, kind: str) -> None:
    if not resource.sees(SCOPES[kind]):
        raise PermissionDenied(f"This needs the scope {SCOPES[kind]}, or a role that includes it.")


def withheld(resource: Resource) -> frozenset[str]:
    """What this caller may not know; a key knows less than its maker."""
    known = {held for scope, held in SCOPE_CAPABILITIES.items() if resource.sees(scope)}
    return frozenset(SCOPE_CAPABILITIES.values()) - known


class Exports(Readable, Resource):
    queryset = Export.objects.none()  # for the document
    scopes: ClassVar = {"GET": "exports:read", "POST": "exports:write"}
    serializer_class = ExportOut
    orders: ClassVar = {"-id": Order((("id", whole),), descending=True)}

    def rows(self) -> QuerySet[Any]:
        return visible_to(self.request.user)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name.removesuffix("_id"): value for name, value in row.items()}

    @operation("List exports", gives=page_of(ExportOut), query=Listing, tag="exports")
    def list(self, request: Request) -> Response:
        """Your own, the newest first; an admin sees everybody's."""
        return super().list(request)

    @operation("Read an export", gives=ExportOut, query=Single, one=True, tag="exports")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Whether the file is ready, and until when it is there."""
        return super().retrieve(request, pk)

    @operation("Export a list", takes=ExportIn, gives=ExportOut, status=201, tag="exports")
    @once_per_key
    def create(self, request: Request) -> Response:
        """Written in the background; a key needs the scope that reads such a list, too. Without
        `people:read` the file has no names and contact data."""
        said = self.told(ExportIn)
        kind = said.pop("kind")
        needs(self, kind)
        export = ask_export(kind, said, by=self.by, now=clock(), withheld=withheld(self))
        return self.answer_one(self.one(self.rows(), pk=export.pk), status=201)


class AsItIs(BaseContentNegotiation):
    """Files are what they are, whatever the caller accepts."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ExportFile(Resource):
    queryset = Export.objects.none()  # for the document
    scopes: ClassVar = {"GET": "exports:read"}
    serializer_class = ExportOut
    content_negotiation_class = AsItIs

    @operation("Fetch the file", gives=OpenApiTypes.STR, media="text/csv", one=True,
               also=(409,), tag="exports")  # fmt: skip
    def retrieve(self, request: Request, pk: int) -> FileResponse:
        """CSV in UTF-8 with formulas made harmless, from `ready_at` to `expires_at`; 409 before and
        after, and when it tells more than the caller may know. Who fetched it is on record."""
        export = get_object_or_404(visible_to(request.user), pk=pk)
        needs(self, export.kind)
        path = fetch(export, by=self.by, now=clock(), withheld=withheld(self))
        return FileResponse(path.open("rb"), content_type="text/csv; charset=utf-8")


class Card(Resource):
    queryset = Customer.objects.none()  # for the document
    scopes: ClassVar = {"GET": "people:read"}
    serializer_class = ExportOut
    content_negotiation_class = AsItIs

    @operation("A customer as a vCard", gives=OpenApiTypes.STR, media="text/vcard", one=True,
               tag="customers")  # fmt: skip
    def retrieve(self, request: Request, pk: int) -> HttpResponse:
        """Version 4.0 (RFC 6350), for address books. Who fetched it is on record."""
        visible = Customer.objects.visible_to(request.user).select_related("organisation")
        text = take_card(get_object_or_404(visible, pk=pk), by=self.by, now=clock())
        return HttpResponse(text, content_type=TYPE)
