"""A label that a colleague set on a relationship, and setting it from outside."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from relationships import veil
from relationships.actions import overriding
from relationships.api.profiles import FRANK, label
from relationships.api.shapes import FAMILIES, TYPES
from relationships.models import Family, Override, Profile
from relcrm.base.rest import Resource, once_per_key, operation
from relcrm.lib.rest.fields import Body, Choice, Text


class SetLabelOut(serializers.Serializer):
    """What a colleague says that it is, until when and why; beside it what we would say."""

    customer = serializers.IntegerField()
    family = serializers.ChoiceField(choices=FAMILIES, help_text="As the colleague says.")
    type = serializers.ChoiceField(
        choices=TYPES, allow_null=True, help_text="Null: the family alone."
    )
    reason = serializers.CharField(
        allow_null=True, help_text="Why, in their words; null without people:read."
    )
    until = serializers.DateField(help_text="The last day on which it holds.")
    set_at = serializers.DateTimeField(help_text="When it was said.")
    own_family = serializers.ChoiceField(
        choices=FAMILIES, allow_null=True, help_text="What we would say; null before a scoring."
    )
    own_type = serializers.ChoiceField(
        choices=TYPES, allow_null=True, help_text="The type we would say, if we were sure."
    )

    example: dict[str, Any] = {
        "customer": 17, "family": "friend", "type": "R5", "reason": "Met her at the fair",
        "until": "2026-05-31", "set_at": "2026-03-02T09:30:00Z", "own_family": "friend",
        "own_type": "R4",
    }  # fmt: skip


class SetLabelIn(Body):
    """A family, or one of its types with it."""

    family = Choice(
        [(one.value, one.label) for one in Family if one != Family.UNDETERMINED],
        help_text="One of the five.",
    )
    type = Choice(
        TYPES, required=False, allow_null=True, help_text="A type of that family, or none."
    )
    reason = Text(300, help_text="Why, so that colleagues understand it.")
    until = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="At most a year ahead; of N4 and N5 a year after the last sign on record or the "
        "first such word. Else 90 days.",
    )

    example: dict[str, Any] = {
        "family": "friend", "type": "R5", "reason": "Met her at the fair", "until": "2026-05-31",
    }  # fmt: skip


class SetLabels(Resource):
    queryset = Override.objects.none()
    scopes: ClassVar = {
        "GET": "customers:read", "POST": "customers:write", "DELETE": "customers:write",
    }  # fmt: skip
    serializer_class = SetLabelOut

    def customer(self, pk: int) -> Customer:
        return get_object_or_404(Customer.objects.visible_to(self.request.user), pk=pk)

    def standing(self, pk: int) -> Override:
        row = Override.objects.filter(customer=self.customer(pk), ended_at=None).first()
        if row is None or veil.is_veiled(row.family, frank=self.sees(FRANK)):
            raise Http404
        return row

    def shown(self, row: Override) -> dict[str, Any]:
        profile = Profile.objects.filter(pk=row.customer_id).first()
        frank = self.sees(FRANK)
        own = profile and label(profile.own_family, profile.own_type, frank=frank)
        return {
            "customer": row.customer_id, "family": row.family, "type": row.type or None,
            "reason": row.reason if self.sees("people:read") else None,
            "until": row.until, "set_at": row.set_at,
            "own_family": own and own["family"], "own_type": own and own["type"],
        }  # fmt: skip

    @operation("What a colleague says it is", gives=SetLabelOut, one=True, tag="profiles")
    def retrieve(self, request: Request, pk: int) -> Response:
        """404 where the label shown is our own."""
        return self.answer_one(self.shown(self.standing(pk)))

    @operation(
        "Say what a relationship is", takes=SetLabelIn, gives=SetLabelOut, status=201, one=True,
        tag="profiles",
    )  # fmt: skip
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """Shown instead of our own view until that day; lists and segments follow it. Negative
        families need the scope `negative:read`. What was said before is replaced."""
        told, view = self.told(SetLabelIn), request.viewpoint
        row = overriding.set_label(
            self.customer(pk), family=told["family"], key=told.get("type") or "",
            reason=told["reason"], until=told.get("until") or view.today + overriding.USUAL,
            by=self.by, frank=self.sees(FRANK), as_of=view.as_of, now=clock(),
        )  # fmt: skip
        return self.answer_one(self.shown(row), status=201)

    @operation("Take a set label back", gives=None, status=204, one=True, also=(409,),
               tag="profiles")  # fmt: skip
    def destroy(self, request: Request, pk: int) -> Response:
        """Our own view holds again, at once."""
        overriding.end_label(
            self.standing(pk), by=self.by, frank=self.sees(FRANK),
            as_of=request.viewpoint.as_of, now=clock(),
        )  # fmt: skip
        return Response(status=204)
