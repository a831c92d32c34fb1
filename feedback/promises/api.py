"""The REST door to promises: made, changed, retired; outcomes read, and sent in."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.sight import colleague_named, customer_named
from customers.models import Interaction
from feedback.models import Outcome, Promise
from feedback.promises import actions, queries
from feedback.promises.outcomes import state_outcome
from feedback.promises.shapes import (
    OutcomeIn,
    OutcomeOut,
    OutcomeQuery,
    PromiseChanges,
    PromiseIn,
    PromiseOut,
)
from relcrm.base.models import Brand
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.errors import Contradiction
from relcrm.lib.rest.keyset import Order, day, whole

Row = dict[str, Any]


class Promises(Readable, Resource):
    queryset = Promise.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "promises:read", "POST": "promises:write", "PATCH": "promises:write",
    }  # fmt: skip
    serializer_class = PromiseOut
    orders: ClassVar = {"id": Order((("id", whole),))}
    columns = (
        "id", "key", "name", "words", "told_where", "brand__slug", "test", "within_hours",
        "within_days", "kind", "property_key", "comparison", "expected", "target_percent",
        "active_from", "active_until", "owner_id", "retired_at",
    )  # fmt: skip

    def rows(self) -> QuerySet[Promise]:
        return Promise.objects.all()

    def enrich(self, rows: list[Row]) -> list[Row]:
        """How each was kept in the last 13 weeks, in one query."""
        found = [Promise(pk=row["id"], target_percent=row["target_percent"]) for row in rows]
        rates = queries.rates(found, self.request.viewpoint.as_of)
        for row in rows:
            rate = rates[row["id"]]
            row |= {"kept": rate.kept, "counted": rate.n, "share": None, "likely": None}
            if rate.is_telling:
                row |= {"share": rate.share, "likely": [rate.low, rate.high]}
        return rows

    def present(self, row: Row) -> Row:
        row["brand"], row["owner"] = row["brand__slug"], row["owner_id"]
        return {name: row[name] for name in PromiseOut._declared_fields}

    def facts(self, told: Row) -> Row:
        """Names and numbers of the body as rows of ours."""
        if slug := told.get("brand"):
            told["brand"] = Brand.objects.filter(slug=slug).first()
            if told["brand"] is None:
                raise Contradiction({"brand": "There is no such brand."})
        if "owner" in told:
            told["owner"] = colleague_named(told["owner"], "owner")
        return told

    @operation("List promises", gives=page_of(PromiseOut), query=Listing, tag="promises")
    def list(self, request: Request) -> Response:
        """Each with how it was kept in the last 13 weeks."""
        return super().list(request)

    @operation("Look at a promise", gives=PromiseOut, query=Single, one=True, tag="promises")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One promise, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Make a promise", takes=PromiseIn, gives=PromiseOut, status=201, tag="promises")
    @once_per_key
    def create(self, request: Request) -> Response:
        """What customers are told, and how it is tested; tested at once, as far back as it
        holds."""
        facts = self.facts(self.told(PromiseIn))
        made = actions.make_promise(**facts, by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation(
        "Change a promise", takes=PromiseChanges, gives=PromiseOut, one=True, edits=True,
        tag="promises",
    )  # fmt: skip
    @once_per_key
    def partial_update(self, request: Request, pk: int) -> Response:
        """The test only while nothing was counted by it."""
        facts = self.facts(self.told(PromiseChanges))
        with self.changing(self.rows(), pk=pk) as promise:
            actions.change_promise(promise, **facts, by=self.by, now=clock())
            row = self.one(self.rows(), pk=pk)
        return self.answer_one(row)

    @operation("Retire a promise", takes=Nothing, gives=PromiseOut, one=True, tag="promises")
    @once_per_key
    def retire(self, request: Request, pk: int) -> Response:
        """Nothing counts for it from tomorrow on; what was kept and broken stays."""
        self.told(Nothing)
        actions.retire_promise(get_object_or_404(Promise, pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))


class Outcomes(Resource):
    queryset = Promise.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "promises:read", "POST": "outcomes:write"}
    serializer_class = OutcomeOut
    orders: ClassVar = {"id": Order((("occurred_on", day), ("id", whole)), descending=True)}

    def rows(self) -> QuerySet[Outcome]:
        as_of = self.request.viewpoint.as_of
        return Outcome.objects.filter(promise=self.kwargs["pk"], occurred_on__lte=as_of)

    def narrow(self, rows: QuerySet[Outcome], asked: Row) -> QuerySet[Outcome]:
        exact = {"customer": "customer_id", "is_kept": "is_kept"}
        return rows.filter(**{to: asked[name] for name, to in exact.items() if name in asked})

    def present(self, row: Row) -> Row:
        row["customer"], row["interaction"] = row["customer_id"], row["event_id"]
        row["complaint"] = row["complaint_id"]
        if not self.sees("people:read"):
            row["reason"] = None
        return {name: row[name] for name in OutcomeOut._declared_fields}

    @operation(
        "How a promise was kept", gives=page_of(OutcomeOut), query=OutcomeQuery, one=True,
        tag="promises",
    )  # fmt: skip
    def list(self, request: Request, pk: int) -> Response:
        """Each time it was kept or broken through the as-of day, the newest first."""
        get_object_or_404(Promise, pk=pk)
        asked = self.asked(OutcomeQuery)
        return self.page(self.narrow(self.rows(), asked), asked, self.order(asked))

    @operation(
        "Say how it went", takes=OutcomeIn, gives=OutcomeOut, status=201, one=True,
        tag="promises",
    )  # fmt: skip
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """Stored once for each `source` and `source_id`: sent again, it corrects what is
        stored. With `interaction` it is about that event, which then never counts twice, and
        what the test found of it gives way."""
        promise, told = get_object_or_404(Promise, pk=pk), self.told(OutcomeIn)
        told["customer"] = customer_named(self, told["customer"])
        told["event"] = self._event(told.pop("interaction", None))
        said = state_outcome(promise, **told, by=self.by, now=clock())
        columns = Outcome.objects.filter(promise=promise)
        return self.answer_one(self.one(columns, pk=said.pk), status=201)

    def _event(self, pk: int | None) -> Interaction | None:
        if pk is None:
            return None
        found = Interaction.objects.filter(pk=pk).first()
        if found is None:
            raise Contradiction({"interaction": "There is no such interaction."})
        return found
