"""The state of all relationships on one day, as the overview shows it and compares it."""

from django.db import models


class Portfolio(models.Model):
    """What scoring everyone found: the mix, the money, the counts, as of one day."""

    as_of = models.DateField(unique=True)
    customers = models.PositiveIntegerField()
    alive = models.FloatField()  # expected number still with us
    families = models.JSONField()  # family → {expected, shown, value, low, high}
    # type → {shown, value, alive, low, expected, high, valued, losing, median}
    types = models.JSONField(default=dict)
    value = models.JSONField()  # {horizon_weeks, low, expected, high}
    # What is recorded: counts, the marks of orders and answers that only a full look finds, of
    # how many customers (coverage), how far people agree with us (agreement), and how many ever
    # did a thing, of whom alone `alive` is reckoned (acted).
    facts = models.JSONField(default=dict)
    cells = models.JSONField(default=list)  # density of the map: closeness × intensity × mood
    # The valued in a hundred equal groups, best first: {n, value, alive, least, most} each.
    ranks = models.JSONField(default=list)
    # By type, persona, cohort and source; who came again; money to come by period (what if?).
    breakdown = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["-as_of"]

    def __str__(self) -> str:
        return f"as of {self.as_of}"

    @property
    def staying(self) -> float | None:
        """Share still with us of those who ever did a thing; None where nobody did, or where they
        were not counted yet."""
        acted = self.facts.get("acted")
        return self.alive / acted if acted else None
