"""The words of this company in the API: its own fields and its tags."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import custom, tags
from customers.models import Customer, CustomField, Tag
from customers.queries.tags import tags_with_counts
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.fields import Body, Text


class CustomFieldOut(serializers.Serializer):
    """A fact that this company wants to know about customers."""

    id = serializers.IntegerField()
    key = serializers.CharField(help_text="Its name in `custom` of a customer.")
    label = serializers.CharField()
    kind = serializers.ChoiceField(choices=CustomField.Kind.choices)
    choices = serializers.ListField(child=serializers.CharField(), help_text="Of a choice.")
    unit = serializers.CharField(help_text="Of a number.")
    help = serializers.CharField()
    is_personal = serializers.BooleanField(help_text="Needs `people:read`; texts always do.")
    position = serializers.IntegerField(help_text="Its place on the form.")
    retired_at = serializers.DateTimeField(allow_null=True, help_text="Not asked for since then.")

    example: dict[str, Any] = {
        "id": 1, "key": "shoe_size", "label": "Shoe size", "kind": "number", "choices": [],
        "unit": "", "help": "", "is_personal": False, "position": 0, "retired_at": None,
    }  # fmt: skip


class CustomFieldChanges(Body):
    """What may be changed; key and kind stay as they are for good."""

    label = Text(80, required=False, allow_blank=False)
    choices = serializers.ListField(
        child=Text(254, required=True), min_length=1, max_length=200, required=False,
        help_text="Of a choice; others take none.",
    )  # fmt: skip
    unit = Text(20, required=False)
    help = Text(200, required=False)
    is_personal = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=9999, required=False)

    example: dict[str, Any] = {"label": "Shoe size (EU)"}


class CustomFieldIn(CustomFieldChanges):
    """A new field."""

    key = serializers.RegexField(r"^[a-z][a-z0-9_]{0,39}$", max_length=40)
    label = Text(80, required=True)
    kind = serializers.ChoiceField(choices=CustomField.Kind.choices)

    example: dict[str, Any] = {"key": "shoe_size", "label": "Shoe size", "kind": "number"}


class CustomFieldQuery(Listing):
    retired = serializers.BooleanField(
        required=False, default=False, help_text="Those not asked for any more instead."
    )


class CustomFields(Readable, Resource):
    queryset = CustomField.objects.none()  # for the document
    scopes: ClassVar = {
        "GET": "customers:read", "POST": "fields:write", "PATCH": "fields:write",
    }  # fmt: skip
    serializer_class = CustomFieldOut
    query = CustomFieldQuery

    def rows(self) -> QuerySet[CustomField]:
        rows: QuerySet[CustomField] = CustomField.objects.order_by()
        if self.request.method == "GET" and not self.sees("people:read"):
            rows = rows.exclude(Q(is_personal=True) | Q(kind=CustomField.Kind.TEXT))
        return rows

    def narrow(self, rows: QuerySet[CustomField], asked: dict[str, Any]) -> QuerySet[CustomField]:
        return rows.filter(retired_at__isnull=not asked["retired"])

    @operation("List the company's own fields", gives=page_of(CustomFieldOut),
               query=CustomFieldQuery)  # fmt: skip
    def list(self, request: Request) -> Response:
        """Those in use; which values `custom` of a customer takes."""
        return super().list(request)

    @operation("Look at a field", gives=CustomFieldOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One field, retired or not, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Define a field", takes=CustomFieldIn, gives=CustomFieldOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """Only an admin's key may. A choice needs `choices`."""
        made = custom.define_field(**self.told(CustomFieldIn), by=self.by)
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation(
        "Change a field", takes=CustomFieldChanges, gives=CustomFieldOut, one=True, edits=True
    )
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """Values that are no choice any more stay. Send the ETag you read as `If-Match`."""
        told = self.told(CustomFieldChanges)
        with self.changing(self.rows(), pk=pk) as field:
            custom.change_field(field, by=self.by, **told)
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)

    @operation("Retire a field", takes=Nothing, gives=CustomFieldOut, one=True)
    @once_per_key
    def retire(self, request: Request, pk: int) -> Response:
        """Not asked for or shown any more; what is known stays."""
        self.told(Nothing)
        custom.retire_field(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Bring a field back", takes=Nothing, gives=CustomFieldOut, one=True)
    @once_per_key
    def bring_back(self, request: Request, pk: int) -> Response:
        """With every value that it had."""
        self.told(Nothing)
        custom.bring_back_field(get_object_or_404(self.rows(), pk=pk), by=self.by)
        return self.answer_one(self.one(self.rows(), pk=pk))


class TagOut(serializers.Serializer):
    """A tag and how many of the customers whom the caller may see have it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    people = serializers.IntegerField()

    example: dict[str, Any] = {"id": 4, "name": "hiking club", "people": 212}


class TagIn(Body):
    name = Text(40, required=True)

    example: dict[str, Any] = {"name": "hiking club"}


class TagChanges(Body):
    name = Text(40, required=False, allow_blank=False)

    example: dict[str, Any] = {"name": "mountain club"}


class TagPeople(Body):
    customers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1, max_length=1000,
        help_text="Numbers of ours; each must be somebody the caller may see.",
    )  # fmt: skip

    example: dict[str, Any] = {"customers": [17, 2209]}


class Tags(Readable, Resource):
    queryset = Tag.objects.none()  # for the document
    scopes: ClassVar = {
        "GET": "customers:read", "POST": "customers:write", "PATCH": "customers:write",
        "DELETE": "customers:write",
    }  # fmt: skip
    serializer_class = TagOut

    def rows(self) -> QuerySet[Tag]:
        return tags_with_counts(self.request.user).order_by()

    @operation("List tags", gives=page_of(TagOut), query=Listing)
    def list(self, request: Request) -> Response:
        """Every tag with its number of customers. One customer's are set with `tags` there."""
        return super().list(request)

    @operation("Look at a tag", gives=TagOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One tag, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Add a tag", takes=TagIn, gives=TagOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """Spelt in any case it is the same; one that is there already is refused with 409."""
        made = tags.make_tag(self.told(TagIn)["name"], by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation("Rename a tag", takes=TagChanges, gives=TagOut, one=True)
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """For everybody who has it."""
        told, tag = self.told(TagChanges), get_object_or_404(Tag, pk=pk)
        if "name" in told:
            tags.rename_tag(tag, told["name"], by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Remove a tag", gives=None, status=204, one=True)
    def destroy(self, request: Request, pk: int) -> Response:
        """Off everybody, and out of the list."""
        tags.remove_tag(get_object_or_404(Tag, pk=pk), by=self.by, now=clock())
        return Response(status=204)

    @operation("Tag customers", takes=TagPeople, gives=TagOut, one=True)
    @once_per_key
    def put_on(self, request: Request, pk: int) -> Response:
        """Up to a thousand at once; whoever has it already keeps it."""
        tag = get_object_or_404(Tag, pk=pk)
        tags.tag_customers(self._people(), tag.name, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Untag customers", takes=TagPeople, gives=TagOut, one=True)
    @once_per_key
    def take_off(self, request: Request, pk: int) -> Response:
        """Up to a thousand at once; who does not have it is left alone."""
        tag = get_object_or_404(Tag, pk=pk)
        tags.untag_customers(self._people(), tag, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    def _people(self) -> set[int]:
        wanted = set(self.told(TagPeople)["customers"])
        seen = Customer.objects.visible_to(self.request.user).filter(pk__in=wanted)
        if strange := wanted - set(seen.values_list("pk", flat=True)):
            raise Contradiction({"customers": f"We know no customer {min(strange)}."})
        return wanted
