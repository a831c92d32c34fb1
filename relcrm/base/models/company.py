"""The company that this installation belongs to, and its brands."""

from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

NOT_BELOW_ZERO = MinValueValidator(Decimal(0))


def known_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone; write it like Europe/Vienna.")


class Company(models.Model):
    """The one company of this installation, and how it wants to be looked at."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=120, default="My company")
    currency = models.CharField(
        max_length=3,
        default="EUR",
        validators=[RegexValidator("^[A-Z]{3}$", "Three capital letters (ISO 4217), like EUR.")],
    )
    zone = models.CharField("time zone", max_length=64, default="UTC", validators=[known_zone])
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator("^[A-Z]{2}$", "Two capital letters (ISO 3166), like AT.")],
        help_text="Where phone numbers without a country code are meant to be.",
    )
    as_of = models.DateField(
        null=True, blank=True, help_text="Look at the company as of the end of this day."
    )
    margin_rate = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[NOT_BELOW_ZERO, MaxValueValidator(Decimal(1))],
        help_text="Share of sales that is left after cost of goods; 0.30 is assumed until set.",
    )
    discount_rate = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.1000"),
        help_text="Per year.",
        validators=[NOT_BELOW_ZERO],
    )
    cost_per_order = models.DecimalField(
        max_digits=10, decimal_places=2, default=0, validators=[NOT_BELOW_ZERO]
    )
    cost_per_return = models.DecimalField(
        max_digits=10, decimal_places=2, default=0, validators=[NOT_BELOW_ZERO]
    )
    cost_per_contact = models.DecimalField(
        max_digits=10, decimal_places=2, default=0, validators=[NOT_BELOW_ZERO],
        help_text="One service contact, staff included.",
    )  # fmt: skip
    cost_per_minute = models.DecimalField(
        max_digits=10, decimal_places=4, default=0, validators=[NOT_BELOW_ZERO],
        help_text="A minute of service, where programs and files tell how long it took.",
    )  # fmt: skip
    cost_per_complaint = models.DecimalField(
        max_digits=10, decimal_places=2, default=0, validators=[NOT_BELOW_ZERO],
        help_text="What putting a complaint right costs on average.",
    )  # fmt: skip
    cost_per_message = models.DecimalField(
        max_digits=10, decimal_places=4, default=0, validators=[NOT_BELOW_ZERO]
    )
    cost_per_renewal = models.DecimalField(
        max_digits=10, decimal_places=2, default=0, validators=[NOT_BELOW_ZERO],
        help_text="What each fee of a contract costs to collect: payment, letters.",
    )  # fmt: skip
    anyway_share = models.DecimalField(
        max_digits=5, decimal_places=4, null=True, blank=True,
        validators=[NOT_BELOW_ZERO, MaxValueValidator(Decimal(1))],
        help_text="Of customers whom others brought, the share that would have come anyway.",
    )  # fmt: skip
    reads_demographics = models.BooleanField(
        "may read age, gender and household size", default=False,
        help_text="By a computer's own rules that bend the forecast where they do better; off "
        "until allowed.",
    )  # fmt: skip
    horizon_weeks = models.PositiveSmallIntegerField(
        default=52, validators=[MinValueValidator(4), MaxValueValidator(520)]
    )
    is_simulated = models.BooleanField(default=False, editable=False)
    # By which version of the specification relationships are judged; 1 came with the product.
    specification_version = models.PositiveIntegerField(default=1, editable=False)

    ASSUMED_MARGIN = Decimal("0.30")

    class Meta:
        verbose_name_plural = "company"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="company_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def margin(self) -> Decimal:
        return self.ASSUMED_MARGIN if self.margin_rate is None else self.margin_rate


class Brand(models.Model):
    """A name under which the company meets customers; there is always a default one."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="brand_default_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
