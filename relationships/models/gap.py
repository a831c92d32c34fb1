"""What customers want, how we treat them and what lies between; and what the company offers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from relcrm.base.models import Brand


class GapLabel(models.TextChoices):
    """What the gap consists of, mostly."""

    IN_TUNE = "in_tune", _("In tune")
    NEGLECTED = "neglected", _("Neglected")
    CROWDED = "crowded", _("Crowded")
    CHEAPENED = "cheapened", _("Cheapened")
    UNHEARD = "unheard", _("Unheard")
    WRONG_TONE = "wrong_tone", _("Wrong tone")


class Gap(models.Model):
    """The distance between what one customer wants and what we do, as of the last judgement.

    There is a row only where something was stated or measured.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="gap")
    as_of = models.DateField()
    label = models.CharField(max_length=12, choices=GapLabel)
    gap = models.FloatField()  # 0 … about 1.5
    confidence = models.FloatField()
    # The wish: one of the nine answers, stated or inferred; shares of the families wanted.
    wish = models.CharField(max_length=24)
    is_stated = models.BooleanField()
    is_contradictory = models.BooleanField(default=False)
    want_fling = models.FloatField()
    want_friend = models.FloatField()
    want_marriage = models.FloatField()
    want_distant = models.FloatField()
    # The family that our behaviour would suit; empty when nothing of it is measured.
    treated = models.CharField(max_length=12, blank=True)
    # Of that family, the wish that our behaviour would suit.
    treated_wish = models.CharField(max_length=24, blank=True, default="", db_default="")
    # The parts, signed as in docs/method/gap.md; null: not measured.
    close = models.FloatField(null=True)
    contact = models.FloatField(null=True)
    promo = models.FloatField(null=True)
    service = models.FloatField(null=True)
    tone = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["label", "-gap", "customer"], name="gap_label")]

    def __str__(self) -> str:
        return f"gap {self.pk}"


class Offer(models.Model):
    """Which relationships the company offers, and the mix it aims at: for all it does, for a
    brand, or for a product line."""

    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+")
    line = models.CharField(max_length=60, blank=True)  # a product category
    # Family → percent; a family with 0 is not offered. Adds up to 100.
    mix = models.JSONField()
    # Keys of wishes: of a family some of whose wishes stand here, these alone are offered; of
    # any other with a share, all.
    wishes = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["brand_id", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(brand=None), name="offer_once_per_line"
            ),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(brand__isnull=False), name="offer_once_per_brand"
            ),
            models.CheckConstraint(
                condition=Q(brand=None) | Q(line=""), name="offer_brand_or_line"
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"

    @property
    def is_of_all(self) -> bool:
        return self.brand_id is None and not self.line


class GapPicture(models.Model):
    """The gaps of everybody on the day everyone was scored, added up; and the proof kept."""

    as_of = models.DateField(unique=True)
    sums = models.JSONField()  # as `queries.gap.sums` gives them
    offers = models.JSONField(default=list)  # [{offer, sums}]: of those who buy there
    proof = models.JSONField(default=dict)  # what followed, by width of the gap
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["-as_of"]

    def __str__(self) -> str:
        return f"gaps as of {self.as_of}"
