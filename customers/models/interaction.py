"""What happened between a customer and us: one row an event, from any channel and source."""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Left

from customers.models.customer import Customer
from relcrm.base.models import Brand


class Kind(models.TextChoices):
    """What an interaction is. Amounts are positive; the kind gives the sign."""

    PURCHASE = "purchase", "Purchase"
    RETURN = "return", "Return"
    VISIT = "visit", "Visit"
    MESSAGE_SENT = "message_sent", "Message sent"
    MESSAGE_OPENED = "message_opened", "Message opened"
    MESSAGE_CLICKED = "message_clicked", "Message clicked"
    MESSAGE_REPLIED = "message_replied", "Message answered"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    SUPPORT = "support", "Asked for help"
    COMPLAINT = "complaint", "Complaint"
    SUGGESTION = "suggestion", "Suggestion"
    REVIEW = "review", "Review"
    MENTION = "mention", "Mention"
    REFERRAL = "referral", "Referral"
    SURVEY_ANSWER = "survey_answer", "Survey answer"
    SUBSCRIPTION_STARTED = "subscription_started", "Subscription started"
    SUBSCRIPTION_RENEWED = "subscription_renewed", "Subscription renewed"
    SUBSCRIPTION_CANCELLED = "subscription_cancelled", "Subscription cancelled"
    NOTE = "note", "Note"
    PROMISE_KEPT = "promise_kept", "Promise kept"
    PROMISE_BROKEN = "promise_broken", "Promise broken"


class Channel(models.TextChoices):
    WEB = "web", "Web"
    SHOP = "shop", "Shop"
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    PHONE = "phone", "Phone"
    CHAT = "chat", "Chat"
    SOCIAL = "social", "Social media"
    LETTER = "letter", "Letter"
    OTHER = "other", "Other"


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def through(self, day: object) -> "InteractionQuerySet":
        """Nothing after the end of that day in the company's zone."""
        return self.filter(occurred_on__lte=day)


class Interaction(models.Model):
    """One thing that happened; every per-customer index starts with the customer."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="interactions", db_index=False
    )
    kind = models.CharField(max_length=24, choices=Kind)
    occurred_at = models.DateTimeField()
    # The day in the company's zone, fixed when stored: as-of, windows and counts of days
    # are then plain comparisons, the same in both databases.
    occurred_on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel, blank=True, default="")
    is_online = models.BooleanField(null=True)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, db_index=False, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    discount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    margin = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")  # original, when another
    original_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=14, decimal_places=8, null=True)
    category = models.CharField(max_length=60, blank=True, default="")
    # Stars 1–5 of a review, 0–10 of an NPS answer, 1–5 of CSAT, severity 1–4 of a complaint.
    rating = models.SmallIntegerField(null=True)
    sentiment = models.FloatField(null=True)  # −1 … 1
    reason = models.CharField(max_length=24, blank=True, default="")  # of a return
    properties = models.JSONField(null=True)
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="interaction_once"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="interaction_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(sentiment__isnull=True) | Q(sentiment__range=(-1, 1)),
                name="interaction_sentiment_range",
            ),
        ]
        indexes = [
            # On PostgreSQL segments that look far back read everybody's deeds from this alone, in
            # the order of customers.
            models.Index(
                fields=["customer", "-occurred_at", "-id"],
                include=["kind", "occurred_on", "amount", "category", "channel"],
                name="interaction_timeline",
            ),
            # Lists of one kind; and on PostgreSQL segments count and add up who did what when
            # from this alone.
            models.Index(
                fields=["kind", "occurred_on", "id"],
                include=["customer", "amount", "category", "channel"],
                name="interaction_did",
            ),
            # Targeting reads who heard from us lately, and who wants no more, from these alone.
            models.Index(
                fields=["occurred_on", "customer", "category"],
                condition=Q(kind="message_sent"),
                name="interaction_sent_on",
            ),
            models.Index(
                fields=["customer"],
                condition=Q(kind="unsubscribed"),
                name="interaction_unsubscribed",
            ),
            # Who brought somebody first. Cut, as PostgreSQL indexes no long texts.
            models.Index(
                Left(Cast(KT("properties__referred"), models.TextField()), 254),
                condition=Q(kind="referral"),
                name="interaction_referred",
            ),
            # What customers want of us, for everybody's judgement.
            models.Index(
                fields=["customer", "occurred_at"],
                condition=Q(kind="survey_answer", category="wish"),
                name="interaction_wish",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
