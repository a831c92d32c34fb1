"""Fitted models: a handful of numbers each, with the data they were fitted on. Never a pickle."""

from django.db import models
from django.db.models import Q


class FittedModel(models.Model):
    """One version of a fitted model or calibration; old versions stay, one of a kind is current."""

    class Kind(models.TextChoices):
        VALUE = "value", "Value: buying, staying, spending"
        CALIBRATION = "calibration", "Calibration of the classifier"
        LEARNED = "learned", "Types learned from what people say"

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
