"""A small catalogue, and the lines of orders against it."""

from django.db import models
from django.db.models import Q

from customers.models.interaction import Interaction


class Product(models.Model):
    """Something we sell, with how long it lasts."""

    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=60, blank=True)
    launched_on = models.DateField(null=True, blank=True)
    expected_life_weeks = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["sku"]

    def __str__(self) -> str:
        return self.name or self.sku


class OrderLine(models.Model):
    """One line of a purchase or a return."""

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    category = models.CharField(max_length=60, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    discount = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        indexes = [
            # Segments ask who bought a product, or in a category.
            models.Index(fields=["product", "interaction"], name="order_line_product"),
            models.Index(
                fields=["category", "interaction"],
                condition=~Q(category=""),
                name="order_line_category",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"
