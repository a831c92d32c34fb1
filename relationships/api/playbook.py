"""The 29 types with their rules, and the personae found in the data."""

from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relationships import veil
from relationships.api.profiles import FRANK
from relationships.api.shapes import FAMILIES, STEPS, TYPES
from relationships.engine.typology.typology import TypeSpec
from relationships.models import Persona
from relcrm.base.rest import Listing, Resource, Single, operation, page_of
from relcrm.base.rest.resource import Readable, pick
from relcrm.lib.rest.keyset import Order, whole

RULES = ("summary", "expects", "do", "dont", "message", "channel", "danger", "deeper", "end")


class TypeOut(serializers.Serializer):
    """A type of relationship, and the rules by which it is kept well."""

    code = serializers.ChoiceField(choices=TYPES)
    name = serializers.CharField()
    family = serializers.ChoiceField(choices=FAMILIES)
    next_step = serializers.ChoiceField(choices=STEPS)
    bridge = serializers.CharField(help_text="In words that marketers know.")
    summary = serializers.CharField()
    expects = serializers.CharField()
    do = serializers.CharField()
    dont = serializers.CharField()
    message = serializers.CharField()
    channel = serializers.CharField()
    danger = serializers.CharField()
    deeper = serializers.CharField()
    end = serializers.CharField()
    contacts_30d_max = serializers.IntegerField()
    promo_share_max = serializers.FloatField()
    reply_hours_max = serializers.FloatField()

    example: dict[str, Any] = {
        "code": "F1", "name": "First spark", "family": "fling", "next_step": "welcome",
        "bridge": "new customer", "summary": "Just met, everything still open",
        "expects": "A smooth first date", "do": "Deliver perfectly; thank once",
        "dont": "Daily mails", "message": "Reassure", "channel": "order mails",
        "danger": "No second order after 1.5 cycles", "deeper": "A second purchase",
        "end": "Let it stay a nice memory", "contacts_30d_max": 3, "promo_share_max": 0.35,
        "reply_hours_max": 24,
    }  # fmt: skip


def shown(spec: TypeSpec) -> dict[str, Any]:
    numbers = ("contacts_30d_max", "promo_share_max", "reply_hours_max")
    return {
        "code": spec.key, "name": spec.name, "family": spec.family, "next_step": spec.group,
        "bridge": spec.bridge,
    } | {name: getattr(spec, name) for name in (*RULES, *numbers)}  # fmt: skip


class Types(Resource):
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = TypeOut

    @operation("List the types", gives=page_of(TypeOut), query=Single)
    def list(self, request: Request) -> Response:
        """All on one page: what each means and how to treat it. The negative ones need the
        scope `negative:read`."""
        fields = self.shown_fields(self.asked(Single))
        known = [shown(spec) for spec in veil.types(frank=self.sees(FRANK))]
        return self.answer_page(pick(known, fields), None)

    @operation("Look at a type", gives=TypeOut, query=Single, one=True)
    def retrieve(self, request: Request, code: str) -> Response:
        """One of the 29, by its code."""
        spec = veil.type_of(code, frank=self.sees(FRANK))
        if spec is None:
            raise Http404
        return self.answer_one(shown(spec), self.shown_fields(self.asked(Single)))


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
