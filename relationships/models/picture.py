"""What looking for personae found on one day: groups, or why there are none, and who is best."""

from django.db import models


class Picture(models.Model):
    """One look at who our customers are; the newest one counts."""

    class Outcome(models.TextChoices):
        FOUND = "found", "Groups found"
        NOTHING = "nothing", "No stable structure"
        TOO_LITTLE = "too_little", "Too little known"

    as_of = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    people = models.PositiveIntegerField()
    attributes = models.JSONField(default=list)  # those that could be used
    tried = models.JSONField(default=list)  # [{groups, rand, jaccard, beyond, is_stable}]
    best = models.JSONField(default=dict)  # {people, least, traits: […], rarer: […]}
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.outcome} as of {self.as_of}"
