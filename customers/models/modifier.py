"""What to keep in mind of a person, whatever the relationship is: discreet, vulnerable and more."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class ModifierQuerySet(models.QuerySet["Modifier"]):
    def standing(self, on: date) -> "ModifierQuerySet":
        """Neither ended by somebody nor over by its own last day."""
        return self.filter(Q(until=None) | Q(until__gte=on), ended_at=None)


class Modifier(models.Model):
    """Something true of a person beside their type, said by a colleague: what, why, how long."""

    class Kind(models.TextChoices):
        DISCREET = "discreet", _("Discreet")
        VULNERABLE = "vulnerable", _("Vulnerable")
        HOUSEHOLD = "household", _("Buys for a household")
        GIFT_GIVER = "gift_giver", _("Buys gifts")
        NOSTALGIC = "nostalgic", _("Nostalgic")
        STAFF = "staff", _("One of our own")
        INFLUENCER = "influencer", _("Influencer")
        PAYER = "payer", _("Pays, does not use")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="modifiers", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=300)
    until = models.DateField(null=True, blank=True)  # the last day; none: until somebody ends it
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Nobody said it: they bought something sensitive. Ended by hand, it does not come again.
    is_by_goods = models.BooleanField(default=False)

    objects = ModifierQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "kind"], name="modifier_customer"),
            # Few among many: who is discreet is asked wherever goods are named.
            models.Index(
                fields=["kind", "customer"], condition=Q(ended_at=None), name="modifier_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"modifier {self.pk}"
