"""The audit trail: who did what, when, to what. It can be added to, never changed."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class AuditQuerySet(models.QuerySet["AuditLine"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("audit lines are not changed")

    def delete(self) -> NoReturn:
        raise TypeError("audit lines are not deleted")


class AuditLine(models.Model):
    """One thing that somebody did. Details hold identifiers and changed values, no free text."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor = models.CharField(max_length=40)  # "user:3", "key:12", "system"
    verb = models.CharField(max_length=60)  # "complaint.filed"
    subject_kind = models.CharField(max_length=60, blank=True)  # "customers.customer"
    subject_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("audit lines are not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("audit lines are not deleted")


class AuditSweep(models.Model):
    """Lines and readings from before this moment were forgotten for their age. The database
    lets nothing younger go, nor a sweep that begins less than a year back (base/append_only)."""

    LEAST_MONTHS = 12

    before = models.DateTimeField()
    swept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"sweep {self.pk}"
