"""What people ask of us about their data, the packages we hand them, and how long we keep what."""

from datetime import date, datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from customers.models.customer import Customer


class SubjectRequestQuerySet(models.QuerySet["SubjectRequest"]):
    def open(self) -> "SubjectRequestQuerySet":
        return self.filter(closed_at=None)

    def overdue(self, today: date) -> "SubjectRequestQuerySet":
        return self.open().filter(due_on__lt=today)


class SubjectRequest(models.Model):
    """A person uses a right over their data (GDPR, articles 15 to 21), and we answer in time."""

    class Kind(models.TextChoices):
        ACCESS = "access", "Access: what do you know about me?"
        PORTABILITY = "portability", "Portability: give me my data"
        CORRECTION = "correction", "Correction: this is wrong"
        ERASURE = "erasure", "Erasure: forget me"
        OBJECTION = "objection", "Objection: no marketing, no judging"
        RESTRICTION = "restriction", "Restriction: keep, but do not use"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    MONTHS_TO_ANSWER = 1  # article 12 (3)
    MONTHS_MORE = 2  # with a reason, told within the first month

    # When the person is erased the request stays as proof that we answered, without a person.
    OUTLIVES_ERASURE = {
        "customer": None, "asked_by": "", "contact": "", "words": "", "identity_check": "",
        "answer": "", "extension_reason": "",
    }  # fmt: skip

    kind = models.CharField(max_length=12, choices=Kind)
    # Null: somebody we do not know, or who was erased since.
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="subject_requests"
    )
    asked_by = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=254, blank=True)  # where the answer goes
    words = models.TextField(blank=True)  # what they wrote
    identity_check = models.CharField(max_length=200, blank=True)  # how we know it is them
    came_by = models.CharField(max_length=40, blank=True)  # "preference page", "letter"
    received_on = models.DateField()
    due_on = models.DateField()
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)  # what we told them; of a refusal: why
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Two people who are one had asked the same: both requests are kept, each with its deadline.
    came_by_merge = models.BooleanField(default=False, db_default=False)

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(closed_at=None), name="request_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(closed_at=None, customer__isnull=False, came_by_merge=False),
                name="request_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | Q(state__in=["done", "refused"], closed_at__isnull=False),
                name="request_closed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What letters and the audit trail call it."""
        return f"S-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today


class DataPackage(models.Model):
    """Everything we know about one person in one ZIP, kept until it expires."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="data_packages")
    request = models.ForeignKey(
        SubjectRequest, models.SET_NULL, null=True, blank=True, related_name="packages"
    )
    # In the database, so that erasing, expiring and backing up reach it like any other row.
    content = models.BinaryField(null=True)
    size_bytes = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"package {self.pk}"

    def is_ready(self, now: datetime) -> bool:
        return self.made_at is not None and self.expires_at > now


class RetentionRule(models.Model):
    """How many months one kind of data is kept; without a rule it is kept for good."""

    what = models.CharField(max_length=40, unique=True)  # a key of customers.retention
    months = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["what"]

    def __str__(self) -> str:
        return f"{self.what}: {self.months} months"
