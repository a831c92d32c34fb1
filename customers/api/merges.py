"""Likely pairs, merging them, and parting them again."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import duplicates as actions
from customers.actions.merge import merge_customers
from customers.actions.unmerge import undo_merge
from customers.api.merge_shapes import (
    DuplicateOut,
    DuplicateQuery,
    Later,
    MergeIn,
    MergeOut,
    MergeQuery,
)  # fmt: skip
from customers.api.sight import customer_named
from customers.models import Customer, Duplicate, Merge
from customers.queries import duplicates as queries
from customers.queries.merges import shown_merges
from relcrm.base.api import JobOut
from relcrm.base.rest import Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.keyset import Order, instant, number, whole

# Whoever may not merge is not shown who might be one person either.
EDITORS = {"GET": "customers:write", "POST": "customers:write"}


class Duplicates(Readable, Resource):
    queryset = Duplicate.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = EDITORS
    serializer_class = DuplicateOut
    query = DuplicateQuery
    orders: ClassVar = {"-score": Order((("score", number), ("id", whole)), descending=True)}

    def rows(self) -> QuerySet[Duplicate]:
        return queries.shown(self.request.user)

    def narrow(self, rows: QuerySet[Duplicate], asked: dict[str, Any]) -> QuerySet[Duplicate]:
        if "state" in asked:
            rows = queries.of_state(rows, asked["state"], clock())
        if "customer" in asked:
            rows = rows.filter(Q(first=asked["customer"]) | Q(second=asked["customer"]))
        return rows.filter(score__gte=asked.get("score_least", 0))

    def customers_of(self, row: dict[str, Any]) -> tuple[int, int]:
        return row["first"], row["second"]

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["first"], row["second"] = row["first_id"], row["second_id"]
        return {name: row[name] for name in DuplicateOut._declared_fields}

    @operation("List likely duplicates", gives=page_of(DuplicateOut), query=DuplicateQuery)
    def list(self, request: Request) -> Response:
        """The likeliest first. `state=open` has those whose time has come with it."""
        return super().list(request)

    @operation("Look at a pair", gives=DuplicateOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One pair, with an ETag."""
        return super().retrieve(request, pk)

    def after(self, pk: int) -> Response:
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Keep a pair apart", takes=Nothing, gives=DuplicateOut, one=True)
    @once_per_key
    def dismiss(self, request: Request, pk: int) -> Response:
        """They are two people; the pair is not proposed again."""
        self.told(Nothing)
        actions.dismiss(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.after(pk)

    @operation("Put a pair off", takes=Later, gives=DuplicateOut, one=True)
    @once_per_key
    def postpone(self, request: Request, pk: int) -> Response:
        """Decide later; until then it is not among the open ones."""
        until = self.told(Later)["until"]
        pair = get_object_or_404(self.rows(), pk=pk)
        actions.postpone(pair, until=until, by=self.by, now=clock())
        return self.after(pk)

    @operation("Bring a pair back", takes=Nothing, gives=DuplicateOut, one=True)
    @once_per_key
    def reopen(self, request: Request, pk: int) -> Response:
        """A decision is taken back."""
        self.told(Nothing)
        actions.reopen(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.after(pk)

    @operation("Look for duplicates", takes=Nothing, gives=JobOut, status=202)
    @once_per_key
    def find(self, request: Request) -> Response:
        """Compares everybody, in the background; follow the job."""
        self.told(Nothing)
        job = actions.ask_for_duplicates(by=self.by)
        return Response(JobOut(job).data, status=202)


class Merges(Readable, Resource):
    queryset = Merge.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = EDITORS
    serializer_class = MergeOut
    query = MergeQuery
    columns: ClassVar = (
        "id", "survivor_id", "into", "merged", "merged_at", "undone_at", "lost",
    )  # fmt: skip
    orders: ClassVar = {
        "-merged_at": Order((("merged_at", instant), ("id", whole)), descending=True)
    }

    def rows(self) -> QuerySet[Merge]:
        return shown_merges(self.request.user)

    def narrow(self, rows: QuerySet[Merge], asked: dict[str, Any]) -> QuerySet[Merge]:
        columns = {"customer": "survivor_id", "merged": "merged"}
        return rows.filter(**{to: asked[name] for name, to in columns.items() if name in asked})

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["survivor"] = row["survivor_id"]
        row["undo_until"] = row["merged_at"] + Merge.UNDO_WITHIN
        if not self.sees("people:read"):
            row["lost"] = None
        return {name: row[name] for name in MergeOut._declared_fields}

    @operation("List merges", gives=page_of(MergeOut), query=MergeQuery)
    def list(self, request: Request) -> Response:
        """Two customers who became one, and whether they can be parted again; the latest first."""
        return super().list(request)

    @operation("Look at a merge", gives=MergeOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One merge, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Merge two customers", takes=MergeIn, gives=MergeOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """`other` becomes part of this customer, with everything that happened. From then on
        its own address answers 404 with `merged_into`, and it may still be named when sending
        interactions. It can be undone for 30 days."""
        told = self.told(MergeIn)
        survivor = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        other = customer_named(self, told["other"], "other")
        take = [*told["take"], *(f"custom.{key}" for key in told["take_custom"])]
        made = merge_customers(survivor, other, take=take, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation("Undo a merge", takes=Nothing, gives=MergeOut, one=True)
    @once_per_key
    def undo(self, request: Request, pk: int) -> Response:
        """Part them again. What moved goes back; what came since stays with the survivor, unless
        it named an identity or the number that goes back."""
        self.told(Nothing)
        undo_merge(get_object_or_404(self.rows(), pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))
