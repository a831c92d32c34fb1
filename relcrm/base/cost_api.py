"""The REST door to margin and costs."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import transaction
from django.utils.timezone import now as clock
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from relcrm.base import company as companies
from relcrm.base.actions.company import update_company
from relcrm.base.actions.costs import say_costs
from relcrm.base.costs import said
from relcrm.base.models import Company, UnitCost
from relcrm.base.rest import Resource, once_per_key, operation
from relcrm.lib.rest import versions
from relcrm.lib.rest.fields import Body

MOST = 100_000  # what every column of costs can hold
SHARES = ("margin_rate", "discount_rate", "anyway_share")
MONEY = (
    "cost_per_order", "cost_per_return", "cost_per_contact", "cost_per_minute",
    "cost_per_complaint", "cost_per_message", "cost_per_renewal",
)  # fmt: skip
FINE, COARSE = 4, 2  # decimal places of the columns
TOLD_FINELY = {"cost_per_minute", "cost_per_message", *SHARES}
OWN = (
    ("channels", UnitCost.Kind.MESSAGE), ("margins", UnitCost.Kind.MARGIN),
    ("brands", UnitCost.Kind.BRAND), ("winning", UnitCost.Kind.ACQUISITION),
)  # fmt: skip


class Figure(serializers.FloatField):
    """A number that is one in JSON too, also inside a mapping."""

    def to_internal_value(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise serializers.ValidationError("Write a number.")
        if abs(value) > MOST:  # some whole numbers are too long for a float
            raise serializers.ValidationError(f"Write a number between 0 and {MOST}.")
        return float(super().to_internal_value(value))


def _share(**more: Any) -> Figure:
    return Figure(min_value=0, max_value=1, **more)


def _money(**more: Any) -> Figure:
    return Figure(min_value=0, max_value=MOST, **more)


class CostsOut(serializers.Serializer):
    """What turns sales into what is left, in the company's currency."""

    currency = serializers.CharField()
    margin_rate = _share(allow_null=True, help_text="Of sales; null: 0.30 is assumed.")
    discount_rate = _share(help_text="Per year.")
    anyway_share = _share(
        allow_null=True,
        help_text="Of those whom customers bring, would come anyway; null: not said.",
    )
    cost_per_order = _money()
    cost_per_return = _money()
    cost_per_contact = _money(help_text="A call for help or a complaint, however long.")
    cost_per_minute = _money(help_text="Of support, where `properties.minutes` tells how many.")
    cost_per_complaint = _money(help_text="Putting it right, on average.")
    cost_per_message = _money()
    cost_per_renewal = _money(help_text="Each time a fee of a contract is due.")
    channels = serializers.DictField(child=_money(), help_text="A message where it differs.")
    margins = serializers.DictField(child=_share(), help_text="Of categories where it differs.")
    brands = serializers.DictField(
        child=_share(), help_text="Of brands by their slug, where no category says otherwise."
    )
    winning = serializers.DictField(
        child=_money(),
        help_text="A customer won, by channel or `unknown`; beside value, never inside.",
    )
    horizon_weeks = serializers.IntegerField()

    example: dict[str, Any] = {
        "currency": "EUR", "margin_rate": 0.42, "discount_rate": 0.1, "anyway_share": 0.3,
        "cost_per_order": 4.5,
        "cost_per_return": 6.0, "cost_per_contact": 2.0, "cost_per_minute": 0.8,
        "cost_per_complaint": 12.0, "cost_per_message": 0.002, "cost_per_renewal": 0.5,
        "channels": {"letter": 1.45},
        "margins": {"boots": 0.5}, "brands": {"alpine": 0.38}, "winning": {"web": 14.0},
        "horizon_weeks": 52,
    }  # fmt: skip


class CostsIn(Body):
    """What is to change; each of `channels`, `margins`, `brands` and `winning` replaces all that
    was said of it before."""

    margin_rate = _share(required=False, allow_null=True)
    discount_rate = _share(required=False)
    anyway_share = _share(required=False, allow_null=True)
    cost_per_order = _money(required=False)
    cost_per_return = _money(required=False)
    cost_per_contact = _money(required=False)
    cost_per_minute = _money(required=False)
    cost_per_complaint = _money(required=False)
    cost_per_message = _money(required=False)
    cost_per_renewal = _money(required=False)
    channels = serializers.DictField(child=_money(), required=False)
    margins = serializers.DictField(child=_share(), required=False)
    brands = serializers.DictField(child=_share(), required=False)
    winning = serializers.DictField(child=_money(), required=False)
    horizon_weeks = serializers.IntegerField(min_value=4, max_value=520, required=False)

    example: dict[str, Any] = {"cost_per_order": 4.5, "channels": {"letter": 1.45}}


class Costs(Resource):
    queryset = Company.objects.none()
    scopes: ClassVar = {"GET": "reports:read", "PATCH": "costs:write"}
    serializer_class = CostsOut

    @operation("Margin and costs", gives=CostsOut, one=True, tag="overview")
    def retrieve(self, request: Request) -> Response:
        """What value is counted with from the next scoring on."""
        return self.answer_one(_shown(companies.current()))

    @operation("Change margin and costs", takes=CostsIn, gives=CostsOut, one=True, edits=True,
               tag="overview")  # fmt: skip
    @once_per_key
    def partial_update(self, request: Request) -> Response:
        """Everyone is valued anew by a job. Unknown channels and brands are
        refused (409)."""
        told = self.told(CostsIn)
        with transaction.atomic():
            row = companies.held()
            versions.hold(request, versions.etag(_shown(row)))
            figures = {
                name: _exact(told[name], FINE if name in TOLD_FINELY else COARSE)
                for name in (*SHARES, *MONEY) if name in told
            }  # fmt: skip
            if "horizon_weeks" in told:
                figures["horizon_weeks"] = told["horizon_weeks"]
            update_company(row, figures, by=self.by, now=clock())
            for name, kind in OWN:
                if name in told:
                    amounts = {key: _exact(each, FINE) for key, each in told[name].items()}
                    say_costs(kind, amounts, by=self.by, now=clock())
        return self.answer_one(_shown(companies.current()))


def _exact(value: float | None, places: int) -> Decimal | None:
    """As its column keeps it; a margin that nobody told stays untold."""
    return None if value is None else round(Decimal(str(value)), places)


def _shown(row: Company) -> dict[str, Any]:
    own = said()
    margin, anyway = row.margin_rate, row.anyway_share
    return {
        "currency": row.currency,
        "margin_rate": None if margin is None else float(margin),
        "discount_rate": float(row.discount_rate),
        "anyway_share": None if anyway is None else float(anyway),
        **{name: float(getattr(row, name)) for name in MONEY},
        **{name: own[kind] for name, kind in OWN},
        "horizon_weeks": row.horizon_weeks,
    }
