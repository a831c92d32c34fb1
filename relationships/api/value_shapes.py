"""How a customer's value looks over the API: bounds, parts, when next, and what would turn it."""

from typing import Any

from rest_framework import serializers

from relationships.models import Cause, Covariate


class PartsOut(serializers.Serializer):
    """Money over the horizon, costs below zero; the eleven add up to the value."""

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
    renewing = serializers.FloatField(help_text="Cost of renewing it.")
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
        help_text="Share of such days in this company's past with a purchase within six weeks, of "
        "things of that category, else of all; null where fewer than 50 are known.",
    )


class TurnOut(serializers.Serializer):
    """What would turn a relationship that costs money: the company's usual habit instead of the one
    that costs most; where that is not enough, the order or fee that would pay for itself."""

    value = serializers.FloatField(
        allow_null=True, help_text="With that habit; null where none would gain anything."
    )
    is_enough = serializers.BooleanField(help_text="Whether that habit alone turns it.")
    order_from = serializers.FloatField(
        allow_null=True, help_text="Orders from this sum on pay for themselves."
    )
    fee_from = serializers.FloatField(
        allow_null=True, help_text="Fees of a contract from this sum on pay for themselves."
    )
    words = serializers.CharField(help_text="The same as a sentence, as pages say it.")


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
    turn = TurnOut(allow_null=True, help_text="Null without a cause, and where nothing would.")
    covariates_factor = serializers.FloatField(
        help_text="What expected purchases were multiplied by for what else is known; 1 where the "
        "formula forecasts alone."
    )
    covariates_because = serializers.ChoiceField(
        choices=Covariate.choices, allow_null=True,
        help_text="What counts most for it; null within 5 % of 1, of complaints without "
        "`complaints:read`, and of promises without `promises:read`.",
    )  # fmt: skip

    example: dict[str, Any] = {
        "customer": 17, "as_of": "2026-03-02", "currency": "EUR", "horizon_weeks": 52,
        "model": {"name": "mbgnbd", "version": 3}, "low": 4.1, "median": 55.0,
        "expected": 61.4, "high": 130.2,
        "parts": {
            "sales": 310.0, "goods": -217.0, "orders": -15.0, "returned": -6.2, "handling": -2.1,
            "service": -4.0, "remedies": 0.0, "messages": -0.9, "contract": 0.0,
            "renewing": 0.0, "discounting": -3.4,
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
        "won": {"channel": "web", "cost": 14.0}, "cause": None, "gain": 0.0, "turn": None,
        "covariates_factor": 0.88, "covariates_because": "complaint",
    }  # fmt: skip
