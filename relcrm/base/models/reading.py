"""Who was shown whose data, in bulk: reads by keys, lists on pages, files taken out."""

from django.db import models

from relcrm.lib import idsets


class Reading(models.Model):
    """In this hour this actor was shown these fields of these customers. Never changed."""

    class Door(models.TextChoices):
        API = "api", "API"
        PAGE = "page", "Page"
        OFFICE = "office", "Back office"
        FILE = "file", "File taken out"

    hour = models.DateTimeField()  # its first minute
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    actor = models.CharField(max_length=40)  # "user:3", "key:12", as in the audit trail
    door = models.CharField(max_length=8, choices=Door)
    resource = models.CharField(max_length=60)  # "customers", "customer list"
    fields = models.JSONField(default=list)  # names, sorted
    calls = models.PositiveIntegerField(default=1)
    people = models.PositiveIntegerField()
    # Customers by number, packed (relcrm.lib.idsets): an erased one's number means nobody.
    customers = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["actor", "hour"], name="reading_actor"),
            models.Index(fields=["hour"], name="reading_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.resource} {self.hour:%Y-%m-%d %H}h"

    @property
    def ids(self) -> list[int]:
        return idsets.unpack(self.customers)
