"""How often and when we write, to whom never again, and which house rules are set aside."""

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from customers.models.consent import Purpose, Reach
from customers.models.customer import Customer
from relcrm.base.models import Brand

EVERY_DAY_BUT_SUNDAY = "012345"  # 0 is Monday


class ContactPolicy(models.Model):
    """The company's manners: one limit over every kind of message, and the hours for them."""

    class Basis(models.TextChoices):
        ASKED = "asked", "Only with a recorded consent"
        BOUGHT = "bought", "By e-mail also whoever bought from us and has not refused"
        NOT_REFUSED = "not_refused", "Whoever has not refused, where the law allows it"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.BOUGHT)
    weekly_limit = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    quiet_from = models.TimeField(default=time(20))  # in the customer's own time zone
    quiet_until = models.TimeField(default=time(8))
    days = models.CharField(max_length=7, default=EVERY_DAY_BUT_SUNDAY)
    topics = models.JSONField(default=list, blank=True)  # what news is about, to be chosen from
    is_double_opt_in = models.BooleanField(default=False)
    soft_bounces = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )

    class Meta:
        verbose_name_plural = "contact policy"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="contact_policy_is_one")]

    def __str__(self) -> str:
        return "contact policy"


class BrandManners(models.Model):
    """What one brand keeps to beside the company's manners; of two limits the stricter holds."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="manners")
    weekly_limit = models.PositiveSmallIntegerField(  # of this brand's messages; None: as all
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    quiet_from = models.TimeField(null=True, blank=True)  # both or none; customer's own zone
    quiet_until = models.TimeField(null=True, blank=True)
    days = models.CharField(max_length=7, blank=True)  # "": the company's

    class Meta:
        verbose_name_plural = "manners of brands"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="brand_manners_quiet_has_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"manners of {self.brand}"


class Suppression(models.Model):
    """An address that is not written to any more: it bounces, or its owner reported us.

    The fingerprint stays for good; the address itself goes when its owner is erased.
    """

    class Cause(models.TextChoices):
        BOUNCED = "bounced", "Messages come back"
        SPAM = "spam", "Reported as spam"
        ASKED = "asked", "Asked never to be written to"

    channel = models.CharField(max_length=10, choices=Reach)
    digest = models.CharField(max_length=64)  # keyed SHA-256, customers.tombstones
    address = models.CharField(max_length=254, blank=True)
    cause = models.CharField(max_length=10, choices=Cause)
    source = models.CharField(max_length=60)
    detail = models.CharField(max_length=300, blank=True)  # what the other side said
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "suppressed address"
        verbose_name_plural = "suppressed addresses"
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest"], name="suppression_once")
        ]
        indexes = [models.Index(fields=["channel", "address"], name="suppression_address")]

    def __str__(self) -> str:
        return f"suppressed address {self.pk}"


class Waiver(models.Model):
    """A house rule set aside for a while, with its reason: one person asks, another approves."""

    rule = models.CharField(max_length=30)
    purpose = models.CharField(max_length=12, choices=Purpose)
    customer = models.ForeignKey(  # None: for everybody
        Customer, models.CASCADE, null=True, blank=True, related_name="waivers"
    )
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
                name="waiver_by_two",
            )
        ]

    def __str__(self) -> str:
        return f"waiver of {self.rule} until {self.until:%Y-%m-%d}"


class ContactKey(models.Model):
    """What stands in the address of a customer's own page in place of their number."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="contact_key")
    key = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return f"contact key of customer {self.customer_id}"


class Sender(models.Model):
    """A way out of the house: who writes, and for a webhook where to and signed with what."""

    class Way(models.TextChoices):
        MAIL = "mail", "E-mail, as the installation is set up"
        WEBHOOK = "webhook", "A signed request to your provider"

    channel = models.CharField(max_length=10, choices=Reach)
    brand = models.ForeignKey(  # None: every brand without one of its own
        Brand, models.PROTECT, null=True, blank=True, related_name="+"
    )
    way = models.CharField(max_length=10, choices=Way)
    is_on = models.BooleanField(default=True)
    name = models.CharField(max_length=254, blank=True)  # "Alpine Shoes <hello@example.com>"
    reply_to = models.CharField(max_length=254, blank=True)
    footer = models.TextField(max_length=1_000, blank=True)  # who we are, with our postal address
    address = models.URLField(max_length=500, blank=True)
    secret = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["channel", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=Q(brand=None), name="sender_once"
            ),
            models.UniqueConstraint(fields=["channel", "brand"], name="sender_once_per_brand"),
            models.CheckConstraint(
                condition=Q(way="mail") | (~Q(address="") & ~Q(secret="")),
                name="sender_webhook_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} ({self.brand or 'every brand'})"
