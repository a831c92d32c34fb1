"""What we are about to say: each message waits here, is sent once, and its fate is kept."""

from django.db import models
from django.db.models import Q

from customers.models.consent import Purpose, Reach
from customers.models.customer import Customer
from relcrm.base.models import Brand


class Message(models.Model):
    """Something we want to tell one customer on one channel. docs/decisions/outbox.md.

    Or, without a customer, an address that somebody typed in and has yet to show to be theirs.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Arrived"
        BOUNCED = "bounced", "Came back"
        FAILED = "failed", "Could not be sent"
        WITHHELD = "withheld", "Not sent, with reason"
        UNCLEAR = "unclear", "Perhaps sent"
        CANCELLED = "cancelled", "Cancelled"

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    to = models.CharField(max_length=254, blank=True)  # only where there is no customer
    channel = models.CharField(max_length=10, choices=Reach)
    purpose = models.CharField(max_length=12, choices=Purpose)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    topic = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    origin = models.CharField(max_length=60)  # what asked for it: "campaign 12", "staff"
    dedupe_key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=30, blank=True)  # why not: a rule's key
    detail = models.CharField(max_length=300, blank=True)  # the same in words, or the error's
    attempts = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)  # how often a person had it sent again
    next_attempt_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # later it would come too late to mean anything
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # From here on the message may have left the house, whatever happens to us.
    handed_at = models.DateTimeField(null=True, blank=True)
    # Where it went: what comes back is about this address, whatever theirs is by then.
    sent_to = models.CharField(max_length=254, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # arrived, came back, failed …
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-created_at", "-id"], name="message_customer"),
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state="queued"), name="message_due"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="message_leased"
            ),
            models.Index(fields=["state", "-id"], name="message_state"),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="message_provider"
            ),
            models.Index(fields=["to"], condition=~Q(to=""), name="message_to"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, to="") | (Q(customer=None) & ~Q(to="")),
                name="message_is_to_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
