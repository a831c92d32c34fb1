"""A file that comes in: its columns, the rows that could not be taken, and how to undo it."""

from django.conf import settings
from django.db import models

from customers.models.customer import Customer
from customers.models.interaction import Interaction
from relcrm.base.models import Job


class Import(models.Model):
    """One file on its way in: uploaded, mapped, checked, taken; and out again, if need be."""

    class Kind(models.TextChoices):
        PURCHASES = "purchases", "Purchases and returns"
        INTERACTIONS = "interactions", "Anything else that happened"
        CUSTOMERS = "customers", "Customers"

    class State(models.TextChoices):
        MAPPING = "mapping", "Waiting for its columns to be named"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, nothing stored yet"
        TAKING = "taking", "Being taken in"
        TAKEN = "taken", "Taken in"
        FAILED = "failed", "Stopped"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PURCHASES)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300, blank=True)  # relative to the uploads folder
    size_bytes = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file's bytes
    dialect = models.JSONField(default=dict)  # delimiter, encoding, compression
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # meaning → column
    options = models.JSONField(default=dict)  # date order, currency, source
    state = models.CharField(max_length=10, choices=State, default=State.MAPPING)
    rows = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # purchases, returns, customers, skipped by reason
    newest_on = models.DateField(null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """A row that was not taken: where, why, and what would mend it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    row = models.BigIntegerField()  # 1 is the first row below the header
    column = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200)
    remedy = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class ImportBatch(models.Model):
    """What an import added in one transaction, so that it can be found again and undone.

    Every interaction and customer of the batch was recorded at exactly `at`, and lies in the
    range of numbers; one such row stands for up to a million others.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="batches")
    at = models.DateTimeField(unique=True)
    # (above, through]
    interactions_above = models.BigIntegerField(default=0)
    interactions_through = models.BigIntegerField(default=0)
    customers_above = models.BigIntegerField(default=0)
    customers_through = models.BigIntegerField(default=0)
    products = models.JSONField(default=list, blank=True)  # numbers of those it made

    class Meta:
        verbose_name_plural = "import batches"

    def __str__(self) -> str:
        return f"batch {self.pk} of import {self.of_id}"


class ImportBefore(models.Model):
    """What a row was before an import changed it, and after: for undoing it."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    interaction = models.ForeignKey(Interaction, models.CASCADE, null=True, related_name="+")
    before = models.JSONField(default=dict)  # only what changed
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = "row before an import"
        verbose_name_plural = "rows before imports"

    def __str__(self) -> str:
        return f"before import {self.of_id}: row {self.pk}"


class RememberedMapping(models.Model):
    """What somebody said the columns of files with this header mean."""

    fingerprint = models.CharField(max_length=64)  # SHA-256 of the names of the columns
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Import.Kind)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fingerprint", "user"], name="mapping_once")]

    def __str__(self) -> str:
        return f"mapping {self.pk} for {self.kind}"
