"""The value of one customer with its parts, and those who cost more than they bring."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from customers.queries import modifiers
from relationships import veil
from relationships.api.profiles import FRANK, judgeable
from relationships.engine.value import PARTS
from relationships.models import Cause, Forecast, Profile
from relationships.queries import losers
from relationships.queries.network import Brought
from relationships.queries.opened import Opened, opened
from relcrm.base.models import Company
from relcrm.base.rest import Listing, Resource, Single, operation, page_of
from relcrm.lib.rest.fields import Choice

NEXT = ("next_from_on", "next_on", "next_until_on")


class PartsOut(serializers.Serializer):
    """Money over the horizon, costs below zero; the ten add up to the value."""

    sales = serializers.FloatField(help_text="Expected purchases times what one brings.")
    goods = serializers.FloatField(
        help_text="Cost of goods; of one discreet customer, without `discreet:read`, taken off "
        "`sales` and 0 here."
    )
    orders = serializers.FloatField(help_text="Cost of handling orders.")
    returned = serializers.FloatField(help_text="Margin lost with what comes back.")
    handling = serializers.FloatField(help_text="Cost of handling what comes back.")
    service = serializers.FloatField()
    remedies = serializers.FloatField(help_text="Complaints put right.")
    messages = serializers.FloatField()
    contract = serializers.FloatField(
        help_text="What is left of the fees of a running contract, by the chance of its renewals."
    )
    discounting = serializers.FloatField(help_text="Later money is worth less today.")


class WithinOut(serializers.Serializer):
    """Worth within one, two, three and ten years, discounted. Of ten such customers
    eight end between low and high."""

    years = serializers.IntegerField()
    low = serializers.FloatField()
    median = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class NextOut(serializers.Serializer):
    """When they are likely to buy next. Days only where the chance to buy within two of their own
    cycles is 0.6 or more."""

    chance = serializers.FloatField(allow_null=True, help_text="Within two of their own cycles.")
    from_on = serializers.DateField(allow_null=True)
    on = serializers.DateField(allow_null=True)
    until_on = serializers.DateField(allow_null=True)
    replaces_on = serializers.DateField(
        allow_null=True,
        help_text="The usual life of something they have ends; only where "
        "`replaces_chance` is 0.6 or more.",
    )
    replaces_chance = serializers.FloatField(
        allow_null=True,
        help_text="Share of such days in this company's past with a purchase "
        "within six weeks; null where fewer than 50 are known.",
    )


class ModelUsed(serializers.Serializer):
    """By which fitted model; null values stand for the default that came with relcrm."""

    name = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)


class NetworkOut(serializers.Serializer):
    """Whom they brought, as referrals say: of those the caller may see, each counted for whoever
    named them first. Not part of the value, and not to be added to it: it is theirs already."""

    customers = serializers.IntegerField()
    value = serializers.FloatField(help_text="What those are likely worth together.")
    anyway_share = serializers.FloatField(allow_null=True)
    saved = serializers.FloatField(help_text="What winning them by their channels would have cost.")
    worth = serializers.FloatField(
        allow_null=True,
        help_text="(1 − anyway_share) × value + saved; null while nobody said how many would have "
        "come anyway.",
    )


class WonOut(serializers.Serializer):
    """What winning one who comes as they did costs. Spent: not part of the value."""

    channel = serializers.CharField(help_text="Of the first thing that happened; or `unknown`.")
    cost = serializers.FloatField(help_text="As said in the settings, in the company's currency.")


class ValueOut(serializers.Serializer):
    """What one customer is likely to bring and cost."""

    customer = serializers.IntegerField()
    as_of = serializers.DateField()
    currency = serializers.CharField()
    horizon_weeks = serializers.IntegerField()
    model = ModelUsed()
    low = serializers.FloatField(help_text="Of ten such customers one ends below.")
    median = serializers.FloatField(allow_null=True, help_text="Half of such customers end below.")
    expected = serializers.FloatField()
    high = serializers.FloatField(help_text="Of ten such customers one ends above.")
    parts = PartsOut()
    within = WithinOut(many=True)
    months = serializers.FloatField(
        allow_null=True, help_text="Expected active months of the next 36."
    )
    renewals = serializers.FloatField(
        allow_null=True, help_text="Of their contract, within the horizon; null without one."
    )
    durability = serializers.FloatField(allow_null=True, help_text="Of 36 months, 0 to 100.")
    next_purchase = NextOut()
    network = NetworkOut()
    won = WonOut(allow_null=True, help_text="Null while nobody said what it costs.")
    cause = serializers.ChoiceField(
        choices=Cause.choices, allow_null=True,
        help_text="Mostly why it is below zero; null without `negative:read` of those left to "
        "service, and without `discreet:read` of the discreet.",
    )  # fmt: skip
    gain = serializers.FloatField(
        allow_null=True,
        help_text="What the company's usual habit instead would add; null as the cause is.",
    )

    example: dict[str, Any] = {
        "customer": 17, "as_of": "2026-03-02", "currency": "EUR", "horizon_weeks": 52,
        "model": {"name": "mbgnbd", "version": 3}, "low": 4.1, "median": 55.0,
        "expected": 61.4, "high": 130.2,
        "parts": {
            "sales": 310.0, "goods": -217.0, "orders": -15.0, "returned": -6.2, "handling": -2.1,
            "service": -4.0, "remedies": 0.0, "messages": -0.9, "contract": 0.0,
            "discounting": -3.4,
        },
        "within": [{"years": 1, "low": 4.1, "median": 55.0, "expected": 61.4, "high": 130.2}],
        "months": 21.5, "renewals": None, "durability": 59.7,
        "next_purchase": {
            "chance": 0.71, "from_on": "2026-03-09", "on": "2026-04-02", "until_on": "2026-06-20",
            "replaces_on": None, "replaces_chance": None,
        },
        "network": {
            "customers": 1, "value": 48.0, "anyway_share": 0.3, "saved": 14.0, "worth": 47.6,
        },
        "won": {"channel": "web", "cost": 14.0}, "cause": None, "gain": 0.0,
    }  # fmt: skip


class ValueOf(Resource):
    queryset = Customer.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = ValueOut

    @operation("What a customer is worth, with the parts", gives=ValueOut, query=Single, one=True,
               tag="profiles")  # fmt: skip
    def retrieve(self, request: Request, pk: int) -> Response:
        """As of the last judgement. 404 for those who have bought nothing or were not judged."""
        customer = judgeable(request, pk)
        profile = Profile.objects.filter(pk=customer.pk).first()
        as_of, viewer = request.viewpoint.as_of, request.user
        hides = bool(modifiers.hidden([pk], viewer, sees_all=self.sees(modifiers.SCOPE)))
        found = profile and opened(
            profile, request.company, as_of, viewer=viewer, hides_goods=hides
        )
        if not profile or found is None:
            raise Http404
        tells_why = not hides and not veil.is_veiled(profile.family, frank=self.sees(FRANK))
        return self.answer_one(worth_of(found, request.company, tells_why=tells_why))


def worth_of(found: Opened, company: Company, *, tells_why: bool) -> dict[str, Any]:
    """One value as JSON; `tells_why`: whether what makes it a loss is for this caller."""
    f = found.forecast
    return {
        "customer": f.pk,
        "as_of": f.as_of,
        "currency": company.currency,
        "horizon_weeks": f.horizon_weeks,
        "model": {"name": f.model.name if f.model else None,
                  "version": f.model.version if f.model else None},
        "low": found.low, "median": found.median, "expected": f.value, "high": found.high,
        "parts": found.parts,
        "within": [
            {name: getattr(row, name) for name in WithinOut._declared_fields}
            for row in found.ahead
        ],
        "months": f.months,
        "renewals": f.renewals,
        "durability": None if f.months is None else 100 * f.months / 36,
        "next_purchase": {
            "chance": f.soon, "from_on": f.next_from_on, "on": f.next_on,
            "until_on": f.next_until_on, "replaces_on": found.choice_on,
            "replaces_chance": found.choice_chance,
        },
        "network": _network(found.brought),
        "won": found.won and {"channel": found.won.channel, "cost": found.won.cost},
        "cause": (tells_why and f.cause) or None,
        "gain": f.gain if tells_why else None,
    }  # fmt: skip


def _network(brought: Brought) -> dict[str, Any]:
    return {
        "customers": brought.people, "value": brought.value, "anyway_share": brought.anyway,
        "saved": brought.saved, "worth": brought.worth,
    }  # fmt: skip


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
    parts = PartsOut()

    example: dict[str, Any] = {
        "customer": 23, "as_of": "2026-03-02", "value": -31.2, "cause": "returns", "gain": 42.6,
        "parts": {
            "sales": 260.0, "goods": -182.0, "orders": -12.0, "returned": -58.0, "handling": -35.0,
            "service": -4.0, "remedies": 0.0, "messages": -1.5, "contract": 0.0, "discounting": 1.3,
        },
    }  # fmt: skip


class LosingOnes(Resource):
    queryset = Forecast.objects.none()
    scopes: ClassVar = {"GET": "customers:read"}
    serializer_class = LosingOut
    orders: ClassVar = {"value": losers.ORDER}
    columns = ("customer_id", "as_of", "value", "cause", "gain", *PARTS)

    def rows(self) -> QuerySet[Forecast]:
        return losers.losing(self.request.user, frank=self.sees(FRANK))

    def present(self, row: dict[str, Any]) -> dict[str, Any]:
        told = {name: row[name] for name in ("as_of", "value", "gain")}
        return {
            "customer": row["customer_id"], **told, "cause": row["cause"] or None,
            "parts": {name: row[name] for name in PARTS},
        }  # fmt: skip

    @operation("Who costs more than they bring", gives=page_of(LosingOut), query=LosingQuery,
               tag="profiles")  # fmt: skip
    def list(self, request: Request) -> Response:
        """The costliest first. To look at, not to act on by a program: nobody should be served
        worse, charged more or let go because of a forecast. Those left to service are listed with
        the scope `negative:read` only."""
        asked = self.asked(LosingQuery)
        rows = losers.losing(request.user, asked.get("cause", ""), frank=self.sees(FRANK))
        return self.page(rows, asked, self.order(asked))
