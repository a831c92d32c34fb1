"""Sign-up forms: what they ask, in which version, and who signed up and confirmed it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models.consent import Purpose, Reach, Wording
from customers.models.customer import Customer
from customers.models.segment import Segment
from customers.models.tags import Tag
from relcrm.base.models import Brand


class SignUpForm(models.Model):
    """A page of ours, or a part of somebody else's, on which people sign themselves up."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    slug = models.SlugField(max_length=50, unique=True)  # in its address: /s/spring/
    name = models.CharField(max_length=120)  # what colleagues call it
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=12, default="en")  # of its words and its mails
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2_000, blank=True)
    button = models.CharField(max_length=40, blank=True)
    # In order: [{"what": "name", "is_required": true, "label": ""}]; the e-mail is always asked.
    facts = models.JSONField(default=list, blank=True)
    joins = models.ForeignKey(  # a list, not a rule
        Segment, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    tag = models.ForeignKey(Tag, models.SET_NULL, null=True, blank=True, related_name="+")
    is_double_opt_in = models.BooleanField(null=True, blank=True)  # None: as the company has it
    thanks = models.TextField(max_length=1_000, blank=True)
    redirect_to = models.URLField(max_length=500, blank=True)  # on one of the sites, https
    sites = models.JSONField(default=list, blank=True)  # origins: ["https://shop.example"]
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def source(self) -> str:
        """How the ledger names it."""
        return f"form:{self.slug}"


class SignUpAsk(models.Model):
    """One yes that a form asks for: these words, on this channel."""

    form = models.ForeignKey(SignUpForm, models.CASCADE, related_name="asks")
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)  # the wording's
    channel = models.CharField(max_length=10, choices=Reach)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["form", "purpose", "channel"], name="sign_up_ask_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel} on form {self.form_id}"


class SignUpFormVersion(models.Model):
    """What people saw in a version of a form; a version never changes."""

    form = models.ForeignKey(SignUpForm, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    shown = models.JSONField()  # title, text, facts, words of every yes
    since = models.DateTimeField()

    class Meta:
        ordering = ["form", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="sign_up_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of form {self.form_id}"


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def waiting(self) -> "SignUpQuerySet":
        """Typed by somebody, confirmed by nobody yet: nothing of it is known about anybody."""
        return self.filter(customer=None)

    def confirmed(self) -> "SignUpQuerySet":
        return self.exclude(customer=None)


class SignUp(models.Model):
    """Somebody filled in a form. Until they confirm, what they typed stands here and nowhere else.

    Once confirmed it is the customer's, and what was typed is emptied: facts, consents and lists
    hold it. docs/decisions/sign-ups.md.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        ASKED = "asked", "Asked to confirm"
        CONFIRMED = "confirmed", "Signed up"

    form = models.ForeignKey(SignUpForm, models.CASCADE, related_name="sign_ups", db_index=False)
    version = models.PositiveIntegerField()  # of the form
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="sign_ups", db_index=False
    )
    email = models.CharField(max_length=254, blank=True)
    told = models.JSONField(default=dict, blank=True)  # facts by name
    said = models.JSONField(default=list, blank=True)  # [[wording, channel], …]
    proof = models.JSONField(default=dict, blank=True)  # how it came in: way, network, site
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["form", "-at", "-id"], name="sign_up_form"),
            models.Index(fields=["customer", "-confirmed_at", "-id"], name="sign_up_customer"),
            models.Index(fields=["email", "at"], condition=~Q(email=""), name="sign_up_email"),
            models.Index(fields=["id"], condition=Q(state="received"), name="sign_up_received"),
            models.Index(fields=["at"], condition=Q(customer=None), name="sign_up_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer=None) & ~Q(state="confirmed")
                | Q(
                    customer__isnull=False, state="confirmed", email="", confirmed_at__isnull=False
                ),
                name="sign_up_is_waiting_or_theirs",
            )
        ]

    def __str__(self) -> str:
        return f"sign-up {self.pk}"
