"""Pairs that may be one person, merges with all it takes to undo them, and what came in since."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from customers.models.customer import Customer, Identity
from customers.models.interaction import Interaction


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def open(self, now: datetime) -> "DuplicateQuerySet":
        """Waiting for somebody's word, or postponed until before now."""
        waiting = Q(state=Duplicate.State.OPEN)
        return self.filter(waiting | Q(state=Duplicate.State.POSTPONED, postponed_until__lte=now))


class Duplicate(models.Model):
    """Two customers who may be one person, how likely that is, and what speaks for it."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        POSTPONED = "postponed", "Later"
        DISMISSED = "dismissed", "Not the same"

    SURE = 0.99  # from here on, and when nothing speaks against it, several may be merged at once

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    score = models.FloatField()  # probability, 0 … 1
    reasons = models.JSONField(default=list)  # [[what, how], …]: customers.engine.duplicates
    is_sure = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    postponed_until = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "id"]
        verbose_name = "likely duplicate"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_in_order"),
        ]
        indexes = [models.Index(fields=["state", "-score", "-id"], name="duplicate_list")]

    def __str__(self) -> str:
        return f"customers {self.first_id} and {self.second_id}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at=None)


class Merge(models.Model):
    """One customer became part of another; everything that it takes to part them again.

    It goes with the survivor when they are erased. When it is undone, everything personal in it
    is emptied: both have their own again.
    """

    UNDO_WITHIN = timedelta(days=30)

    survivor = models.ForeignKey(Customer, models.CASCADE, related_name="merges", db_index=False)
    into = models.BigIntegerField()  # the survivor's number then; a later merge moves `survivor`
    merged = models.BigIntegerField()  # the number of the one who is no more
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lost = models.JSONField(default=dict)  # field → the value that was not taken
    row = models.JSONField(default=dict)  # the merged customer as they were
    before = models.JSONField(default=dict)  # the survivor's fields that changed: before …
    after = models.JSONField(default=dict)  # … and after
    moved = models.JSONField(default=list)  # [[model, field, from, to, [numbers of rows]], …]
    dropped = models.JSONField(default=list)  # rows that both had: the merged one's, in order
    notes = models.JSONField(default=dict)  # what registered rules want to remember
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    PERSONAL = ("lost", "row", "before", "after", "moved", "dropped", "notes")

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="merged_into_one"
            )
        ]
        indexes = [
            models.Index(fields=["survivor", "-merged_at", "-id"], name="merge_survivor"),
            models.Index(fields=["-merged_at", "-id"], name="merge_list"),
            models.Index(fields=["merged", "-merged_at"], name="merge_merged"),
        ]

    def __str__(self) -> str:
        return f"customer {self.merged} merged into {self.into}"

    @property
    def was(self) -> str:
        """How the one who is no more was called; only a number once the merge is undone."""
        told = self.row.get("fields", {})
        return told.get("name") or told.get("email") or f"Customer {self.merged}"

    @property
    def undo_until(self) -> datetime:
        return self.merged_at + self.UNDO_WITHIN

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.undo_until


class Arrival(models.Model):
    """By what name an interaction came in after a merge: an identity that the merge had moved, or
    the number of the customer who was merged. It goes back with that name."""

    interaction = models.OneToOneField(
        Interaction, models.CASCADE, primary_key=True, related_name="arrival"
    )
    identity = models.ForeignKey(Identity, models.CASCADE, null=True, related_name="arrivals")
    number = models.BigIntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"arrival of interaction {self.interaction_id}"
