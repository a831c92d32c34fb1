"""Those who cost more than they bring, as programs read them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.queries import modifiers
from relationships.api.profiles import FRANK
from relationships.api.value_shapes import PartsOut, TurnOut
from relationships.engine.value import PARTS
from relationships.models import Cause, Forecast
from relationships.queries import losers
from relationships.turned import turn, turn_out
from relcrm.base.rest import Listing, Resource, operation, page_of
from relcrm.lib.rest.fields import Choice

FIGURES = ("value", "cause", "gain", "renewals", "fees", *PARTS)
ORDERS = "customer__profile__expected_orders"


class LosingQuery(Listing):
    """Narrow the list to one cause."""

    cause = Choice(Cause.choices, required=False)


class LosingOut(serializers.Serializer):
    """One customer who is expected to cost more than they bring, and mostly why."""

    customer = serializers.IntegerField()
    as_of = serializers.DateField()
    value = serializers.FloatField()
    cause = serializers.ChoiceField(choices=Cause.choices, allow_null=True)
    gain = serializers.FloatField(help_text="What the company's usual habit instead would add.")
    turn = TurnOut(allow_null=True, help_text="Null where nothing would.")
    parts = PartsOut()

    example: dict[str, Any] = {
        "customer": 23, "as_of": "2026-03-02", "value": -31.2, "cause": "returns", "gain": 42.6,
        "parts": {
            "sales": 260.0, "goods": -182.0, "orders": -12.0, "returned": -58.0, "handling": -35.0,
            "service": -4.0, "remedies": 0.0, "messages": -1.5, "contract": 0.0, "renewing": 0.0,
            "discounting": 1.3,
        },
        "turn": {
            "value": 11.4, "is_enough": True, "order_from": None, "fee_from": None,
            "words": "with returns as usual in your company: €43 more, which makes €11",
        },
    }  # fmt: skip


class LosingOnes(Resource):
    queryset = Forecast.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = LosingOut
    orders: ClassVar = {"value": losers.ORDER}
    columns = ("customer_id", "as_of", *FIGURES, ORDERS)

    def rows(self, cause: str = "") -> QuerySet[Forecast]:
        sees_goods = self.sees(modifiers.SCOPE)
        return losers.losing(
            self.request.user, cause, frank=self.sees(FRANK), sees_goods=sees_goods
        )

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        told = {name: row[name] for name in ("as_of", "value", "gain")}
        forecast = Forecast(**{name: row[name] for name in FIGURES})
        turned = turn(forecast, self.request.company.currency, row[ORDERS])
        return {
            "customer": row["customer_id"], **told, "cause": row["cause"] or None,
            "turn": turned and turn_out(turned),
            "parts": {name: row[name] for name in PARTS},
        }  # fmt: skip

    @operation("Who costs more than they bring", gives=page_of(LosingOut), query=LosingQuery,
               tag="profiles")  # fmt: skip
    def list(self, request: Request) -> Response:
        """The costliest first. To look at, not to act on by a program: nobody should be served
        worse, charged more or let go because of a forecast. Those left to service are listed with
        the scope `negative:read` only, discreet customers with `discreet:read`."""
        asked = self.asked(LosingQuery)
        return self.page(self.rows(asked.get("cause", "")), asked, self.order(asked))
