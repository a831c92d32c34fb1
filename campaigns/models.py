"""Audiences: whom we mean to address, and by which rules."""

from urllib.parse import urlencode

from django.conf import settings
from django.db import models


class Audience(models.Model):
    """A saved targeting: types, personae and value to pick from, kept as criteria not as people."""

    name = models.CharField(max_length=120)
    criteria = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> str:
        """The criteria as the address of the targeting page wants them, in one order everywhere."""
        # PostgreSQL keeps keys in an order of its own.
        return urlencode(sorted(self.criteria.items()), doseq=True)
