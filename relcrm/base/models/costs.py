"""Unit costs and margins that differ from the company's usual ones, and the cost of winning."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class UnitCost(models.Model):
    """What a message costs in one channel, what is left of a sale in one category or brand, or what
    it costs to win a customer by one channel."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("A message in this channel")
        MARGIN = "margin", _("Margin of this category")
        BRAND = "brand", _("Margin of this brand")
        ACQUISITION = "acquisition", _("Winning a customer by this channel")

    SHARES = (Kind.MARGIN, Kind.BRAND)  # of sales; all others are money

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(
        max_length=60
    )  # a channel, a category as interactions name it, or a slug
    # Money in the company's currency; of a margin the share of sales, 0 to 1.
    amount = models.DecimalField(
        max_digits=12, decimal_places=4, validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="unit_cost_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="unit_cost_zero_or_more"),
            models.CheckConstraint(
                condition=~Q(kind__in=["margin", "brand"]) | Q(amount__lte=1),
                name="unit_cost_margin_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def called(self) -> str:
        """The key as people read it."""
        return (
            gettext("not recorded")
            if self.key == "unknown" and self.kind == "acquisition"
            else self.key
        )
