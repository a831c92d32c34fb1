"""The words of this company in the API: its own fields and its tags."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import CustomField, Tag
from customers.queries.tags import tags_with_counts
from relcrm.base.rest import Listing, Resource, operation, page_of


class CustomFieldOut(serializers.Serializer):
    """A fact that this company wants to know about customers."""

    id = serializers.IntegerField()
    key = serializers.CharField(help_text="Its name in `custom` of a customer.")
    label = serializers.CharField()
    kind = serializers.ChoiceField(choices=CustomField.Kind.choices)
    choices = serializers.ListField(child=serializers.CharField(), help_text="Of a choice.")
    unit = serializers.CharField(help_text="Of a number.")
    is_personal = serializers.BooleanField(help_text="Needs `people:read`; texts always do.")

    example: dict[str, Any] = {
        "id": 1, "key": "shoe_size", "label": "Shoe size", "kind": "number", "choices": [],
        "unit": "", "is_personal": False,
    }  # fmt: skip


class CustomFields(Resource):
    queryset = CustomField.objects.none()  # for the document
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = CustomFieldOut

    @operation("List the company's own fields", gives=page_of(CustomFieldOut), query=Listing)
    def list(self, request: Request) -> Response:
        """Those in use; which values `custom` of a customer takes."""
        rows: QuerySet[CustomField] = CustomField.objects.filter(retired_at=None)
        if not self.sees("people:read"):
            rows = rows.exclude(Q(is_personal=True) | Q(kind=CustomField.Kind.TEXT))
        asked = self.asked(Listing)
        return self.page(rows, asked, self.order(asked))


class TagOut(serializers.Serializer):
    """A tag and how many customers have it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    people = serializers.IntegerField()

    example: dict[str, Any] = {"id": 4, "name": "hiking club", "people": 212}


class Tags(Resource):
    queryset = Tag.objects.none()  # for the document
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = TagOut

    @operation("List tags", gives=page_of(TagOut), query=Listing)
    def list(self, request: Request) -> Response:
        """Every tag with its number of customers. Tags are set with a customer (`tags`)."""
        asked = self.asked(Listing)
        return self.page(tags_with_counts(), asked, self.order(asked))
