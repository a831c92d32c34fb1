"""Files that go out: what was asked for, by whom, and until when it can be fetched."""

from django.conf import settings
from django.db import models

from relcrm.base.models import Job


class Export(models.Model):
    """A list written to a file in the background, to be fetched until it expires."""

    kind = models.CharField(max_length=40)  # a key of customers.exports
    title = models.CharField(max_length=160)
    query = models.JSONField(default=dict)  # which rows: the exporter's own business
    path = models.CharField(max_length=300, blank=True)  # relative to the uploads folder
    columns = models.JSONField(default=list)  # who looks for a leak asks which fields went out
    rows = models.BigIntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0)
    is_masked = models.BooleanField(default=False)  # without names and contact data
    withheld = models.JSONField(null=True)  # capabilities that whoever asked lacked; null: unknown
    # People erased until its reading began, of late: more by now, and one of them may be in it.
    erased_before = models.PositiveIntegerField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="exports"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    fetched = models.PositiveIntegerField(default=0)  # how often

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(removed_at__isnull=True),
                name="export_to_remove",
            )
        ]

    def __str__(self) -> str:
        return self.title
