"""Around a customer over REST: organisations, points of contact, what they have."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer, Organisation, OwnedProduct, PointOfContact
from customers.queries.organisations import organisations_visible_to
from relcrm.base.rest import Listing, Resource, operation, page_of


class OrganisationOut(serializers.Serializer):
    """A company, club or household that stands behind customers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    domain = serializers.CharField()
    created_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 3, "name": "Hiking club", "domain": "hike.example",
        "created_at": "2026-01-05T09:00:00Z",
    }  # fmt: skip


class Organisations(Resource):
    queryset = Organisation.objects.none()  # for the document
    scopes: ClassVar = {"GET": "people:read"}
    serializer_class = OrganisationOut

    @operation("List organisations", gives=page_of(OrganisationOut), query=Listing)
    def list(self, request: Request) -> Response:
        """A household's name is its members' name, so this needs `people:read`."""
        asked = self.asked(Listing)
        rows = organisations_visible_to(request.user).order_by()
        return self.page(rows, asked, self.order(asked))


class ContactOut(serializers.Serializer):
    """Somebody of ours to whom a customer can turn."""

    id = serializers.IntegerField()
    user = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user__name")
    role = serializers.CharField()

    example: dict[str, Any] = {"id": 9, "user": 4, "name": "Eve Sheridan", "role": "fits boots"}


class Contacts(Resource):
    queryset = PointOfContact.objects.none()  # for the document
    scopes: ClassVar = {"GET": "people:read"}
    serializer_class = ContactOut

    @operation("Points of contact", gives=page_of(ContactOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Who of us looks after a customer, and in what role."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(customer.points_of_contact.all(), asked, self.order(asked))

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"id": row["id"], "user": row["user_id"], "name": row["user__name"],
                "role": row["role"]}  # fmt: skip


class OwnedOut(serializers.Serializer):
    """A product that a customer has, and when its usual life ends."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="product__sku")
    name = serializers.CharField(source="product__name")
    since_on = serializers.DateField()
    gone_on = serializers.DateField(allow_null=True, help_text="They have it no more.")
    next_choice_on = serializers.DateField(
        allow_null=True, help_text="Since when they have it, plus its expected life."
    )

    example: dict[str, Any] = {
        "id": 41, "sku": "R3", "name": "Ridge 3", "since_on": "2025-03-10", "gone_on": None,
        "next_choice_on": "2027-03-08",
    }  # fmt: skip


class Owned(Resource):
    queryset = OwnedProduct.objects.none()  # for the document
    scopes: ClassVar = {"GET": "interactions:read"}
    serializer_class = OwnedOut

    @operation("What a customer has", gives=page_of(OwnedOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Products that last, from purchases or told by hand."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(customer.owned.all(), asked, self.order(asked))

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["sku"], row["name"] = row.pop("product__sku"), row.pop("product__name")
        return {name: row[name] for name in OwnedOut._declared_fields}
