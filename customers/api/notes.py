"""Notes over REST: read, written, corrected, taken back, put back."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import notes as actions
from customers.api.sight import hushed, of_visible_customers
from customers.models import Customer, Interaction, Kind
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Text
from relcrm.lib.rest.keyset import Order, instant, whole


class NoteOut(serializers.Serializer):
    """A note about a customer. Its words are null once it was removed, for callers who may not see
    people, and of discreet customers for those who may not know what these bought."""

    id = serializers.IntegerField(help_text="Its number among the interactions.")
    customer = serializers.IntegerField()
    text = serializers.CharField(allow_null=True)
    by = serializers.IntegerField(allow_null=True, help_text="The colleague who wrote it.")
    written_at = serializers.DateTimeField()
    is_removed = serializers.BooleanField()

    example: dict[str, Any] = {
        "id": 90412, "customer": 17, "text": "Prefers mornings", "by": 2,
        "written_at": "2026-03-02T09:00:00Z", "is_removed": False,
    }  # fmt: skip


class NoteIn(Body):
    text = Text(4_000, required=True)

    example: dict[str, Any] = {"text": "Prefers mornings"}


class NoteChanges(Body):
    text = Text(4_000, required=False, allow_blank=False)

    example: dict[str, Any] = {"text": "Prefers noon"}


class Notes(Readable, Resource):
    queryset = Interaction.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "people:read", "POST": "customers:write", "PATCH": "customers:write",
        "DELETE": "customers:write",
    }  # fmt: skip
    serializer_class = NoteOut
    columns = ("id", "customer_id", "source", "properties", "occurred_at")
    orders: ClassVar = {
        "-written_at": Order((("occurred_at", instant), ("id", whole)), descending=True)
    }

    def rows(self) -> QuerySet[Interaction]:
        return of_visible_customers(Interaction.objects.filter(kind=Kind.NOTE), self.request.user)

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of discreet customers only service and their own contact learn the words."""
        hidden = hushed(self, rows)
        for row in rows:
            if row["customer_id"] in hidden:
                row["properties"] = (row["properties"] or {}) | {"text": None}
        return rows

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        said = row["properties"] or {}
        wrote = said.get("by") if row["source"] == actions.NOTES else None
        return {
            "id": row["id"], "customer": row["customer_id"],
            "text": said.get("text") if self.sees("people:read") else None,
            "by": wrote, "written_at": row["occurred_at"], "is_removed": "removed_at" in said,
        }  # fmt: skip

    @operation("Notes about a customer", gives=page_of(NoteOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """The latest first; of those that were removed without the words."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(self.rows().filter(customer=customer), asked, self.order(asked))

    @operation("Look at a note", gives=NoteOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One note, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Write a note", takes=NoteIn, gives=NoteOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """It stands on the customer's timeline, under the name of the key's maker."""
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        text = self.told(NoteIn)["text"]
        note = actions.write_note(customer, text, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=note.pk), status=201)

    @operation("Correct a note", takes=NoteChanges, gives=NoteOut, one=True, edits=True)
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """Only by who wrote it, or an admin. What it said before can be put back for 30 days."""
        told = self.told(NoteChanges)
        with self.changing(self.rows(), pk=pk) as note:
            if "text" in told:
                actions.change_note(note, told["text"], by=self.by, now=clock())
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)

    @operation("Remove a note", gives=None, status=204, one=True, also=(409,))
    def destroy(self, request: Request, pk: int) -> Response:
        """Its words are gone from everywhere; for 30 days they can be put back."""
        actions.remove_note(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return Response(status=204)

    @operation("Put a note back", takes=Nothing, gives=NoteOut, one=True)
    @once_per_key
    def put_back(self, request: Request, pk: int) -> Response:
        """It says again what it said before the last change or the removal."""
        self.told(Nothing)
        actions.put_back_note(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))
