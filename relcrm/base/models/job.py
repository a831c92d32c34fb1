"""Work that takes longer than a page may: claimed with a lease, resumed where it stopped."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> "JobQuerySet":
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def due(self, now: datetime) -> "JobQuerySet":
        """Waiting, or left behind by a worker whose lease ran out, or to be closed."""
        waiting = Q(state=Job.State.WAITING)
        abandoned = Q(state=Job.State.RUNNING, lease_until__lt=now)
        open_parts = Part.objects.open().filter(job=OuterRef("pk"))
        ended = Q(state=Job.State.RUNNING, lease_until=None) & ~Exists(open_parts)
        return self.filter(waiting | abandoned | ended)

    def shared(self) -> "JobQuerySet":
        """Cut into parts and held by no one: whoever has time takes a part."""
        return self.filter(state=Job.State.RUNNING, lease_until=None)


class Job(models.Model):
    """A piece of durable work with its progress. The row is the truth, a message only a nudge."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    MAX_ATTEMPTS = 5

    kind = models.CharField(max_length=40)  # a key of relcrm.base.runners
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    payload = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=30, blank=True)  # "customers", "rows"
    position = models.JSONField(null=True)  # where to resume; the runner's own business
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    # Two jobs with the same key are never active at once ("score:2026-03-02").
    once_key = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 (null: no key)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_active",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["once_key"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_active_once",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_shared(self) -> bool:
        """Under way, and held by no single worker."""
        return self.state == self.State.RUNNING and self.lease_until is None

    @property
    def share_done(self) -> float | None:
        """Between 0 and 1; None while the total is unknown, or one step tells nothing."""
        return min(self.done / self.total, 1.0) if self.is_countable else None

    @property
    def is_countable(self) -> bool:
        """Whether "done of total" says more than whether the job is over."""
        return (self.total or 0) > 1


class PartQuerySet(models.QuerySet["Part"]):
    def open(self) -> "PartQuerySet":
        return self.filter(state__in=[Part.State.WAITING, Part.State.RUNNING])

    def due(self, now: datetime) -> "PartQuerySet":
        """Waiting and rested, or left behind by a worker whose lease ran out."""
        return self.open().filter(Q(lease_until=None) | Q(lease_until__lt=now))


class Part(models.Model):
    """One stretch of a job that was cut, so that any number of workers share it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    MAX_ATTEMPTS = 5

    job = models.ForeignKey(Job, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    # The numbers of the rows it covers, both ends included.
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)  # the worker that has it
    lease_until = models.DateTimeField(null=True)  # of a waiting part: when it may be tried again
    done = models.BigIntegerField(default=0)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["job", "number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="part_number")]

    def __str__(self) -> str:
        return f"part {self.number}"
