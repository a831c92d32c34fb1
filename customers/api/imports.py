"""Files come in over REST: sent, named, checked, taken in, looked at, undone."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import imports as actions
from customers.actions.undo import ask_undo
from customers.models import Import, ImportProblem
from relcrm.base.rest import Listing, Resource, Single, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import Readable, refuse_unknown, refuse_unmeasured
from relcrm.lib.refusals import Refused
from relcrm.lib.rest.errors import TooLarge
from relcrm.lib.rest.fields import Body, Choice, Known, Text
from relcrm.lib.rest.keyset import Order, whole
from relcrm.lib.rest.parsing import loads

OPTIONS = ("source", "date_order", "decimal", "identity", "rates", "keep", "usual_kind")
THEN = [(name, name) for name in ("look", "check", "take")]


class ImportOut(serializers.Serializer):
    """A file on its way in, or in, or out again."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Import.Kind.choices)
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=Import.State.choices)
    columns = serializers.ListField(child=serializers.CharField())
    mapping = serializers.DictField(
        child=serializers.CharField(), help_text="What means what: meaning → column."
    )
    options = serializers.DictField(help_text="How values are written, and what is kept.")
    rows = serializers.IntegerField()
    counts = serializers.DictField(help_text="What came of it, or would; `undone` when undone.")
    job = serializers.IntegerField(
        source="job_id", allow_null=True, help_text="Follow it under /jobs."
    )
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)

    example: dict[str, Any] = {
        "id": 3, "kind": "purchases", "file_name": "sales.csv", "state": "taken",
        "columns": ["customer", "date", "amount"],
        "mapping": {"customer": "customer", "date": "date", "amount": "amount"},
        "options": {"source": "files", "date_order": "ymd", "decimal": "."}, "rows": 2,
        "counts": {"rows": 2, "taken": 2, "skipped": {}}, "job": 5,
        "created_at": "2026-03-02T12:00:00Z", "finished_at": "2026-03-02T12:00:09Z",
        "undone_at": None,
    }  # fmt: skip


class ProblemOut(serializers.Serializer):
    """A row that was not taken, why, and what would mend it."""

    id = serializers.IntegerField()
    row = serializers.IntegerField(help_text="1 is the first below the header.")
    column = serializers.CharField()
    value = serializers.CharField(
        allow_null=True, help_text="What stands there; null without the scope people:read."
    )
    reason = serializers.CharField()
    remedy = serializers.CharField()

    example: dict[str, Any] = {
        "id": 9, "row": 4, "column": "date", "value": "2026-13-05", "reason": "is no date",
        "remedy": "Write it like 2026-03-02, or choose the order of day and month.",
    }  # fmt: skip


class FileIn(Known):
    """A file as `multipart/form-data`: CSV, plain, gzip or zip."""

    file = serializers.FileField()
    kind = Choice(Import.Kind, required=False)
    mapping = Text(20_000, required=False, help_text="JSON: meaning → column; else recognised.")
    options = Text(20_000, required=False, help_text="JSON: source, date_order, decimal, keep …")
    then = Choice(THEN, required=False, help_text="Only look, check every row, or take it in.")

    example: dict[str, Any] = {
        "file": "customer,date,amount\n17,2026-03-01,39.90\n", "kind": "purchases", "then": "take",
    }  # fmt: skip


class ColumnsIn(Body):
    """What the columns mean and how their values are written."""

    mapping = serializers.DictField(child=Text(200))
    options = serializers.DictField(required=False)

    example: dict[str, Any] = {
        "mapping": {"customer": "kunde", "date": "datum", "amount": "betrag"},
        "options": {"date_order": "dmy", "decimal": ","},
    }  # fmt: skip


