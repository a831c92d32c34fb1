"""Categories of goods of which nobody outside is to learn who bought them."""

from django.conf import settings
from django.db import models


class SensitiveCategory(models.Model):
    """A category whose buyers are kept discreet, whether or not they asked for it."""

    name = models.CharField(max_length=60, unique=True)  # as interactions and products spell it
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
