"""The REST door to targeting: how many, who is left out and why, and whom to address."""

from typing import Any, ClassVar

from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.criteria import PURPOSES, Criteria, Malformed, read
from campaigns.reasons import REASONS
from relationships import veil
from relationships.engine.typology import typology
from relationships.models import Family
from relcrm.base.rest import Resource, operation, page_of
from relcrm.base.rest.queries import Cursor
from relcrm.lib.rest.fields import Choice, Many, Query
from relcrm.lib.rest.keyset import MOST, USUAL, Order, number, whole

PLACE = Order((("value", number), ("customer", whole)), descending=True)
LISTS = ("types", "families", "steps", "personae", "countries")


class CriteriaQuery(Query):
    """Whom we mean. Within a field any value will do; between fields all must hold, except
    that a type or a family suffices."""

    purpose = Choice([(name, name) for name in PURPOSES], required=False)
    types = Many([spec.key for spec in typology().types], required=False)
    families = Many(Family.values, required=False)
    steps = Many([*typology().groups], required=False)
    personae = Many(pattern="[0-9]{1,9}", required=False)
    countries = Many(pattern="[A-Z]{2}", required=False)
    value_least = serializers.FloatField(min_value=-1e12, max_value=1e12, required=False)
    value_most = serializers.FloatField(min_value=-1e12, max_value=1e12, required=False)
    alive_least = serializers.FloatField(min_value=0, max_value=1, required=False)
    alive_most = serializers.FloatField(min_value=0, max_value=1, required=False)
    last_order_from = serializers.DateField(required=False)
    last_order_to = serializers.DateField(required=False)
    segment = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False,
        help_text="Only those in this segment, as a marketer may ask for it.",
    )  # fmt: skip


class MembersQuery(CriteriaQuery):
    reason = Choice(
        [(key, key) for key in REASONS],
        required=False,
        help_text="Those left out for this reason, in place of those who may be addressed.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=USUAL)
    cursor = Cursor(2000, required=False, allow_blank=False)


class LeftOut(serializers.Serializer):
    reason = serializers.ChoiceField(choices=[(key, key) for key in REASONS])
    words = serializers.CharField()
    why = serializers.CharField()
    by = serializers.CharField(help_text="Law, which holds; or a house rule.")
    customers = serializers.IntegerField()


class CountsOut(serializers.Serializer):
    """How many were chosen, how many may be addressed, and why the others are left out."""

    chosen = serializers.IntegerField()
    addressed = serializers.IntegerField()
    value = serializers.FloatField(help_text="Expected, of those who may be addressed.")
    left_out = LeftOut(many=True)

    example: dict[str, Any] = {
        "chosen": 610, "addressed": 402, "value": 31250.5,
        "left_out": [{
            "reason": "pace", "words": "Heard from us often enough",
            "why": "They had as many messages in 30 days as their relationship bears.",
            "by": "house rule", "customers": 208,
        }],
    }  # fmt: skip


class MemberOut(serializers.Serializer):
    customer = serializers.IntegerField()

    example: dict[str, Any] = {"customer": 17}


class Targeting(Resource):
    scopes: ClassVar = {"GET": "targeting:read"}
    serializer_class = CountsOut

    def criteria(self, asked: dict[str, Any]) -> Criteria:
        frank = self.sees("negative:read")
        types = {kind.key for kind in veil.types(frank=frank)}
        families = {*veil.families(Family, frank=frank)}
        if {*asked.get("types", ())} - types or {*asked.get("families", ())} - families:
            raise PermissionDenied("Negative types by name need the scope negative:read.")
        try:
            found = read(asked, frank=frank)
        except Malformed as problem:
            raise ValidationError(problem.errors) from None
        if queries.is_withheld(found, clock()):
            raise PermissionDenied("This segment asks about what no campaign may know.")
        return found

    @operation("Count an audience", gives=CountsOut, query=CriteriaQuery, tag="targeting")
    def retrieve(self, request: Request) -> Response:
        """Everybody counted once, with the weightiest reason for each who is left out."""
        criteria = self.criteria(self.asked(CriteriaQuery))
        found = queries.counts(criteria, company=request.company, now=clock())
        left_out = [
            {
                "reason": reason.key, "words": str(reason.words), "why": str(reason.why),
                "by": str(reason.by), "customers": customers,
            }
            for reason, customers in found.left_out
        ]  # fmt: skip
        return self.answer_one(
            {
                "chosen": found.chosen,
                "addressed": found.addressed,
                "value": found.value,
                "left_out": left_out,
            }  # fmt: skip
        )


class Members(Targeting):
    serializer_class = MemberOut

    @operation("List an audience", gives=page_of(MemberOut), query=MembersQuery, tag="targeting")
    def list(self, request: Request) -> Response:
        """The numbers of those who may be addressed, the most valuable first; with `reason`
        those who are left out for it."""
        asked = self.asked(MembersQuery)
        after = ""
        if "cursor" in asked:
            value, customer = PLACE.decode(asked["cursor"])
            after = f"{value!r}~{customer}"
        found = queries.audience(
            self.criteria(asked),
            company=request.company,
            now=clock(),
            reason=asked.get("reason", ""),
            after=after,
            size=asked["limit"],
        )
        value, _, customer = found.after.partition("~")
        following = PLACE.encode([float(value), int(customer)]) if found.after else None
        members = [{"customer": one.pk} for one in found.customers]
        self.note(members)
        return self.answer_page(members, following)