class Imports(Readable, Resource):
    queryset = Import.objects.none()  # for the document
    scopes: ClassVar = {"GET": "imports:read", "POST": "imports:write"}
    serializer_class = ImportOut
    orders: ClassVar = {"-id": Order((("id", whole),), descending=True)}
    parser_classes: ClassVar = [MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A file may be as large as one brought in the browser; it goes to the disk, not to
        memory. Other bodies of this resource are small."""
        refuse_unmeasured(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_MAX_BYTES:
            raise TooLarge(settings.UPLOAD_MAX_BYTES)
        super(Resource, self).initial(request, *args, **kwargs)
        refuse_unknown(request, self.answering)

    def rows(self) -> QuerySet[Any]:
        return Import.objects.all()

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name.removesuffix("_id"): value for name, value in row.items()}

    @operation("List imports", gives=page_of(ImportOut), query=Listing, tag="imports")
    def list(self, request: Request) -> Response:
        """Files brought in, and how far each has come; the newest first."""
        return super().list(request)

    @operation("Read an import", gives=ImportOut, query=Single, one=True, tag="imports")
    def retrieve(self, request: Request, pk: int) -> Response:
        """Its state, what its columns mean, and what came of it."""
        return super().retrieve(request, pk)

    @operation("Send a file in", takes=FileIn, gives=ImportOut, status=201,
               also=(400, 409, 413, 415), tag="imports")  # fmt: skip
    def create(self, request: Request) -> Response:
        """Its columns are recognised, or named by `mapping`; a header that was named before is
        remembered. Taking the same file in twice stores nothing twice."""
        said = self.told(FileIn)
        if refusal := getattr(request._request, "upload_refusal", ""):
            raise Refused(refusal)
        mapping, options = _json(said, "mapping"), _json(said, "options") or {}
        file = said["file"]
        of = actions.upload(
            file.name or "file", file.chunks(1 << 20), by=self.by, kind=said.get("kind", ""),
            mapping=mapping, options={name: options[name] for name in OPTIONS if name in options},
            then={"check": actions.check, "take": actions.start}.get(said.get("then", "")),
        )  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=of.pk), status=201)


class ImportSteps(Imports):
    """What is done about a file that was sent: bodies are JSON."""

    parser_classes: ClassVar = Resource.parser_classes

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        Resource.initial(self, request, *args, **kwargs)

    @operation("Name the columns", takes=ColumnsIn, gives=ImportOut, one=True, tag="imports")
    @once_per_key
    def columns_named(self, request: Request, pk: int) -> Response:
        """Until it is taken in."""
        said = self.told(ColumnsIn)
        options = {k: v for k, v in (said.get("options") or {}).items() if k in OPTIONS}
        of = get_object_or_404(Import, pk=pk)
        actions.name_columns(of, mapping=said["mapping"], options=options, by=self.by)
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Check every row", takes=Nothing, gives=ImportOut, one=True, tag="imports")
    @once_per_key
    def check(self, request: Request, pk: int) -> Response:
        """In the background; nothing is stored. `counts` and `problems` say what would come."""
        self.told(Nothing)
        actions.check(get_object_or_404(Import, pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Take it in", takes=Nothing, gives=ImportOut, one=True, tag="imports")
    @once_per_key
    def take(self, request: Request, pk: int) -> Response:
        """In the background; follow `job`."""
        self.told(Nothing)
        actions.start(get_object_or_404(Import, pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))

    @operation("Undo an import", takes=Nothing, gives=ImportOut, one=True, tag="imports")
    @once_per_key
    def undo(self, request: Request, pk: int) -> Response:
        """What it added goes, what it changed is as before; what somebody changed since stays.
        In the background; follow `job`."""
        self.told(Nothing)
        ask_undo(get_object_or_404(Import, pk=pk), by=self.by, now=clock())
        return self.answer_one(self.one(self.rows(), pk=pk))


class ImportProblems(Resource):
    queryset = Import.objects.none()  # for the document
    scopes: ClassVar = {"GET": "imports:read"}
    serializer_class = ProblemOut
    orders: ClassVar = {"row": Order((("row", whole), ("id", whole)))}

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return row if self.sees("people:read") else row | {"value": None}

    @operation("Rows that were not taken", gives=page_of(ProblemOut), query=Listing, one=True,
               tag="imports")  # fmt: skip
    def list(self, request: Request, pk: int) -> Response:
        """In the order of the file. What stands in them needs the scope `people:read`."""
        of = get_object_or_404(Import, pk=pk)
        asked = self.asked(Listing)
        return self.page(ImportProblem.objects.filter(of=of), asked, self.order(asked))


def _json(said: dict[str, Any], name: str) -> dict[str, Any] | None:
    if not said.get(name):
        return None
    found = loads(said[name].encode())
    if not isinstance(found, dict):
        raise ValidationError({name: ["Write a JSON object."]})
    if name == "mapping" and not all(isinstance(each, str) for each in found.values()):
        raise ValidationError({name: ["Write texts: the names of columns."]})
    return found
