"""Promises: what we tell customers they can count on, and each time we kept or broke it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Interaction, Kind
from feedback.models.complaint import Complaint
from relcrm.base.models import Brand


class Promise(models.Model):
    """Something we tell customers they can count on, with a test that says whether we kept it."""

    class Test(models.TextChoices):
        """How we find out; each only from what is recorded anyway."""

        STATED = "stated", _("Somebody says so: by hand or by program")
        ANSWERED = "complaint_answered", _("A complaint is answered within so many hours")
        RESOLVED = "complaint_resolved", _("A complaint is resolved within so many days")
        PROPERTY = "property", _("Something that happened carries the figure itself")

    class Comparison(models.TextChoices):
        AT_MOST = "at_most", _("at most")
        AT_LEAST = "at_least", _("at least")
        IS = "is", _("exactly")
        IS_NOT = "is_not", _("anything but")

    LONGEST_HOURS, LONGEST_DAYS = 24 * 90, 365

    # Of the interactions that tell of it, this is the category: segments find them by it.
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=300)  # what customers are told
    told_where = models.CharField(max_length=200, blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    test = models.CharField(max_length=20, choices=Test, default=Test.STATED)
    within_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    within_days = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=24, choices=Kind, blank=True)
    property_key = models.CharField(max_length=60, blank=True)
    comparison = models.CharField(max_length=10, choices=Comparison, blank=True)
    expected = models.CharField(max_length=60, blank=True)
    target_percent = models.PositiveSmallIntegerField(
        default=95, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    active_from = models.DateField()
    active_until = models.DateField(null=True, blank=True)  # the last day on which it holds
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="promises"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")),
                name="promise_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_tested(self) -> bool:
        return self.test != self.Test.STATED


class Outcome(models.Model):
    """One time that we kept a promise to a customer, or broke it; told by one interaction."""

    SOURCE = "promises"  # of that interaction; its source_id is the number of this row
    TEST = "test"  # the source of outcomes that the promise's own test found

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="outcomes", db_index=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="promise_outcomes", db_index=False
    )
    is_kept = models.BooleanField()
    occurred_at = models.DateTimeField()  # when it was kept, or when its time was over
    occurred_on = models.DateField()
    # What it rests on: at most one of the two, and nothing when somebody just says so.
    event = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    complaint = models.ForeignKey(
        Complaint, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    expected = models.CharField(max_length=60, blank=True)
    actual = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # in the words of whoever says so
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "source", "source_id"], name="outcome_once"),
            # The same event never counts twice, whoever speaks of it.
            models.UniqueConstraint(fields=["event", "promise"], name="outcome_once_an_event"),
            models.UniqueConstraint(
                fields=["complaint", "promise"], name="outcome_once_a_complaint"
            ),
            models.CheckConstraint(
                condition=Q(event=None) | Q(complaint=None), name="outcome_rests_on_one_thing"
            ),
        ]
        indexes = [
            # Rates, who was let down and what segments ask are read from this alone.
            models.Index(
                fields=["promise", "is_kept", "-occurred_on", "-id"],
                include=["customer"],
                name="outcome_of_promise",
            ),
            models.Index(fields=["customer", "promise"], name="outcome_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}: {'kept' if self.is_kept else 'broken'}"
