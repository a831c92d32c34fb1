"""Around a customer over REST: points of contact, and what they have."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import contacts, owned
from customers.api.sight import colleague_named, hushed, of_visible_customers
from customers.models import Customer, OwnedProduct, PointOfContact, Product
from relcrm.base.rest import Listing, Resource, once_per_key, operation, page_of
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.fields import Body, Text


class ContactOut(serializers.Serializer):
    """Somebody of ours to whom a customer can turn."""

    id = serializers.IntegerField()
    user = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user__name")
    role = serializers.CharField()

    example: dict[str, Any] = {"id": 9, "user": 4, "name": "Eve Sheridan", "role": "fits boots"}


class ContactIn(Body):
    user = serializers.IntegerField(min_value=1, help_text="A colleague's number.")
    role = Text(60, required=False)

    example: dict[str, Any] = {"user": 4, "role": "fits boots"}


class Contacts(Resource):
    queryset = PointOfContact.objects.none()  # for the document
    scopes: ClassVar = {
        "GET": "people:read", "POST": "customers:write", "DELETE": "customers:write",
    }  # fmt: skip
    serializer_class = ContactOut

    @operation("Points of contact", gives=page_of(ContactOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Who of us looks after a customer, and in what role."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(customer.points_of_contact.all(), asked, self.order(asked))

    @operation("Add a point of contact", takes=ContactIn, gives=ContactOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """The customer can turn to this colleague, and an expert sees the customer from now on.
        Sent again with another role, the role is changed."""
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        told = self.told(ContactIn)
        user = colleague_named(told["user"], "user")
        made = contacts.add_contact(customer, user, role=told.get("role", ""), by=self.by)
        return self.answer_one(self.one(customer.points_of_contact.all(), pk=made.pk), status=201)

    @operation("Remove a point of contact", gives=None, status=204, one=True)
    def destroy(self, request: Request, pk: int) -> Response:
        """The number is the one of the point of contact. An expert sees the customer no more."""
        rows = of_visible_customers(PointOfContact.objects.all(), request.user)
        contacts.remove_contact(get_object_or_404(rows, pk=pk), by=self.by)
        return Response(status=204)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"id": row["id"], "user": row["user_id"], "name": row["user__name"],
                "role": row["role"]}  # fmt: skip


class OwnedOut(serializers.Serializer):
    """A product that a customer has, and when its usual life ends."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="product__sku", allow_null=True)
    name = serializers.CharField(source="product__name", allow_null=True)
    since_on = serializers.DateField()
    gone_on = serializers.DateField(allow_null=True, help_text="They have it no more.")
    next_choice_on = serializers.DateField(
        allow_null=True, help_text="Since when they have it, plus its expected life."
    )

    example: dict[str, Any] = {
        "id": 41, "sku": "R3", "name": "Ridge 3", "since_on": "2025-03-10", "gone_on": None,
        "next_choice_on": "2027-03-08",
    }  # fmt: skip


class OwnedIn(Body):
    sku = Text(40, required=True, help_text="The product's number in the catalogue.")
    since_on = serializers.DateField()

    example: dict[str, Any] = {"sku": "R3", "since_on": "2025-03-10"}


class GoneIn(Body):
    on = serializers.DateField(required=False, help_text="Today, when left out.")

    example: dict[str, Any] = {"on": "2026-02-01"}


class Owned(Resource):
    queryset = OwnedProduct.objects.none()  # for the document
    scopes: ClassVar = {"GET": "interactions:read", "POST": "customers:write"}
    serializer_class = OwnedOut
    columns = (
        "id", "product__sku", "product__name", "since_on", "gone_on", "next_choice_on",
        "customer_id",
    )  # fmt: skip

    def rows(self) -> QuerySet[OwnedProduct]:
        return of_visible_customers(OwnedProduct.objects.all(), self.request.user)

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of discreet customers only service and their own contact learn what it is."""
        hidden = hushed(self, rows)
        for row in rows:
            if row.pop("customer_id") in hidden:
                row["product__sku"] = row["product__name"] = None
        return rows

    @operation("What a customer has", gives=page_of(OwnedOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Products that last, from purchases or told by hand. What a discreet customer has is
        null for callers without `discreet:read` who are not their contact."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(customer.owned.all(), asked, self.order(asked))

    @operation("Say what a customer has", takes=OwnedIn, gives=OwnedOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """Wherever it is from. What is said so is not overruled by purchases; said again with
        another day, the day is changed."""
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        told = self.told(OwnedIn)
        if (product := Product.objects.filter(sku=told["sku"]).first()) is None:
            raise Contradiction({"sku": "There is no such product in the catalogue."})
        made = owned.own_product(
            customer, product, since_on=told["since_on"], by=self.by, now=clock()
        )
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation("Say that they have it no more", takes=GoneIn, gives=OwnedOut, one=True)
    @once_per_key
    def gone(self, request: Request, pk: int) -> Response:
        """The number is the one of the list. Worn out, given away or lost."""
        on = self.told(GoneIn).get("on") or localdate()
        owned.give_up_product(get_object_or_404(self.rows(), pk=pk), on=on, by=self.by)
        return self.answer_one(self.one(self.rows(), pk=pk))

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["sku"], row["name"] = row.pop("product__sku"), row.pop("product__name")
        return {name: row[name] for name in OwnedOut._declared_fields}
