"""Customers, how we recognise them, whom they belong to and who looks after them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relcrm.base import roles
from relcrm.base.models import User


class Organisation(models.Model):
    """A company, club or household that stands behind customers."""

    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    def present(self) -> "CustomerQuerySet":
        return self.filter(erased_at=None)

    def judgeable(self) -> "CustomerQuerySet":
        """Who neither objects to being judged nor restricts what we do with their data."""
        return self.present().filter(objects_to_profiling=False, restricted_at=None)

    def unjudgeable(self) -> "CustomerQuerySet":
        """All others."""
        may_not = Q(objects_to_profiling=True) | Q(restricted_at__isnull=False)
        return self.filter(may_not | Q(erased_at__isnull=False))

    def visible_to(self, user: User) -> "CustomerQuerySet":
        """Everyone for most roles; only assigned customers for experts and partners."""
        if roles.may(user, "see_everyone"):
            return self.present()
        return self.present().filter(
            pk__in=PointOfContact.objects.filter(user=user).values("customer_id")
        )


class AgeBand(models.TextChoices):
    """How old somebody is, roughly, when neither the day nor the year of birth is known."""

    UNDER_18 = "0-17", _("under 18")
    UNDER_25 = "18-24", _("18 to 24")
    UNDER_35 = "25-34", _("25 to 34")
    UNDER_45 = "35-44", _("35 to 44")
    UNDER_55 = "45-54", _("45 to 54")
    UNDER_65 = "55-64", _("55 to 64")
    UNDER_75 = "65-74", _("65 to 74")
    OLDER = "75+", _("75 or older")


class Customer(models.Model):
    """A person (or, for a trade customer, a buying contact) we have a relationship with."""

    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)  # the one we write to; all are identities
    phone = models.CharField(max_length=32, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="members"
    )
    birth_on = models.DateField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand, blank=True)  # when no more is known
    gender = models.CharField(max_length=40, blank=True)
    education = models.CharField(max_length=60, blank=True)
    occupation = models.CharField(max_length=80, blank=True)
    household_size = models.PositiveSmallIntegerField(null=True, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    language = models.CharField(max_length=12, blank=True)  # BCP 47
    zone = models.CharField("time zone", max_length=64, blank=True)
    interests = models.JSONField(default=list, blank=True)
    preferences = models.JSONField(default=dict, blank=True)  # channels, hours, pace, wish
    objects_to_profiling = models.BooleanField(default=False)
    objects_to_marketing = models.BooleanField(default=False, db_default=False)
    # Their data is kept and not used: no judging, no targeting, no messages (GDPR, article 18).
    restricted_at = models.DateTimeField(null=True, blank=True)
    first_seen_on = models.DateField(null=True, blank=True)
    last_seen_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    # Set whenever something happens that a score depends on; the scorer clears it.
    touched_at = models.DateTimeField(null=True, blank=True)
    # The earliest day of which something recorded before was corrected since; see corrected.py.
    corrected_from_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    # Whether something is kept in mind of them, where a query has asked; else one has to look.
    is_marked = True

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            # Who is in a segment is asked of everybody present: by number, without their rows.
            models.Index(fields=["id"], condition=Q(erased_at=None), name="customer_present"),
            # Few, and left out of every segment: known without a look at everybody's row.
            models.Index(
                fields=["id"], condition=Q(restricted_at__isnull=False), name="customer_restricted"
            ),
            models.Index(
                fields=["id"], condition=Q(objects_to_profiling=True), name="customer_objecting"
            ),
            models.Index(
                fields=["touched_at"],
                condition=Q(touched_at__isnull=False),
                name="customer_touched",
            ),
            models.Index(fields=["-last_seen_on", "-id"], name="customer_seen"),
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["email"], name="customer_email"),
            models.Index(fields=["country"], condition=~Q(country=""), name="customer_country"),
        ]

    def __str__(self) -> str:
        return f"customer {self.pk}"

    @property
    def is_judgeable(self) -> bool:
        return not (self.objects_to_profiling or self.restricted_at or self.erased_at)

    @property
    def label(self) -> str:
        """How a page calls this customer: name, else e-mail, else number."""
        return self.name or self.email or f"Customer {self.pk}"


class Identity(models.Model):
    """One way to recognise a customer: an e-mail, a phone, a number in another system, a cookie."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"
        EXTERNAL = "external", "Number elsewhere"
        COOKIE = "cookie", "Cookie"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(max_length=60, blank=True)  # which system gave the number
    value = models.CharField(max_length=254)  # normalised: e-mail lower case, phone E.164
    # When a merge brought it here last: what comes in by it is then noted (Arrival).
    moved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            # A number in a source is one customer; households may share an e-mail or a phone.
            models.UniqueConstraint(
                fields=["kind", "source", "value"],
                condition=Q(kind__in=["external", "cookie"]),
                name="identity_number_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "source", "value"], name="identity_once_per_customer"
            ),
        ]
        indexes = [
            models.Index(fields=["value", "kind"], name="identity_value"),
            models.Index(
                fields=["moved_at"], condition=Q(moved_at__isnull=False), name="identity_moved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} identity {self.pk}"


class PointOfContact(models.Model):
    """A colleague, expert or partner whom a customer can turn to, and in what role."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="points_of_contact")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="customers")
    role = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name_plural = "points of contact"
        constraints = [
            models.UniqueConstraint(fields=["customer", "user"], name="point_of_contact_once")
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} for customer {self.customer_id}"
