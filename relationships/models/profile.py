"""What relationship each customer has with us, and how it came about."""

from django.db import models
from django.db.models import Q

from customers.models import Customer
from relationships.models.fitted import FittedModel
from relationships.models.persona import Persona

EXPIRING = ("N4", "N5")
"""Types whose names leave the history after a year; `expires` in types.json is of these."""


class Family(models.TextChoices):
    FLING = "fling", "Fling"
    FRIEND = "friend", "Friend"
    MARRIAGE = "marriage", "Marriage"
    DISTANT = "distant", "Distant"
    NEGATIVE = "negative", "Negative"
    UNDETERMINED = "undetermined", "Too early to tell"


class Profile(models.Model):
    """Our present judgement of one relationship, with how sure we are and why."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="profile"
    )
    as_of = models.DateField()
    scored_at = models.DateTimeField()
    model = models.ForeignKey(FittedModel, models.PROTECT, null=True, related_name="+")
    # The shown label: type when sure enough, else family alone, else undetermined.
    family = models.CharField(max_length=12, choices=Family)
    type = models.CharField(max_length=2, blank=True)  # F1 … N6
    next_step = models.CharField(max_length=12, blank=True)  # a next-step group's key
    # While a colleague's label is shown (Override): what we would say ourselves; else empty.
    own_family = models.CharField(max_length=12, blank=True, default="", db_default="")
    own_type = models.CharField(max_length=2, blank=True, default="", db_default="")
    own_next_step = models.CharField(max_length=12, blank=True, default="", db_default="")
    confidence = models.FloatField(default=0)
    # Probabilities of the 29 types in the typology's order, 29 little-endian float32, smoothed.
    posterior = models.BinaryField(null=True)
    # What it was when this month began: smoothing over months starts from here, so that scoring
    # twice gives the same label as scoring once.
    anchor = models.BinaryField(null=True)
    anchor_on = models.DateField(null=True)
    # Place of the type held (shown or not), and of the one held when the month began.
    held = models.SmallIntegerField(null=True)
    anchor_held = models.SmallIntegerField(null=True)
    p_fling = models.FloatField(default=0)
    p_friend = models.FloatField(default=0)
    p_marriage = models.FloatField(default=0)
    p_distant = models.FloatField(default=0)
    p_negative = models.FloatField(default=0)
    # Dimensions: mood −1…1, closeness and intensity 0…1, each with a standard error.
    valence = models.FloatField(null=True)
    valence_se = models.FloatField(null=True)
    closeness = models.FloatField(null=True)
    closeness_se = models.FloatField(null=True)
    intensity = models.FloatField(null=True)
    intensity_se = models.FloatField(null=True)
    # Facts behind it, so that lists need no second look.
    orders = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    revenue = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    first_order_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    # Value over the company's horizon, discounted margin, 80 % interval.
    alive = models.FloatField(null=True)
    expected_orders = models.FloatField(null=True)
    value_low = models.FloatField(null=True)
    value = models.FloatField(null=True)
    value_high = models.FloatField(null=True)
    persona = models.ForeignKey(
        Persona, models.SET_NULL, null=True, blank=True, related_name="profiles"
    )

    class Meta:
        indexes = [
            models.Index(fields=["-value", "-customer"], name="profile_value"),
            models.Index(fields=["family", "-value", "-customer"], name="profile_family_value"),
            models.Index(fields=["type", "-value", "-customer"], name="profile_type_value"),
            models.Index(fields=["next_step", "-value", "-customer"], name="profile_step_value"),
            models.Index(fields=["-alive", "-customer"], name="profile_alive"),
            models.Index(fields=["closeness", "intensity"], name="profile_map"),
        ]

    def __str__(self) -> str:
        return f"profile {self.pk}"

    @property
    def is_blank(self) -> bool:
        """Nothing that they did is known: too little to say anything of the relationship."""
        return self.alive is None and (self.own_family or self.family) == Family.UNDETERMINED


class ProfileChange(models.Model):
    """A label that changed, when, and what spoke for it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="profile_changes")
    on = models.DateField()  # the as-of day on which the new label first held
    recorded_at = models.DateTimeField()
    family = models.CharField(max_length=12, choices=Family)
    type = models.CharField(max_length=2, blank=True)
    old_family = models.CharField(max_length=12, blank=True)
    old_type = models.CharField(max_length=2, blank=True)
    reason = models.JSONField(default=dict)  # codes and numbers: engine/history
    # Worked out afterwards from what happened; on that day nobody saw this label.
    is_reconstructed = models.BooleanField(default=False, db_default=False)
    value = models.FloatField(null=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["customer", "-on"], name="profile_change_customer"),
            models.Index(
                fields=["on"],
                condition=Q(type__in=EXPIRING) | Q(old_type__in=EXPIRING),
                name="profile_change_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"
