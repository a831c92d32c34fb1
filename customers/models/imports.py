"""A file that comes in, what its columns mean, and the rows that could not be taken."""

from django.conf import settings
from django.db import models

from relcrm.base.models import Job


class Import(models.Model):
    """One file on its way in: uploaded, mapped, checked, taken."""

    class State(models.TextChoices):
        MAPPING = "mapping", "Waiting for its columns to be named"
        TAKING = "taking", "Being taken in"
        TAKEN = "taken", "Taken in"
        FAILED = "failed", "Stopped"

    kind = models.CharField(max_length=20, default="purchases")
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300, blank=True)  # relative to the uploads folder
    size_bytes = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file's bytes
    dialect = models.JSONField(default=dict)  # delimiter, encoding, compression
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # meaning → column
    options = models.JSONField(default=dict)  # date order, currency, source
    state = models.CharField(max_length=10, choices=State, default=State.MAPPING)
    rows = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # purchases, returns, customers, skipped by reason
    newest_on = models.DateField(null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """A row that was not taken: where, why, and what would mend it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    row = models.BigIntegerField()  # 1 is the first row below the header
    column = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200)
    remedy = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"
