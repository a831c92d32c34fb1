"""What customers allow us: the ledger of consents, the words they agreed to, and who is let in."""

from django.db import models
from django.db.models import Q

from customers.models.customer import Customer
from relcrm.base.models import Brand


class Purpose(models.TextChoices):
    """What we write for. Service is what a customer needs to hear: orders, answers, receipts."""

    MARKETING = "marketing", "News and offers"
    SURVEY = "survey", "Questions about how we do"
    SERVICE = "service", "Orders, answers and receipts"


class Reach(models.TextChoices):
    """How somebody is written to; a subset of the channels on which things happen."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    SOCIAL = "social", "Social media"
    PHONE = "phone", "Phone"
    LETTER = "letter", "Letter"


class Wording(models.Model):
    """The words that somebody agrees to, version by version; a version never changes."""

    key = models.SlugField(max_length=60)  # which statement: "newsletter"
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=12, default="en")
    purpose = models.CharField(max_length=12, choices=Purpose)
    text = models.TextField()
    created_by = models.CharField(max_length=40)  # as the audit trail names actors
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "language", "version"], name="wording_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language}), version {self.version}"


class Consent(models.Model):
    """One line of the ledger: a customer said yes, no, or has been asked to confirm a yes.

    Lines are added only; the database refuses to change or remove one (docs/decisions/consent.md).
    The present state is derived: customers.contact.queries.consent.
    """

    class State(models.TextChoices):
        GRANTED = "granted", "Yes"
        WITHDRAWN = "withdrawn", "No"
        REQUESTED = "requested", "Asked to confirm"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=12, choices=Purpose, blank=True)  # "": every purpose
    channel = models.CharField(max_length=10, choices=Reach, blank=True)  # "": every channel
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    wording = models.ForeignKey(
        Wording, models.PROTECT, null=True, blank=True, related_name="consents"
    )
    source = models.CharField(max_length=60)  # "preference centre", "form: newsletter", "import 3"
    proof = models.JSONField(default=dict, blank=True)  # what shows it: address, message, file
    at = models.DateTimeField()  # when it was said
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=40)  # as the audit trail names actors

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="consent_customer")]
        constraints = [
            # A yes is always to something; only a no may mean everything.
            models.CheckConstraint(
                condition=Q(state="withdrawn") | (~Q(purpose="") & ~Q(channel="")),
                name="consent_yes_is_to_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.purpose or 'everything'} by {self.channel or 'any channel'}"


class LedgerKey(models.Model):
    """For the length of one transaction this customer's ledger may be moved or emptied.

    Erasing and merging put it in and take it away again; the triggers on the ledger look for it.
    No foreign key: it says nothing about anybody and never outlives its transaction.
    """

    customer = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = "opened ledger"

    def __str__(self) -> str:
        return f"ledger of customer {self.customer} is open"
