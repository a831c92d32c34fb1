"""The REST door to jobs: follow them, stop them, run them again."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relcrm.base import discreet
from relcrm.base.actions import jobs
from relcrm.base.models import Job
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable
from relcrm.lib.rest.fields import Choice, Text
from relcrm.lib.rest.keyset import Order, whole


class JobOut(serializers.Serializer):
    """A piece of work that takes a while, with its progress."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True, help_text="Null while nobody knows.")
    unit = serializers.CharField()
    error = serializers.CharField(help_text="What stopped it, and how to mend it.")
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    heartbeat_at = serializers.DateTimeField(allow_null=True)
    cancel_asked_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 5, "kind": "score", "title": "Score everyone", "state": "running", "done": 12000,
        "total": 23570, "unit": "customers", "error": "", "attempts": 1,
        "created_at": "2026-03-02T12:00:00Z", "started_at": "2026-03-02T12:00:02Z",
        "heartbeat_at": "2026-03-02T12:00:09Z", "cancel_asked_at": None, "finished_at": None,
    }  # fmt: skip


class JobQuery(Listing):
    kind = Text(40, required=False)
    state = Choice(Job.State, required=False)


class Jobs(Readable, Resource):
    queryset = Job.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "jobs:read", "POST": "jobs:write"}
    serializer_class = JobOut
    query = JobQuery
    orders: ClassVar = {"-id": Order((("id", whole),), descending=True)}

    def rows(self) -> Any:
        return Job.objects.all()

    def narrow(self, rows: Any, asked: dict[str, Any]) -> Any:
        return rows.filter(**{name: asked[name] for name in ("kind", "state") if asked.get(name)})

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        if not self.sees("people:read"):
            row["error"] = discreet.error(row["kind"], row["error"])
            if not self.sees("imports:read"):
                row["title"] = discreet.title(row["kind"], row["title"])
        return row

    @operation("List jobs", gives=page_of(JobOut), query=JobQuery)
    def list(self, request: Request) -> Response:
        """The newest first, page by page, of one kind or in one state. Why a file could
        not be taken needs the scope `people:read`, its name that or `imports:read`."""
        return super().list(request)

    @operation("Follow a job", gives=JobOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Its state and how far it is. `done` of `total` in `unit`."""
        return super().retrieve(request, pk)

    @operation("Cancel a job", takes=Nothing, gives=JobOut, one=True)
    @once_per_key
    def cancel(self, request: Request, pk: int) -> Response:
        """A waiting job ends at once, a running one at its next heartbeat. What it has done
        so far stays."""
        self.told(Nothing)
        jobs.cancel(get_object_or_404(Job, pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Run a job again", takes=Nothing, gives=JobOut, one=True)
    @once_per_key
    def run_again(self, request: Request, pk: int) -> Response:
        """A failed or cancelled job goes back in line and resumes where it stopped."""
        self.told(Nothing)
        jobs.run_again(get_object_or_404(Job, pk=pk), by=self.by)
        return self.answer_one(self.one(self.rows(), pk=pk))
