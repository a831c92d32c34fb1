"""What everybody is worth together, and what one customer was worth month by month."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from relationships.api.profiles import judgeable
from relationships.api.value_shapes import ModelUsed, PartsOut
from relationships.came_page import came
from relationships.engine.value import PARTS
from relationships.models import FittedModel, Month, Portfolio, Snapshot
from relcrm.base.costs import winning
from relcrm.base.rest import Listing, Resource, operation, page_of
from relcrm.lib.rest.keyset import Order, day

SOURCE = {
    "channel": "key", "customers": "people", "value": "value", "winning": "winning",
    "times": "times", "paid_back_weeks": "weeks",
}  # fmt: skip


class PurchasesOut(serializers.Serializer):
    """Purchases of all customers known to the horizon, with the likely range of their sum."""

    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class CameOut(serializers.Serializer):
    """Those who came by one channel and bought, against what winning one of them costs."""

    channel = serializers.CharField(help_text="Of the first thing that happened; or `unknown`.")
    customers = serializers.IntegerField()
    value = serializers.FloatField(help_text="Ahead, of all of them.")
    brought = serializers.FloatField(
        allow_null=True, help_text="Left to us so far, of all, by the usual margin and costs."
    )
    winning = serializers.FloatField(allow_null=True, help_text="Cost of one; null: not said.")
    times = serializers.FloatField(
        allow_null=True, help_text="(brought + value) of one, over the cost of winning one."
    )
    paid_back_weeks = serializers.IntegerField(
        allow_null=True,
        help_text="After the first purchase (0: with it); null while it was not, or is not known.",
    )


class CohortOut(serializers.Serializer):
    """Those whose first order lies in one quarter."""

    begins = serializers.CharField(help_text="First day of the quarter, or `earlier`.")
    customers = serializers.IntegerField()
    value = serializers.FloatField(help_text="Ahead, of all of them.")


class WholeOut(serializers.Serializer):
    """The value of all customers; of ten such sums eight end between low and high."""

    as_of = serializers.DateField()
    currency = serializers.CharField()
    horizon_weeks = serializers.IntegerField()
    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()
    model = ModelUsed()
    parts = PartsOut()
    purchases = PurchasesOut(allow_null=True, help_text="Null until everyone is scored again.")
    losing = serializers.IntegerField(
        allow_null=True, help_text="Customers who are expected to cost more than they bring."
    )
    sources = CameOut(many=True)
    cohorts = CohortOut(many=True)
    computed_at = serializers.DateTimeField()

    example: dict[str, Any] = {
        "as_of": "2026-03-02", "currency": "EUR", "horizon_weeks": 52, "low": 91000.0,
        "expected": 98000.0, "high": 105000.0, "model": {"name": "mbgnbd", "version": 3},
        "parts": {
            "sales": 410000.0, "goods": -246000.0, "orders": -31000.0, "returned": -16000.0,
            "handling": -5000.0, "service": -6000.0, "remedies": -1000.0, "messages": -2000.0,
            "contract": 0.0, "renewing": 0.0, "discounting": -5000.0,
        },
        "purchases": {"low": 7100.0, "expected": 8300.0, "high": 9700.0}, "losing": 41,
        "sources": [{
            "channel": "web", "customers": 900, "value": 51000.0, "brought": 98000.0,
            "winning": 14.0, "times": 11.8, "paid_back_weeks": 16,
        }],
        "cohorts": [{"begins": "2026-01-01", "customers": 210, "value": 9100.0}],
        "computed_at": "2026-03-02T02:12:00Z",
    }  # fmt: skip


class PortfolioValue(Resource):
    scopes: ClassVar = {"GET": "reports:read"}
    serializer_class = WholeOut

    @operation("What all customers are worth together", gives=WholeOut, one=True, tag="overview")
    def retrieve(self, request: Request) -> Response:
        """What the newest scoring of everyone found. 404 until everyone was scored once."""
        pictures = Portfolio.objects.filter(as_of__lte=request.viewpoint.as_of)
        found = pictures.defer("cells", "facts").first()
        if found is None:
            raise NotFound("Nobody was scored yet; start a job of the kind score.")
        kept, value = found.breakdown, found.value
        model = FittedModel.objects.filter(kind=FittedModel.Kind.VALUE, is_current=True).first()
        told = {
            "as_of": found.as_of,
            "currency": request.company.currency,
            "computed_at": found.computed_at,
            **{name: value[name] for name in ("horizon_weeks", "low", "expected", "high")},
            "model": {"name": model and model.name, "version": model and model.version},
            "parts": {
                name: sum(row.get(name, 0.0) for row in (kept.get("parts") or {}).values())
                for name in PARTS
            },
            "purchases": _last(kept.get("ahead")),
            "losing": kept.get("losing"),
            "sources": [
                {name: getattr(one, of) for name, of in SOURCE.items()}
                | {"brought": None if one.brought is None else one.brought * one.people}
                for one in came(found, winning())
            ],
            "cohorts": [
                {"begins": begins, "customers": row["n"], "value": row["value"]}
                for begins, row in (kept.get("cohort") or {}).items()
            ],
        }
        return self.answer_one({name: told[name] for name in WholeOut._declared_fields})


def _last(ahead: dict[str, Any] | None) -> dict[str, float] | None:
    if not ahead or not ahead["expected"]:
        return None
    return {name: ahead[name][-1] for name in ("low", "expected", "high")}


class ValuedOut(serializers.Serializer):
    """What a customer was worth at a month's end, by what was known that day."""

    on = serializers.DateField()
    value = serializers.FloatField(help_text="Over the company's horizon, in its currency.")
    model = ModelUsed()

    example: dict[str, Any] = {
        "on": "2025-10-31", "value": 96.5, "model": {"name": "mbgnbd", "version": 2},
    }  # fmt: skip


class ValueHistory(Resource):
    queryset = Snapshot.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = ValuedOut
    orders: ClassVar = {"-on": Order((("on", day),), descending=True)}
    columns = ("on", "value")

    def enrich(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        months = Month.objects.filter(on__in=[row["on"] for row in rows])
        told = months.values_list("on", "value_model__name", "value_model__version")
        models = {on: {"name": name, "version": version} for on, name, version in told}
        nothing = {"name": None, "version": None}
        return [row | {"model": models.get(row["on"], nothing)} for row in rows]

    @operation(
        "What a customer was worth, month by month", gives=page_of(ValuedOut), query=Listing,
        one=True, tag="profiles",
    )  # fmt: skip
    def list(self, request: Request, pk: int) -> Response:
        """At months' ends, the newest first, each by the model that was in use that day. Months in
        which nothing had been bought yet are left out."""
        asked = self.asked(Listing)
        rows: QuerySet[Snapshot] = judgeable(request, pk).snapshots.filter(
            on__lte=request.viewpoint.as_of, is_close=True, value__isnull=False
        )
        return self.page(rows, asked, self.order(asked))
