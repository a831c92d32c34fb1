"""Facts that a company defines for itself, and what is known of them, typed and indexed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class CustomField(models.Model):
    """A fact about customers that this company wants to know, with its type."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        FLAG = "flag", _("Yes or no")

    key = models.CharField(max_length=40, unique=True)  # its name in files, API and segments
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind)
    choices = models.JSONField(default=list, blank=True)  # of a choice: the texts to choose from
    unit = models.CharField(max_length=20, blank=True)  # of a number: "cm", "km a week"
    help = models.CharField(max_length=200, blank=True)
    # Says who somebody is: hidden from roles that see no names. A free text always is.
    is_personal = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def column(self) -> str:
        """In which column of a value this kind is kept."""
        return {"number": "number", "date": "day", "flag": "flag"}.get(self.kind, "text")

    @property
    def is_veiled(self) -> bool:
        return self.is_personal or self.kind == self.Kind.TEXT


class CustomValue(models.Model):
    """What one custom field says of one customer; exactly the column of its kind is filled.

    Each column has an index that starts with the field, so that "field X from 10 to 20" reads
    the rows it finds and no others; who has no value has no row.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="custom_values", db_index=False
    )
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="+", db_index=False)
    text = models.CharField(max_length=254, null=True, blank=True)  # noqa: DJ001 (null: another kind)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    flag = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "field"], name="custom_value_once"),
            models.CheckConstraint(
                condition=Q(text__isnull=False, number=None, day=None, flag=None)
                | Q(text=None, number__isnull=False, day=None, flag=None)
                | Q(text=None, number=None, day__isnull=False, flag=None)
                | Q(text=None, number=None, day=None, flag__isnull=False),
                name="custom_value_has_one_type",
            ),
        ]
        indexes = [
            models.Index(
                fields=["field", column, "customer"],
                condition=Q(**{f"{column}__isnull": False}),
                name=f"custom_value_{column}",
            )
            for column in ("text", "number", "day", "flag")
        ]

    def __str__(self) -> str:
        return f"field {self.field_id} of customer {self.customer_id}"
