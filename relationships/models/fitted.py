"""Fitted models: a handful of numbers each, with the data they were fitted on. Never a pickle."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FittedModelQuerySet(models.QuerySet):
    def held_back(self):
        """Fitted, but never in use: those before did better on the company's own past."""
        return self.filter(held_at__isnull=False, live_from__isnull=True)

    def fit_to_serve(self):
        """In use, once in use, or made to look back."""
        return self.exclude(held_at__isnull=False, live_from__isnull=True)


class FittedModel(models.Model):
    """One version of a fitted model or calibration; old versions stay, one of a kind is current."""

    class Kind(models.TextChoices):
        VALUE = "value", "Value: buying, staying, spending"
        CALIBRATION = "calibration", "Calibration of the classifier"
        LEARNED = "learned", "Types learned from what people say"

    class Why(models.TextChoices):
        """Why it was fitted."""

        SCHEDULE = "schedule", _("It was time")
        ASKED = "asked", _("Asked for, or after new data")
        DRIFT = "drift", _("What was bought strayed from the forecast")
        HISTORY = "history", _("To look back")

    kind = models.CharField(max_length=16, choices=Kind)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=40)  # "bgnbd", "mbgnbd", "paretonbd", "prior"
    parameters = models.JSONField()  # by name; times in weeks
    log_likelihood = models.FloatField(null=True)
    customers = models.PositiveIntegerField(default=0)
    data_from = models.DateField(null=True)
    data_through = models.DateField()  # the as-of day
    report = models.JSONField(default=dict)  # backtest table, outcome in words, limits
    fitted_at = models.DateTimeField()
    is_current = models.BooleanField(default=False)
    # Of models of value: who wanted it, why, and what became of it.
    asked_because = models.CharField(max_length=12, choices=Why, blank=True, db_default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verdict = models.JSONField(default=dict)  # set against the one then in use, on the same past
    live_from = models.DateTimeField(null=True)  # the last time
    retired_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # the one before stayed in use
    is_pinned = models.BooleanField(default=False, db_default=False)  # till somebody says otherwise
    watch = models.JSONField(default=dict)  # what was bought since, week by week

    objects = FittedModelQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="fitted_model_version_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_current=True), name="fitted_model_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def state(self) -> str:
        """live, candidate (never in use so far), retired, or past (made to look back)."""
        if self.is_current:
            return "live"
        if self.live_from:
            return "retired"
        return "candidate" if self.held_at else "past"
