"""How relationships stood at each month's end, and how they moved from month to month."""

from django.db import models
from django.db.models import Q

from customers.models import Customer
from relationships.models.fitted import FittedModel
from relationships.models.profile import EXPIRING, Family

HARD_PLACES = (26, 27)
"""Of the types in EXPIRING, among all types: a test says so. Part of an index."""


class Month(models.Model):
    """The books of one month: by what its last day was judged, and what moved since the last."""

    on = models.DateField(unique=True)  # the month's last day
    # What was known that day and no more: judging this day again gives the same.
    value_model = models.ForeignKey(FittedModel, models.PROTECT, null=True, related_name="+")
    calibration = models.ForeignKey(FittedModel, models.PROTECT, null=True, related_name="+")
    learned = models.ForeignKey(FittedModel, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)  # what was recorded, since when
    closed_at = models.DateTimeField(null=True)  # null: being worked out
    customers = models.PositiveIntegerField(default=0)
    families = models.JSONField(default=dict)  # family → {shown, members}
    types = models.JSONField(default=dict)  # type → how many show it
    moves = models.JSONField(default=dict)  # since the month before: counts, hard and soft
    preceded = models.JSONField(default=dict)  # what movers and others had met before

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"month to {self.on}"


class Comparison(models.Model):
    """Who moved from what to what between two days that somebody asked for; of many customers."""

    then = models.DateField()
    now = models.DateField()
    moves = models.JSONField()  # queries.history.flows.Flow
    is_final = models.BooleanField()  # the second day was over when it was counted
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["-counted_at"]
        constraints = [models.UniqueConstraint(fields=["then", "now"], name="comparison_once")]

    def __str__(self) -> str:
        return f"moves from {self.then} to {self.now}"


class Snapshot(models.Model):
    """One relationship as it stood at a month's end, or on the day its shown label changed."""

    class Turn(models.TextChoices):
        NONE = "", "None"
        EXPLORATION = "exploration", "Getting to know each other"
        ENDOWMENT = "endowment", "Growing closer"
        RECOVERY = "recovery", "Coming back"
        NEGLECT = "neglect", "Fading"
        BETRAYAL = "betrayal", "Let down"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="snapshots", db_index=False)
    on = models.DateField()
    is_close = models.BooleanField()  # of a month; else of the day of a change
    family = models.CharField(max_length=12, choices=Family)
    type = models.CharField(max_length=2, blank=True)
    # Place of the type held, shown or not; of names that ended, the first of their family.
    held = models.SmallIntegerField()
    # Smoothed probabilities of the types, one byte each (engine/history/quantised.py).
    chances = models.BinaryField()
    confidence = models.SmallIntegerField()  # this and the next four in hundredths
    valence = models.SmallIntegerField(null=True)
    closeness = models.SmallIntegerField(null=True)
    intensity = models.SmallIntegerField(null=True)
    alive = models.SmallIntegerField(null=True)
    value = models.FloatField(null=True)
    turn = models.CharField(max_length=12, choices=Turn, blank=True)
    # What the judgement rests on: a checksum of the events and how many facts were told by then.
    seen = models.FloatField(null=True)
    told = models.SmallIntegerField(null=True)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "on"], name="snapshot_once_a_day")
        ]
        indexes = [
            models.Index(fields=["on", "customer"], name="snapshot_day"),
            models.Index(
                fields=["on"],
                condition=Q(type__in=EXPIRING) | Q(held__in=HARD_PLACES),
                name="snapshot_hard_names",
            ),
        ]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"
