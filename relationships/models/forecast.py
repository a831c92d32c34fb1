"""What a customer is likely to bring and cost: the parts of their value, how long, when next."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from relationships.engine.value.losing import LOSES_BELOW
from relationships.models.fitted import FittedModel

# Fields of the worth over one, two, three and ten years, in that order.
YEARS_KEPT = ("one_year", "two_years", "three_years", "lifetime")


class Cause(models.TextChoices):
    """Why somebody is expected to cost more than they bring, mostly."""

    RETURNS = "returns", _("Returns")
    SERVICE = "service", _("Service")
    REMEDIES = "remedies", _("Complaints put right")
    MESSAGES = "messages", _("Messages")
    DISCOUNTS = "discounts", _("Discounts")
    MARGIN = "margin", _("What they buy earns little")
    SMALL_ORDERS = "small_orders", _("Small orders")
    ORDERS = "orders", _("The cost of every order")
    RENEWALS = "renewals", _("The cost of every renewal")


class Covariate(models.TextChoices):
    """What, beside their purchases, most moves what somebody is expected to buy."""

    TENURE = "tenure", _("How long they have been with us")
    COMPLAINTS = "complaint", _("Complaints")
    BROKEN = "promise_broken", _("Broken promises")
    KEPT = "promise_kept", _("Kept promises")
    TRAITS = "traits", _("Age, gender and household")
    NO_COMPLAINTS = "no_complaint", _("No complaints")
    NONE_BROKEN = "no_promise_broken", _("No broken promises")
    NONE_KEPT = "no_promise_kept", _("No kept promises")


class ForecastQuerySet(models.QuerySet["Forecast"]):
    def losing(self) -> "ForecastQuerySet":
        """Who is expected to cost more than they bring: the one meaning of it everywhere."""
        return self.filter(value__lt=LOSES_BELOW)


class Forecast(models.Model):
    """The value of one customer opened into its parts, as of the last judgement.

    There is a row only for those who bought, or pay for a contract. The parts are over
    `horizon_weeks`, costs below zero, and add up to `value`.
    """

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="forecast"
    )
    as_of = models.DateField()
    model = models.ForeignKey(FittedModel, models.SET_NULL, null=True, related_name="+")
    horizon_weeks = models.PositiveSmallIntegerField()
    value = models.FloatField()
    sales = models.FloatField()
    goods = models.FloatField()
    orders = models.FloatField()
    returned = models.FloatField()
    handling = models.FloatField()
    service = models.FloatField()
    remedies = models.FloatField()
    messages = models.FloatField()
    contract = models.FloatField(default=0)  # what is left of the fees of a running contract
    renewing = models.FloatField(default=0)  # what renewing it costs
    discounting = models.FloatField()
    # Value over so many years; the residual lifetime is cut at ten.
    one_year = models.FloatField()
    two_years = models.FloatField()
    three_years = models.FloatField()
    lifetime = models.FloatField()
    # What the likely range of the above needs beside the parts.
    purchase_days = models.PositiveIntegerField()
    spent = models.FloatField()
    fees = models.FloatField(default=0)  # of the contract, before anything is taken off
    # Why it is below zero, and what the company's usual habit in its place would add.
    cause = models.CharField(max_length=12, choices=Cause, blank=True)
    gain = models.FloatField(default=0)
    # Covariates: what expected purchases were multiplied by for what else is known, and what of
    # it counts most; 1 where the formula forecasts alone.
    covariates_factor = models.FloatField(default=1)
    covariates_because = models.CharField(max_length=20, choices=Covariate, blank=True, default="")
    # Months of the next 36 in which they are expected to be with us.
    months = models.FloatField(null=True)
    # Of their contract within the horizon; none without a contract.
    renewals = models.FloatField(null=True)
    # Chance to buy within two of their own cycles; days only where it is high enough.
    soon = models.FloatField(null=True)
    next_from_on = models.DateField(null=True)
    next_on = models.DateField(null=True)
    next_until_on = models.DateField(null=True)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["value", "customer"], condition=Q(value__lt=0), name="forecast_loses"
            ),
            models.Index(
                fields=["next_on", "customer"],
                condition=Q(next_on__isnull=False),
                name="forecast_next",
            ),
        ]

    def __str__(self) -> str:
        return f"forecast {self.pk}"
