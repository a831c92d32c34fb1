"""Editions of the specification: read one, bring an adapted one, try it, make it live."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relationships import veil
from relationships.actions import specifying
from relationships.api.profiles import FRANK
from relationships.models import Edition
from relationships.queries import editions as queries
from relcrm.base import roles
from relcrm.base.api import JobOut
from relcrm.base.models import Job
from relcrm.base.rest import Listing, Resource, once_per_key, operation, page_of
from relcrm.base.rest.describe import Nothing
from relcrm.base.rest.resource import pick
from relcrm.lib.rest.fields import Body, Text
from relcrm.lib.rest.keyset import Order, whole

NOT_TOLD = ("calibration", "learned")  # of a trial: what goes live with the edition


class EditionOut(serializers.Serializer):
    """One version: by what relationships are told apart."""

    version = serializers.IntegerField(help_text="Counts up; 1 came with relcrm.")
    state = serializers.ChoiceField(
        choices=Edition.State.choices, help_text="One edition is live; drafts judge nobody."
    )
    note = serializers.CharField(help_text="What is different, and why.")
    created_at = serializers.DateTimeField(allow_null=True, help_text="When it was brought.")
    live_from = serializers.DateTimeField(
        allow_null=True, help_text="When everybody was first judged by it, or last again."
    )
    document = serializers.DictField(help_text="Types, behaviour, evidence weights, calibration.")
    would_change = serializers.DictField(
        allow_null=True,
        help_text="What a trial found; null before one was made. `changed`: by the edition; "
        "`moves`, `mix` and `steps` compare without and with it. `changed_by_figures_alone`: of "
        "whom the label would change by measuring the company anew, without the edition; "
        "`changed_by_labels_alone`: after that, by learning anew from what people say. "
        "`changed_in_all`: of today's labels, once it is live. "
        "`outdated` says why a draft "
        "cannot be made live by it any more; null while it can.",
    )

    example: dict[str, Any] = {
        "version": 2, "state": "draft", "note": "Contracts weigh more",
        "created_at": "2026-03-02T09:30:00Z", "live_from": None,
        "document": {"version": 2, "temperature": 2.0},
        "would_change": {"looked_at": 2000, "changed": 61, "changed_by_figures_alone": 9,
                         "changed_by_labels_alone": 0, "changed_in_all": 68,
                         "outdated": None},
    }  # fmt: skip


class EditionListed(serializers.Serializer):
    """One version, without its document."""

    version = serializers.IntegerField(help_text="Counts up; 1 came with relcrm.")
    state = serializers.ChoiceField(choices=Edition.State.choices)
    note = serializers.CharField(help_text="What is different, and why.")
    created_at = serializers.DateTimeField(allow_null=True, help_text="When it was brought.")
    live_from = serializers.DateTimeField(
        allow_null=True, help_text="When everybody was first judged by it, or last again."
    )
    tried_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was last seen what it would change."
    )

    example: dict[str, Any] = {
        "version": 2, "state": "draft", "note": "Contracts weigh more",
        "created_at": "2026-03-02T09:30:00Z", "live_from": None, "tried_at": None,
    }  # fmt: skip


class EditionIn(Body):
    """An adapted document, as it was read here, with what is different."""

    document = serializers.DictField(help_text="The whole document, not only what changed.")
    note = Text(200, help_text="What is different, and why.")

    example: dict[str, Any] = {
        "document": {"version": 1, "temperature": 2.0}, "note": "Contracts weigh more",
    }  # fmt: skip


class Specifications(Resource):
    queryset = Edition.objects.none()
    scopes: ClassVar = {"GET": "specification:read", "POST": "specification:write"}
    serializer_class = EditionOut
    orders: ClassVar = {"-version": Order((("version", whole),), descending=True)}
    columns = tuple(EditionListed._declared_fields)

    def rows(self) -> QuerySet[Edition]:
        return Edition.objects.all()

    def edition(self, version: int) -> Edition:
        row = queries.edition(version)
        if row is None:
            raise Http404
        return row

    def _sees_them(self) -> bool:
        """Whose label would change is said to whom may read customers, all of them."""
        return self.sees("customers:read") and roles.may(self.request.user, "see_everyone")

    def shown(self, row: Edition) -> dict[str, Any]:
        kept = {name: getattr(row, name) for name in
                ("version", "state", "note", "created_at", "live_from")}  # fmt: skip
        found = {name: value for name, value in row.trial.items() if name not in NOT_TOLD}
        if found:
            found["mix"] = veil.by_key(found["mix"], frank=self.sees(FRANK))
            found["outdated"] = queries.outdated(row, clock()) or None
            found["moves"] = queries.moves(row, frank=self.sees(FRANK), named=self._sees_them())
        return kept | {"document": queries.document_of(row), "would_change": found or None}

    @operation("List editions", gives=page_of(EditionListed), query=Listing, tag="overview")
    def list(self, request: Request) -> Response:
        """The newest first, each without its document. Before anything was adapted there is the
        one that came with relcrm."""
        asked = self.asked(Listing)
        response = self.page(self.rows(), asked, self.order(asked))
        if response.data["results"] or "cursor" in asked:
            return response
        row = self.edition(1)
        shipped = {name: getattr(row, name) for name in self.columns}
        return self.answer_page(pick([shipped], self.shown_fields(asked)), None)

    @operation("The live specification", gives=EditionOut, one=True, tag="overview")
    def live(self, request: Request) -> Response:
        """By what everybody is judged now."""
        return self.answer_one(self.shown(self.edition(request.company.specification_version)))

    @operation("Look at an edition", gives=EditionOut, one=True, tag="overview")
    def retrieve(self, request: Request, pk: int) -> Response:
        """By its version. 1 came with relcrm."""
        return self.answer_one(self.shown(self.edition(pk)))

    @operation("Bring an adapted edition", takes=EditionIn, gives=EditionOut, status=201,
               tag="overview")  # fmt: skip
    @once_per_key
    def create(self, request: Request) -> Response:
        """A draft: nobody is judged by it. What cannot be used is refused (409) with the places
        that are wrong and what they must be."""
        told = self.told(EditionIn)
        row = specifying.bring_edition(told["document"], note=told["note"], by=self.by, now=clock())
        return self.answer_one(self.shown(row), status=201)

    @operation("See what an edition would change", takes=Nothing, gives=JobOut, status=202,
               one=True, tag="overview")  # fmt: skip
    @once_per_key
    def attempt(self, request: Request, pk: int) -> Response:
        """Everyone, or 20,000 drawn at random, is judged by both. Follow the job; the outcome is
        `would_change` of the edition."""
        self.told(Nothing)
        as_of = request.viewpoint.as_of
        return self._job(specifying.ask_for_trial(self.edition(pk), by=self.by, as_of=as_of))

    @operation("Make an edition live", takes=Nothing, gives=JobOut, status=202, one=True,
               tag="overview")  # fmt: skip
    @once_per_key
    def take_live(self, request: Request, pk: int) -> Response:
        """One that was tried in the last 30 days against the live one, or an earlier one again;
        everyone is judged anew by the job."""
        self.told(Nothing)
        as_of = request.viewpoint.as_of
        job = specifying.make_live(self.edition(pk), by=self.by, as_of=as_of, now=clock())
        return self._job(job)

    def _job(self, job: Job) -> Response:
        row = {name: getattr(job, name) for name in JobOut._declared_fields}
        return self.answer_one(row, status=202)
