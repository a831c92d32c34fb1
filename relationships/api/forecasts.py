"""How good the forecast is, its versions, and which of them is in use."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relationships.actions import refitting
from relationships.models import FittedModel
from relationships.queries import versions as queries
from relationships.queries.value_card import card
from relcrm.base.api import JobOut
from relcrm.base.models import Job
from relcrm.base.rest import Listing, Resource, once_per_key, operation
from relcrm.base.rest.describe import Nothing, page_of
from relcrm.lib.rest.keyset import Order, whole


class VersionOut(serializers.Serializer):
    """One version of the models of value."""

    version = serializers.IntegerField(help_text="Counts up.")
    name = serializers.CharField(help_text="The model that forecasts.")
    state = serializers.CharField(
        help_text="live, candidate (learned, never in use), retired, or past (to look back)."
    )
    is_pinned = serializers.BooleanField(help_text="Whether later versions wait for a person.")
    asked_because = serializers.CharField(help_text="schedule, asked, drift or history.")
    verdict = serializers.CharField(
        allow_null=True, help_text="What came of setting it against the one then in use."
    )
    customers = serializers.IntegerField(help_text="How many it learned from.")
    data_through = serializers.DateField(help_text="The last day that it knows.")
    fitted_at = serializers.DateTimeField(help_text="When it was learned.")
    live_from = serializers.DateTimeField(
        allow_null=True, help_text="When it was put into use, or last again; null if never."
    )
    log_likelihood = serializers.FloatField(
        allow_null=True, help_text="Of the model that forecasts, without a prior, in weeks."
    )

    example: dict[str, Any] = {
        "version": 4, "name": "Pareto/NBD", "state": "live", "is_pinned": False,
        "asked_because": "schedule", "verdict": "as good", "customers": 2357,
        "data_through": "1998-06-30", "fitted_at": "2026-03-01T01:10:00Z",
        "live_from": "2026-03-01T01:10:00Z", "log_likelihood": -17135.8,
    }  # fmt: skip


class CardOut(VersionOut):
    """A version with all there is to know of it."""

    card = serializers.DictField(
        help_text="Data window, units, parameters, record on the past with naive formulas, "
        "comparison, what came since, limits; as docs/method/value-choice.md explains."
    )

    example: dict[str, Any] = VersionOut.example | {
        "card": {"chosen": "Pareto/NBD", "units": {"time": "weeks"}, "limits": []}
    }


class Forecasts(Resource):
    queryset = FittedModel.objects.none()
    scopes: ClassVar = {"GET": "reports:read", "POST": "forecast:write"}
    serializer_class = CardOut
    orders: ClassVar = {"-version": Order((("version", whole),), descending=True)}
    columns = ("version",)

    def enrich(self, rows: "list[dict[str, Any]]") -> "list[dict[str, Any]]":
        asked = queries.versions().filter(version__in=[row["version"] for row in rows])
        found = {one.version: one for one in asked}
        return [_row(found[row["version"]]) for row in rows]

    @operation("How good the forecast is", gives=CardOut, one=True, tag="overview")
    def live(self, request: Request) -> Response:
        """The version in use, with its record. 404 until something was learned."""
        return self._card(request, queries.live_model())

    @operation("Look at a version of the forecast", gives=CardOut, one=True, tag="overview")
    def retrieve(self, request: Request, pk: int) -> Response:
        """By its version, whether it is in use, waits, or was replaced."""
        return self._card(request, self._version(pk))

    @operation("List versions of the forecast", gives=page_of(VersionOut), query=Listing,
               tag="overview")  # fmt: skip
    def list(self, request: Request) -> Response:
        """In use, once in use, held back or made to look back; the newest first."""
        asked = self.asked(Listing)
        return self.page(queries.versions(), asked, self.order(asked))

    @operation("Put a version into use", takes=Nothing, gives=JobOut, status=202, one=True,
               tag="overview")  # fmt: skip
    @once_per_key
    def use(self, request: Request, pk: int) -> Response:
        """One that waits, or an earlier one again: then later ones wait for a person. Everyone
        is valued anew by the job."""
        self.told(Nothing)
        row, as_of = self._version(pk), request.viewpoint.as_of
        job = refitting.take_live(row, by=self.by, as_of=as_of, now=clock())
        return self._job(job)

    @operation("Go back to the version before", takes=Nothing, gives=JobOut, status=202,
               one=True, tag="overview")  # fmt: skip
    @once_per_key
    def back(self, request: Request) -> Response:
        """The one that was in use before; refused (409) where there is none."""
        self.told(Nothing)
        as_of = request.viewpoint.as_of
        return self._job(refitting.roll_back(by=self.by, as_of=as_of, now=clock()))

    def _version(self, number: int) -> FittedModel:
        row = queries.versions().filter(version=number).first()
        if row is None:
            raise Http404
        return row

    def _card(self, request: Request, row: FittedModel | None) -> Response:
        if row is None:
            raise Http404
        return self.answer_one(_row(row) | {"card": card(row, request.company)})

    def _job(self, job: Job) -> Response:
        row = {name: getattr(job, name) for name in JobOut._declared_fields}
        return self.answer_one(row, status=202)


def _row(one: FittedModel) -> dict[str, Any]:
    plain = ("version", "name", "state", "is_pinned", "asked_because", "customers",
             "data_through", "fitted_at", "live_from", "log_likelihood")  # fmt: skip
    return {name: getattr(one, name) for name in plain} | {"verdict": one.verdict.get("kind")}
