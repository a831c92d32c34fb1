"""What to keep in mind of a customer over REST: discreet, vulnerable and the like."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.actions import modifiers as actions
from customers.api.sight import of_visible_customers
from customers.models import Customer, Modifier
from customers.queries import modifiers as queries
from relcrm.base.rest import Listing, Resource, once_per_key, operation, page_of
from relcrm.lib.rest.fields import Body, Choice, Text


class ModifierOut(serializers.Serializer):
    """Something true of a person beside the relationship, said by a colleague. Of a discreet
    customer the reason is null for callers who may not know what they bought."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    kind = serializers.ChoiceField(choices=Modifier.Kind.choices)
    reason = serializers.CharField(allow_null=True)
    until = serializers.DateField(allow_null=True, help_text="The last day; null: until ended.")
    set_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "id": 7, "customer": 17, "kind": "vulnerable", "reason": "Told us of a loss",
        "until": "2026-09-30", "set_at": "2026-03-02T09:00:00Z",
    }  # fmt: skip


class ModifierIn(Body):
    kind = Choice(Modifier.Kind, required=True)
    reason = Text(300, required=True, allow_blank=False)
    until = serializers.DateField(
        required=False, allow_null=True, help_text="At most five years; none: until it is ended."
    )

    example: dict[str, Any] = {
        "kind": "vulnerable", "reason": "Told us of a loss", "until": "2026-09-30",
    }  # fmt: skip


class Modifiers(Resource):
    queryset = Modifier.objects.none()  # for the document: which model the id is of
    scopes: ClassVar = {
        "GET": "people:read", "POST": "customers:write", "DELETE": "customers:write",
    }  # fmt: skip
    serializer_class = ModifierOut

    def rows(self) -> QuerySet[Modifier]:
        standing = Modifier.objects.standing(localdate()).order_by()
        return of_visible_customers(standing, self.request.user)

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        people, sees_all = {row["customer_id"] for row in rows}, self.sees(queries.SCOPE)
        hidden = queries.hidden(people, self.request.user, sees_all=sees_all)
        for row in rows:
            is_told = self.sees("people:read") and row["customer_id"] not in hidden
            row["reason"] = row["reason"] if is_told else None
        return rows

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        row["customer"] = row.pop("customer_id")
        return {name: row[name] for name in ModifierOut._declared_fields}

    @operation("To keep in mind", gives=page_of(ModifierOut), query=Listing, one=True)
    def list(self, request: Request, pk: int) -> Response:
        """What holds today of a customer, whatever the relationship is."""
        asked = self.asked(Listing)
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        return self.page(self.rows().filter(customer=customer), asked, self.order(asked))

    @operation("Keep something in mind", takes=ModifierIn, gives=ModifierOut, status=201, one=True)
    @once_per_key
    def create(self, request: Request, pk: int) -> Response:
        """Replaces what was said of the same kind. What protects somebody (discreet, vulnerable)
        is made shorter only with `discreet:read`, or by their contact."""
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        told = self.told(ModifierIn)
        made = actions.keep_in_mind(
            customer, kind=told["kind"], reason=told["reason"], until=told.get("until"),
            by=self.by, may_loosen=self._may_loosen(customer), now=clock(), today=localdate(),
        )  # fmt: skip
        return self.answer_one(self.one(self.rows(), pk=made.pk), status=201)

    @operation("End what was kept in mind", gives=None, status=204, one=True)
    def destroy(self, request: Request, pk: int) -> Response:
        """The number is the one of the list; it stays on record. What protects somebody is ended
        only with `discreet:read`, or by their contact."""
        row = get_object_or_404(self.rows().select_related("customer"), pk=pk)
        may_loosen = self._may_loosen(row.customer)
        actions.end_modifier(row, by=self.by, may_loosen=may_loosen, now=clock())
        return Response(status=204)

    def _may_loosen(self, customer: Customer) -> bool:
        sees_all = self.sees(queries.SCOPE)
        return queries.may_loosen(customer, self.request.user, sees_all=sees_all)
