"""Complaints: what customers tell us unasked, each with its receipt number, owner and deadline."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models import Customer, Interaction
from customers.models.interaction import Channel


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(resolved_at=None)

    def overdue(self, now: datetime) -> "ComplaintQuerySet":
        return self.open().filter(due_at__lt=now)


class Complaint(models.Model):
    """A customer says that something went wrong, and we say what we do about it (ISO 10002)."""

    class Severity(models.IntegerChoices):
        MINOR = 1, "Minor"
        MODERATE = 2, "Moderate"
        MAJOR = 3, "Major"
        CRITICAL = 4, "Critical"

    # Hours in which an answer is due.
    HOURS_TO_ANSWER = {1: 72, 2: 48, 3: 24, 4: 8}
    SILENCE_AFTER = timedelta(days=7)  # of marketing, after a severe one is resolved

    number = models.CharField(max_length=16, unique=True)  # on the receipt: K-20931
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="complaints")
    interaction = models.OneToOneField(
        Interaction, models.SET_NULL, null=True, related_name="complaint"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    topic = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    remedy_sought = models.CharField(max_length=200, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.MODERATE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="complaints"
    )
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.TextField(blank=True)
    is_satisfied = models.BooleanField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(resolved_at=None), name="complaint_open"),
            models.Index(fields=["customer", "-filed_at"], name="complaint_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=models.F("filed_at")),
                name="complaint_resolved_after_filed",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_severe(self) -> bool:
        return self.severity >= self.Severity.MAJOR

    def is_overdue(self, now: datetime) -> bool:
        return self.resolved_at is None and self.due_at < now
