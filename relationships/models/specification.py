"""Editions of the specification: by what relationships are told apart, adapted to the company."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models import Customer


class Edition(models.Model):
    """One version of the specification, as a document; a draft is tried before it is made live."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        PAST = "past", "Past"

    version = models.PositiveIntegerField(unique=True)
    document = models.JSONField()  # empty for version 1: as it comes with the product
    note = models.CharField(max_length=200)
    state = models.CharField(max_length=5, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    live_from = models.DateTimeField(null=True, blank=True)
    # What would change (queries.trial), with the calibration that was made for it.
    trial = models.JSONField(default=dict, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="live"), name="edition_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"specification {self.version}"


class Example(models.Model):
    """Somebody whom a tried edition would call something else: a row, so that it goes with them."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="examples")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    before = models.CharField(max_length=12)  # the shown label: a type's key, else a family
    after = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "customer"], name="example_once")]

    def __str__(self) -> str:
        return f"example {self.pk}"
