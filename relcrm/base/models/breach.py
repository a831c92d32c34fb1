"""Personal data got out: what we know, the 72-hour clock, what we decided and told (article 33)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from relcrm.lib import idsets


class Breach(models.Model):
    """An incident with personal data, from the moment we learned of it to the last letter."""

    class By(models.TextChoices):
        KEY = "key", "An API key"
        ACCOUNT = "account", "A colleague's account"
        EXPORT = "export", "A file that was taken out"
        OTHER = "other", "Something else"

    class Risk(models.TextChoices):
        UNKNOWN = "", "Not judged yet"
        NONE = "none", "No risk to the people is likely"
        SOME = "some", "A risk to the people is likely"
        HIGH = "high", "A high risk to the people is likely"

    CLOCK = timedelta(hours=72)  # article 33 (1), from the moment we learned of it

    title = models.CharField(max_length=160)
    happened = models.TextField(blank=True)
    learned_at = models.DateTimeField()
    by_means_of = models.CharField(max_length=8, choices=By, default=By.OTHER)
    actor = models.CharField(max_length=40, blank=True)  # "key:12", "user:3"
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # What the trail says, frozen when somebody pressed the button: the trail itself expires.
    traced_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    fields = models.JSONField(default=list, blank=True)
    customers = models.BinaryField(null=True, blank=True)  # packed numbers
    consequences = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    risk = models.CharField(max_length=4, choices=Risk, default=Risk.UNKNOWN, blank=True)
    decision = models.TextField(blank=True)  # why we tell whom, or do not
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    authority_told_at = models.DateTimeField(null=True, blank=True)
    people_told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-learned_at", "-id"]
        verbose_name_plural = "breaches"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("began_at")), name="breach_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"B-{self.pk}"

    @property
    def due_at(self) -> datetime:
        return self.learned_at + self.CLOCK

    @property
    def ids(self) -> list[int]:
        return idsets.unpack(self.customers)
