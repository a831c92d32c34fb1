"""Segments: customers by a rule that is found anew each time, or by a list somebody made."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from customers.models.customer import Customer


class SegmentQuerySet(models.QuerySet["Segment"]):
    def by_rule(self) -> "SegmentQuerySet":
        return self.filter(kind=Segment.Kind.RULE)


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

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="segment_name_once"),
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
