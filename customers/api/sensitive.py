"""Sensitive goods through the API: which categories make their buyers discreet."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.sensitive import mark_sensitive, unmark_sensitive
from customers.models import SensitiveCategory
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Text


class SensitiveOut(serializers.Serializer):
    """A category whose buyers are kept discreet."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="As interactions and products spell it.")
    marked_at = serializers.DateTimeField(help_text="When it was said to be sensitive.")

    example: dict[str, Any] = {"id": 3, "name": "wigs", "marked_at": "2026-03-02T09:00:00Z"}


class SensitiveIn(Body):
    name = Text(60, required=True, help_text="As interactions and products spell it.")

    example: dict[str, Any] = {"name": "wigs"}


class SensitiveGoods(Readable, Resource):
    queryset = SensitiveCategory.objects.none()  # for the document
    scopes: ClassVar = {
        "GET": "customers:read", "POST": "fields:write", "DELETE": "fields:write",
    }  # fmt: skip
    serializer_class = SensitiveOut

    def rows(self) -> QuerySet[SensitiveCategory]:
        return SensitiveCategory.objects.order_by()

    @operation("List sensitive goods", gives=page_of(SensitiveOut), query=Listing)
    def list(self, request: Request) -> Response:
        """Categories; who bought in them is discreet."""
        return super().list(request)

    @operation("Look at sensitive goods", gives=SensitiveOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One category, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Say that goods are sensitive", takes=SensitiveIn, gives=SensitiveOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """Who bought in this category is kept discreet: from the next purchase at once, for what
        was bought before by a job. Only an admin's key may."""
        made = mark_sensitive(self.told(SensitiveIn)["name"], by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation("Say that goods are not sensitive", gives=None, status=204, one=True)
    def destroy(self, request: Request, pk: int) -> Response:
        """Who bought nothing else that is sensitive is not kept discreet for it any more."""
        found = get_object_or_404(SensitiveCategory, pk=pk)
        unmark_sensitive(found, by=self.by, now=clock())
        return Response(status=204)
