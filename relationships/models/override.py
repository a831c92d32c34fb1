"""Labels that a person has set: what a colleague knows better than the numbers, for a while."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models import Customer
from relationships.models.profile import Family


class Override(models.Model):
    """What a colleague says that a relationship is, why, and until when."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="overrides")
    family = models.CharField(max_length=12, choices=Family)
    type = models.CharField(max_length=2, blank=True)  # empty: the family alone
    next_step = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    until = models.DateField()  # the last day on which it holds
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at=None), name="override_one_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(ended_at=None), name="override_until")
        ]

    def __str__(self) -> str:
        return f"override {self.pk}"
