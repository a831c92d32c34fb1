"""What notes said before: kept for a while, so that a change or a removal can be undone."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from customers.models.interaction import Interaction

User = settings.AUTH_USER_MODEL


class FormerNote(models.Model):
    """What a note said before somebody changed or removed it; kept for undoing."""

    UNDO_WITHIN = timedelta(days=30)

    note = models.ForeignKey(Interaction, models.CASCADE, related_name="former")
    text = models.TextField(max_length=4000)
    is_removal = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_index=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"former note {self.pk}"
