"""Addresses of other programs that want to hear what happens here, and what each was told."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def listening(self) -> "WebhookQuerySet":
        return self.filter(stopped_at=None)


class Webhook(models.Model):
    """Where a program listens, for what, and the secret with which it knows that we spoke."""

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)  # keys of relcrm.base.happenings.KINDS
    sees_negative = models.BooleanField(default=False)  # negative types by name
    secret = models.CharField(max_length=80)
    # While the other side changes over, everything is signed with both.
    old_secret = models.CharField(max_length=80, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)  # nothing got through since
    rests_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def secrets(self, now: datetime) -> list[str]:
        """What a request is signed with, the newest first."""
        is_changing = self.old_secret_until is not None and self.old_secret_until > now
        return [self.secret, self.old_secret] if is_changing else [self.secret]


class Happening(models.Model):
    """Something that programs may want to know: numbers and words of ours, never personal data."""

    number = models.CharField(max_length=40, unique=True)  # "evt_…", the same at every address
    kind = models.CharField(max_length=40)
    about = models.BigIntegerField(null=True, db_index=True)  # a customer
    at = models.DateTimeField(db_index=True)
    told = models.JSONField(null=True)  # null: nothing that everybody may know
    frank = models.JSONField(null=True)  # for those who may see negative types, where it differs

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class Delivery(models.Model):
    """One happening on its way to one address."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Heard"
        FAILED = "failed", "Given up"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    happening = models.ForeignKey(Happening, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    detail = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="delivery_due",
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "happening"], name="delivery_once")
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
