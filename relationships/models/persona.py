"""Groups found in the data, described as people a team can picture."""

from django.db import models


class Persona(models.Model):
    """A group of customers alike in context and habits, with a portrait in plain words."""

    name = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    portrait = models.JSONField(default=dict)  # attributes that stand out, with their lift
    families = models.JSONField(default=dict)  # family → share
    value_each = models.FloatField(null=True)
    found_on = models.DateField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["rank"]
        verbose_name_plural = "personae"

    def __str__(self) -> str:
        return self.name
