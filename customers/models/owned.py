"""What customers have from us, since when, and when they will choose again."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from customers.models.catalogue import Product
from customers.models.customer import Customer


class OwnedProductQuerySet(models.QuerySet["OwnedProduct"]):
    def held(self) -> "OwnedProductQuerySet":
        return self.filter(gone_on=None)


class OwnedProduct(models.Model):
    """A product that a customer has: from a purchase, or because somebody said so."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="owned", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="owned")
    since_on = models.DateField()
    gone_on = models.DateField(null=True, blank=True)  # sent back, given away, worn out
    is_by_hand = models.BooleanField(default=False)  # then no purchase changes it
    # since_on plus the product's expected life; kept, so that "before March" is an index scan.
    next_choice_on = models.DateField(null=True, blank=True)

    objects = OwnedProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "product"], name="owned_product_once")
        ]
        indexes = [
            models.Index(
                fields=["next_choice_on", "customer"],
                condition=Q(gone_on=None, next_choice_on__isnull=False),
                name="owned_product_choice",
            )
        ]

    def __str__(self) -> str:
        return f"product {self.product_id} of customer {self.customer_id}"

    @staticmethod
    def choice_after(since_on: date, life_weeks: int | None) -> date | None:
        """The day on which something this old is expected to be chosen anew."""
        return since_on + timedelta(weeks=life_weeks) if life_weeks else None
