"""The 29 types with their rules, and the personae found in the data."""

from dataclasses import replace
from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relationships import veil
from relationships.api.profiles import FRANK
from relationships.api.type_shapes import TypeOut, shown
from relationships.models import Persona
from relationships.queries.type_facts import Seen, seen
from relcrm.base import roles
from relcrm.base.rest import Listing, Resource, Single, operation, page_of
from relcrm.base.rest.resource import Readable, pick
from relcrm.lib.rest.keyset import Order, whole


class Types(Resource):
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = TypeOut

    @operation("List the types", gives=page_of(TypeOut), query=Single)
    def list(self, request: Request) -> Response:
        """All on one page: what each means, how to treat it, and what is known of its people. The
        negative ones need the scope `negative:read`. Whoever sees only their own customers gets
        the rules without numbers of people."""
        fields, frank = self.shown_fields(self.asked(Single)), self.sees(FRANK)
        known = self._seen(request)
        found = [shown(spec, known, frank=frank) for spec in veil.types(frank=frank)]
        return self.answer_page(pick(found, fields), None)

    @operation("Look at a type", gives=TypeOut, query=Single, one=True)
    def retrieve(self, request: Request, code: str) -> Response:
        """One of the 29, by its code."""
        frank = self.sees(FRANK)
        spec = veil.type_of(code, frank=frank)
        if spec is None:
            raise Http404
        known = self._seen(request)
        return self.answer_one(shown(spec, known, frank=frank))

    @staticmethod
    def _seen(request: Request) -> Seen:
        """The rules are for all; what is known of everybody, only for those who see the company."""
        known = seen(request.viewpoint.as_of)
        if roles.may(request.user, "see_company"):
            return known
        return replace(known, picture=None, months=())


class PersonaOut(serializers.Serializer):
    """A group of customers alike in context and habits."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    rank = serializers.IntegerField()
    customers = serializers.IntegerField()
    portrait = serializers.DictField(help_text="What stands out, with its lift.")
    families = serializers.DictField(child=serializers.FloatField(), help_text="Family → share.")
    value_each = serializers.FloatField(allow_null=True)
    found_on = serializers.DateField()

    example: dict[str, Any] = {
        "id": 2, "name": "City families, 30 to 44", "rank": 1, "customers": 412, "portrait": {},
        "families": {"friend": 0.42, "fling": 0.31}, "value_each": 96.4, "found_on": "2026-03-01",
    }  # fmt: skip


class Personae(Readable, Resource):
    queryset = Persona.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {"GET": "reports:read"}
    serializer_class = PersonaOut
    orders: ClassVar = {"rank": Order((("rank", whole), ("id", whole)))}

    def rows(self) -> Any:
        return Persona.objects.filter(is_current=True)

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {"families": veil.by_key(row["families"], frank=self.sees(FRANK))}

    @operation("List personae", gives=page_of(PersonaOut), query=Listing)
    def list(self, request: Request) -> Response:
        """Those found last, the largest first."""
        return super().list(request)

    @operation("Look at a persona", gives=PersonaOut, query=Single, one=True)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One group. Its customers: `/profiles?persona=`."""
        return super().retrieve(request, pk)
