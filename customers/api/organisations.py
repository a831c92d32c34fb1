"""Organisations over REST: found, made, changed, joined and left by their members."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import organisations as actions
from customers.api.sight import customer_named
from customers.models import Customer, Organisation
from customers.queries.organisations import matching, organisations_visible_to
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Body, Text


class OrganisationOut(serializers.Serializer):
    """A company, club or household that stands behind customers. A household's name is its
    members' name, so it is null for callers who may not see people."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    domain = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()

    PERSONAL = ("name", "domain")
    example: dict[str, Any] = {
        "id": 3, "name": "Hiking club", "domain": "hike.example",
        "created_at": "2026-01-05T09:00:00Z",
    }  # fmt: skip


class OrganisationChanges(Body):
    """What may be changed; what is not sent stays as it is."""

    name = Text(200, required=False, allow_blank=False)
    domain = Text(253, required=False)

    example: dict[str, Any] = {"domain": "hike.example"}


class OrganisationIn(OrganisationChanges):
    """A new one."""

    name = Text(200, required=True)

    example: dict[str, Any] = {"name": "Hiking club", "domain": "hike.example"}


class OrganisationQuery(Listing):
    search = Text(200, required=False, help_text="Words of the name, or the whole domain.")


class Organisations(Readable, Resource):
    queryset = Organisation.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "people:read", "POST": "customers:write", "PATCH": "customers:write",
    }  # fmt: skip
    serializer_class = OrganisationOut
    query = OrganisationQuery

    def rows(self) -> QuerySet[Organisation]:
        return organisations_visible_to(self.request.user).order_by()

    def narrow(self, rows: QuerySet[Organisation], asked: dict[str, Any]) -> QuerySet[Organisation]:
        return matching(rows, asked.get("search", ""))

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if self.sees("people:read") else row | dict.fromkeys(OrganisationOut.PERSONAL)

    @operation("List organisations", gives=page_of(OrganisationOut), query=OrganisationQuery)
    def list(self, request: Request) -> Response:
        """A household's name is its members' name, so this needs `people:read`."""
        return super().list(request)

    @operation("Look at an organisation", gives=OrganisationOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them, with an ETag; its members stand at `/members`."""
        return super().retrieve(request, pk)

    @operation("Add an organisation", takes=OrganisationIn, gives=OrganisationOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """Two may have the same name; send an `Idempotency-Key`, so that a repeat makes none."""
        told = self.told(OrganisationIn)
        made = actions.make_organisation(**told, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation(
        "Change an organisation", takes=OrganisationChanges, gives=OrganisationOut, one=True,
        edits=True,
    )  # fmt: skip
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """Another name or domain. Send the ETag you read as `If-Match`."""
        told = self.told(OrganisationChanges)
        with self.changing(self.rows(), pk=pk) as found:
            facts = {"name": found.name, "domain": found.domain} | told
            actions.change_organisation(found, **facts, by=self.by, now=clock())
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)


class BelongingOut(serializers.Serializer):
    """A customer who belongs to an organisation."""

    id = serializers.IntegerField(help_text="The customer's number.")
    name = serializers.CharField(allow_null=True)

    example: dict[str, Any] = {"id": 17, "name": "Ada Novak"}


class BelongingIn(Body):
    customer = serializers.IntegerField(min_value=1)

    example: dict[str, Any] = {"customer": 17}


class OrganisationMembers(Resource):
    queryset = Organisation.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "people:read", "POST": "customers:write", "DELETE": "customers:write",
    }  # fmt: skip
    serializer_class = BelongingOut

    def found(self, pk: int) -> Organisation:
        return get_object_or_404(organisations_visible_to(self.request.user), pk=pk)

    def members(self, pk: int) -> QuerySet[Customer]:
        return Customer.objects.visible_to(self.request.user).filter(organisation=pk)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if self.sees("people:read") else row | {"name": None}

    def customer_of(self, row: dict[str, Any]) -> int:
        return row["id"]

    @operation("Members of an organisation", gives=page_of(BelongingOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Those of them whom the caller may see."""
        asked = self.asked(Listing)
        return self.page(self.members(self.found(pk).pk), asked, self.order(asked))

    @operation("Join an organisation", takes=BelongingIn, gives=BelongingOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """A customer belongs to one at a time: whoever was elsewhere leaves there."""
        organisation = self.found(pk)
        customer = customer_named(self, self.told(BelongingIn)["customer"])
        actions.join_organisation(customer, organisation, by=self.by, now=clock())
        return self.answer_one(self.one(self.members(pk), pk=customer.pk), status=201)

    @operation("Leave an organisation", gives=None, status=204, one=True)
    def destroy(self, request: Request, pk: int, customer: int) -> Response:
        """The customer stays a customer."""
        member = get_object_or_404(self.members(self.found(pk).pk), pk=customer)
        actions.leave_organisation(member, by=self.by, now=clock())
        return Response(status=204)
