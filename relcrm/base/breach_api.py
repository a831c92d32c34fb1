"""The REST door to breaches: which there are, until when, and whom each exposed."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relcrm.base import readings
from relcrm.base.exposure import traced
from relcrm.base.models import Breach
from relcrm.base.rest import Listing, Resource, Single, operation, page_of
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.keyset import Order, whole


class BreachOut(serializers.Serializer):
    """Personal data got out: what we know, decided and told."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    by_means_of = serializers.ChoiceField(choices=Breach.By.choices)
    actor = serializers.CharField(help_text="Such as key:12 or user:3; empty for everybody.")
    learned_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="72 hours after we learned of it.")
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    people = serializers.IntegerField(allow_null=True, help_text="How many were exposed.")
    fields = serializers.ListField(child=serializers.CharField())
    risk = serializers.ChoiceField(choices=Breach.Risk.choices, allow_blank=True)
    authority_told_at = serializers.DateTimeField(allow_null=True)
    people_told_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 2, "title": "Key of the shop published by mistake", "by_means_of": "key",
        "actor": "key:12", "learned_at": "2026-03-02T09:00:00Z", "due_at": "2026-03-05T09:00:00Z",
        "began_at": "2026-03-01T00:00:00Z", "ended_at": "2026-03-02T09:00:00Z", "people": 1204,
        "fields": ["email", "name"], "risk": "some", "authority_told_at": None,
        "people_told_at": None, "closed_at": None,
    }  # fmt: skip


class WayOut(serializers.Serializer):
    door = serializers.CharField()
    resource = serializers.CharField()
    calls = serializers.IntegerField()
    people = serializers.IntegerField()


class ExposedOut(serializers.Serializer):
    """What the trail says of a breach just now: whom, which fields, by which ways."""

    people = serializers.IntegerField()
    customers = serializers.ListField(child=serializers.IntegerField(), help_text="By number.")
    fields = serializers.DictField(
        child=serializers.IntegerField(), help_text="Of how many people, at most."
    )
    ways = WayOut(many=True)
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "people": 2, "customers": [17, 18], "fields": {"name": 2, "email": 2},
        "ways": [{"door": "api", "resource": "customers", "calls": 1, "people": 2}],
        "first_at": "2026-03-01T10:00:00Z", "last_at": "2026-03-01T10:00:00Z",
    }  # fmt: skip


class Breaches(Readable, Resource):
    queryset = Breach.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "privacy:read"}
    serializer_class = BreachOut
    orders: ClassVar = {"-id": Order((("id", whole),), descending=True)}
    columns = tuple(name for name in BreachOut._declared_fields if name != "due_at")

    def rows(self) -> QuerySet[Breach]:
        return Breach.objects.all()

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["due_at"] = row["learned_at"] + Breach.CLOCK
        return {name: row[name] for name in BreachOut._declared_fields}

    @operation("List breaches", gives=page_of(BreachOut), query=Listing, tag="privacy")
    def list(self, request: Request) -> Response:
        """Every breach on record, the newest first."""
        return super().list(request)

    @operation("Look at a breach", gives=BreachOut, query=Single, one=True, tag="privacy")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One of them, as far as it was traced, with an ETag."""
        return super().retrieve(request, pk)

    @operation("Whom a breach exposed", gives=ExposedOut, one=True, tag="privacy")
    def exposed(self, request: Request, pk: int) -> Response:
        """Traced anew from the audit trail, without changing what the breach says of it."""
        found = traced(get_object_or_404(Breach, pk=pk))
        readings.note(self.by, "api", "breaches/…/exposed", ["number"], found.people)
        return self.answer_one({
            "people": len(found.people), "customers": sorted(found.people),
            "fields": dict(found.fields),
            "ways": [
                {"door": way.door, "resource": way.resource, "calls": way.calls,
                 "people": len(way.people)}
                for way in found.ways.values()
            ],
            "first_at": found.first_at, "last_at": found.last_at,
        })  # fmt: skip
