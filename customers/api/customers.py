"""Customers: list, look at, add, change. Nobody is deleted here: erasure is another action."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.timezone import now as clock
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions.customers import create_customer, update_customer
from customers.actions.tags import set_tags
from customers.api.finding import wanted
from customers.api.shapes import (
    CustomerChanges,
    CustomerIn,
    CustomerOut,
    CustomerQuery,
    IdentityOut,
)
from customers.custom import as_json
from customers.models import Customer, Identity
from customers.queries import custom, modifiers
from customers.queries.tags import tags_of
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.keyset import Order, day, text, whole

ID = ("id", whole)


class Customers(Readable, Resource):
    queryset = Customer.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "customers:read", "POST": "customers:write", "PATCH": "customers:write",
    }  # fmt: skip
    serializer_class = CustomerOut
    query = CustomerQuery
    columns = tuple(
        field.source or name
        for name, field in CustomerOut._declared_fields.items()
        if name not in CustomerOut.ADDED
    ) + ("is_marked",)
    orders: ClassVar = {
        "id": Order((ID,)),
        "-id": Order((ID,), descending=True),
        "name": Order((("name", text), ID)),
        "-last_seen_on": Order((("last_seen_on", day), ID), descending=True),
    }

    def rows(self) -> QuerySet[Customer]:
        found = Customer.objects.visible_to(self.request.user)
        return found.annotate(is_marked=modifiers.marked())

    def narrow(self, rows: QuerySet[Customer], asked: dict[str, Any]) -> QuerySet[Customer]:
        personal = [name for name in ("search", "email") if asked.get(name)]
        personal += ["order=name"] if asked["order"] == "name" else []
        if personal and not self.sees("people:read"):
            raise PermissionDenied(f"{personal[0]} needs the scope people:read.")
        if asked["order"] == "-last_seen_on":
            rows = rows.exclude(last_seen_on=None)
        return rows.filter(wanted(asked, sees_people=self.sees("people:read")))

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = [row["id"] for row in rows]
        known = custom.fields(sees_people=self.sees("people:read"))
        said, tagged = custom.values(ids, known), tags_of(ids)
        for row in rows:
            told = said.get(row["id"], {})
            row["custom"] = {f.key: as_json(told[f.pk]) for f in known if f.pk in told}
            row["tags"] = [tag.name for tag in tagged.get(row["id"], [])]
        if self.sees("people:read"):
            marked = [row["id"] for row in rows if row["is_marked"]]
            kept = modifiers.standing(marked, localdate()) if marked else {}
            for row in rows:
                row["keep_in_mind"] = sorted(one.kind for one in kept.get(row["id"], []))
        return rows

    def customer_of(self, row: dict[str, Any]) -> int:
        return row["id"]

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["organisation"] = row.pop("organisation__name")
        if not self.sees("people:read"):
            row |= dict.fromkeys(CustomerOut.PERSONAL)
        return {name: row[name] for name in CustomerOut._declared_fields}

    @operation("List customers", gives=page_of(CustomerOut), query=CustomerQuery)
    def list(self, request: Request) -> Response:
        """Page by page, by number unless ordered otherwise. `-last_seen_on` leaves out those
        whom nobody has seen yet. Searching by name or e-mail needs the scope `people:read`."""
        return super().list(request)

    @operation("Look at a customer", gives=CustomerOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """The facts about one customer, with an ETag for `If-None-Match` and `If-Match`."""
        return super().retrieve(request, pk)

    @operation("Add a customer", takes=CustomerIn, gives=CustomerOut, status=201)
    @once_per_key
    def create(self, request: Request) -> Response:
        """E-mail, phone and numbers become ways to recognise the customer. A number that
        already belongs to somebody is refused with 409."""
        facts = self.told(CustomerIn)
        tags = facts.pop("tags", [])
        with transaction.atomic():
            customer = create_customer(by=self.by, now=clock(), **facts)
            set_tags(customer, tags, by=self.by, now=clock())
        row = self.one(self.rows(), pk=customer.pk)
        return self.answer_one(row, status=201)

    @operation("Change a customer", takes=CustomerChanges, gives=CustomerOut, one=True, edits=True)
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """Only what is sent is changed. Send the ETag you read as `If-Match`, and a change
        that somebody else made meanwhile is not lost: you get 412 instead."""
        changes = self.told(CustomerChanges)
        with self.changing(self.rows(), pk=pk) as customer:
            tags = changes.pop("tags", None)
            update_customer(customer, by=self.by, now=clock(), **changes)
            if tags is not None:
                set_tags(customer, tags, by=self.by, now=clock())
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)


class Identities(Resource):
    queryset = Identity.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "people:read"}
    serializer_class = IdentityOut

    @operation("How a customer is recognised", gives=page_of(IdentityOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """Every e-mail, phone, number elsewhere and cookie that stands for this customer."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(customer.identities.all(), asked, self.order(asked))
