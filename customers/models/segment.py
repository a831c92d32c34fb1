"""Segments: customers by a rule that is found anew each time, or by a list somebody made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from customers.models.customer import Customer


class SegmentQuerySet(models.QuerySet["Segment"]):
    def by_rule(self) -> "SegmentQuerySet":
        return self.filter(kind=Segment.Kind.RULE)

    def kept(self) -> "SegmentQuerySet":
        return self.filter(forgotten_at=None)

    def forgotten(self) -> "SegmentQuerySet":
        return self.filter(forgotten_at__isnull=False)


class KeptManager(models.Manager["Segment"]):
    """Without those that were forgotten and can still be brought back."""

    def get_queryset(self) -> SegmentQuerySet:
        return SegmentQuerySet(self.model, using=self._db).kept()

    def by_rule(self) -> SegmentQuerySet:
        return self.get_queryset().by_rule()


class Segment(models.Model):
    """Some customers under a name: those a rule means, or those on a list."""

    class Kind(models.TextChoices):
        RULE = "rule", "By rule"
        STATIC = "static", "List"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.RULE)
    rule = models.JSONField(null=True, blank=True)  # in the language of customers.segments
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Out of sight, and gone for good after a month.
    forgotten_at = models.DateTimeField(null=True, blank=True)
    # As a campaign would mean them; empty until the worker has looked, and after a change.
    people = models.PositiveIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptManager()
    every = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(forgotten_at=None), name="segment_name_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="rule", rule__isnull=False) | Q(kind="static", rule__isnull=True),
                name="segment_rule_or_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_list(self) -> bool:
        return self.kind == self.Kind.STATIC


class SegmentMember(models.Model):
    """One customer on a list."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="lists")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "customer"], name="segment_member_once")
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} in segment {self.segment_id}"


class SegmentCount(models.Model):
    """How many were in a segment on a day, as last counted then."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="counts", db_index=False)
    on = models.DateField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "on"], name="segment_count_once_a_day")
        ]

    def __str__(self) -> str:
        return f"segment {self.segment_id} on {self.on}"
